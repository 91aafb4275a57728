"""Inference: where new subjects stand among those that a hierarchical model was trained on."""

from dataclasses import replace

import jax.numpy as jnp
from jaxtyping import PRNGKeyArray

from attrax.core.errors import ConfigError
from attrax.core.result import Result
from attrax.data.series import Dataset
from attrax.data.standardizing import standardize
from attrax.models.hierarchical_model import HierarchicalModel
from attrax.optimise import AbstractObjective, Plan, fit
from attrax.train.subject_forcing import VectorsOnly
from attrax.train.window_batches import WindowBatches


def infer_subjects(
    model: HierarchicalModel,
    dataset: Dataset,
    objective: AbstractObjective,
    plan: Plan,
    *,
    window: int = 200,
    batch_size: int = 16,
    key: PRNGKeyArray,
) -> HierarchicalModel:
    """The same group with the subjects of new recordings, which may be short: only their vectors are learned.

    Every new subject starts at the mean of the known ones and lowers the objective by its K numbers alone.

    Args:
        model: A trained model.
        dataset: Recordings of the new subjects, in the units of the recordings that the model was trained on.
        objective: That of a hierarchical model, without penalties.
        plan: How long to learn; a few hundred updates at a learning rate of 0.01 to 0.05 will do.
        window: Rows in a window.
        batch_size: Windows in a batch.
        key: Random key of the windows drawn.

    Returns: A model of the new subjects.
    Raises: DataError D104 for a recording shorter than a window; ConfigError C592 if the loss is no finite number.
    Cost: Seconds.
    """
    names = dataset.subjects
    vectors = jnp.broadcast_to(model.vectors.mean(axis=0), (len(names), model.subject_dim))
    fresh = replace(model, vectors=vectors, subjects=names)
    data = standardize(dataset, model.scaling)
    batches = WindowBatches.cut(data, length=window, size=batch_size, subjects=names)
    done = fit(fresh, VectorsOnly(objective), batches, plan, key=key)
    if done.results != (Result.SUCCESSFUL,):
        raise ConfigError(
            "C592",
            "the vector of a new subject could not be learned",
            where=f"{dataset.source}: {done.results[0].message}",
            why="the networks of the group leave every finite bound on this recording",
            fix="a smaller learning rate, or check that the recording has the units of those trained on",
        )
    return done.model
