"""Inference: where new subjects stand among those that a hierarchical model was trained on."""

from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import PRNGKeyArray

from attrax.core.errors import ConfigError
from attrax.core.result import Result
from attrax.data.series import Dataset
from attrax.data.standardizing import standardize
from attrax.models.hierarchical_model import HierarchicalModel
from attrax.train.fit import fit
from attrax.train.plan import Plan
from attrax.train.subject_forcing import VectorsOnly


def infer_subjects(model: HierarchicalModel, dataset: Dataset, plan: Plan, *, key: PRNGKeyArray) -> HierarchicalModel:
    """The same group with the subjects of new recordings, which may be short: only their vectors are learned.

    Every new subject starts at the mean of the known ones and lowers the loss of the plan by its K numbers alone.

    Args:
        model: A trained model.
        dataset: Recordings of the new subjects, in the units of the recordings that the model was trained on.
        plan: How to learn; its loss that of a hierarchical model. A few hundred updates at a learning rate of 0.01 to
            0.05 will do, without penalties. Its `subjects` are those of `dataset`.
        key: Random key of the windows drawn.

    Returns: A model of the new subjects.
    Raises: DataError D104 for a recording shorter than a window; ConfigError C592 if the loss is no finite number.
    Cost: Seconds.
    """
    names = dataset.subjects
    vectors = jnp.broadcast_to(model.vectors.mean(axis=0), (len(names), model.subject_dim))
    fresh = replace(model, vectors=vectors, subjects=names)
    replicas = jax.tree.map(lambda leaf: leaf[None] if eqx.is_array(leaf) else leaf, fresh)
    plan = replace(plan, loss=VectorsOnly(plan.loss), subjects=names)
    done = fit(replicas, standardize(dataset, model.scaling), plan, key=key[None])
    if done.result != (Result.SUCCESSFUL,):
        raise ConfigError(
            "C592",
            "the vector of a new subject could not be learned",
            where=f"{dataset.source}: {done.result[0].message}",
            why="the networks of the group leave every finite bound on this recording",
            fix="a smaller learning rate, or check that the recording has the units of those trained on",
        )
    return jax.tree.map(lambda leaf: leaf[0] if eqx.is_array(leaf) else leaf, done.model)
