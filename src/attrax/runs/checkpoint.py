"""Writes and reads checkpoints: the complete state of training, from which it can be resumed exactly."""

from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from attrax.core.errors import RunError
from attrax.optimise import TrainState
from attrax.runs.tree_file import read_arrays, write_arrays


def save_checkpoint(path: Path, state: TrainState) -> None:
    """Write all arrays of a training state to a file, without any loss of precision.

    Args:
        path: The file.
        state: Parameters, optimizer state and step counter.
    """
    write_arrays(path, {name: np.asarray(leaf) for name, leaf in _leaves(state).items()}, {"step": int(state.step)})


def load_checkpoint(path: Path, like: TrainState) -> TrainState:
    """Read a training state from a checkpoint.

    Args:
        path: The checkpoint.
        like: A state of the same model and training plan, such as the initial one. Only its structure is used: the
            names, shapes and types of its arrays.

    Raises:
        RunError: R308 if the checkpoint belongs to another model or training plan.
    """
    arrays, _ = read_arrays(path)
    expected = _leaves(like)
    if {n: (a.shape, a.dtype) for n, a in arrays.items()} != {n: (a.shape, a.dtype) for n, a in expected.items()}:
        raise RunError(
            "R308",
            "the checkpoint belongs to another configuration",
            where=str(path),
            why="its arrays differ in name, shape or type from those of config.toml",
            fix="restore the config.toml the run was started with",
        )
    dynamic, static = eqx.partition(like, eqx.is_array)
    names = [jax.tree_util.keystr(keys) for keys, _ in jax.tree_util.tree_leaves_with_path(dynamic)]
    leaves = [jnp.asarray(arrays[name]) for name in names]
    return eqx.combine(jax.tree.unflatten(jax.tree.structure(dynamic), leaves), static)


def _leaves(state: TrainState) -> dict[str, jax.Array]:
    dynamic = eqx.filter(state, eqx.is_array)
    return {jax.tree_util.keystr(keys): leaf for keys, leaf in jax.tree_util.tree_leaves_with_path(dynamic)}
