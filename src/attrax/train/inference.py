"""Inference of new subjects: find their feature vectors in a trained hierarchical model."""

from dataclasses import replace

import jax.numpy as jnp
from jaxtyping import PRNGKeyArray

from attrax.core.errors import ConfigError
from attrax.core.result import Result
from attrax.data.series import Dataset
from attrax.data.standardizing import standardize
from attrax.models.hierarchical_model import HierarchicalModel
from attrax.optimise import AbstractObjective, Plan, fit
from attrax.train.vectors_only import VectorsOnly
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
    """Fit the feature vectors of new subjects, whose recordings may be short. The shared networks stay fixed.

    The vector of each new subject starts at the mean over the known subjects.

    Args:
        model: A trained hierarchical model.
        dataset: Recordings of the new subjects, in the same units as the recordings the model was trained on.
        objective: A loss for hierarchical models, such as `SubjectForcing`, without penalties.
        plan: The training plan; a few hundred updates with a learning rate of 0.01 to 0.05 are usually enough.
        window: Number of rows in a training window.
        batch_size: Number of windows in a batch.
        key: Random key for drawing windows.

    Returns: A hierarchical model of the new subjects only.
    Raises: DataError D104 for a recording shorter than a window; ConfigError C592 if the loss becomes NaN or infinite.
    Cost: Usually seconds.

    Example:
        >>> model = infer_subjects(model, new, SubjectForcing(forcing), plan, key=jax.random.key(0))  # doctest: +SKIP
        >>> model.subject("new patient")  # doctest: +SKIP
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
            why="the predictions for this recording diverge, whatever its vector",
            fix="a smaller learning rate, or check that the recording has the units of those trained on",
        )
    return done.model
