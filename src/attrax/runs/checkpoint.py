"""Writes and reads checkpoints: the complete state of training, from which it can be resumed exactly.

To the state of a training belong also the best models so far and those that filled gaps, which are files of their own;
a checkpoint names them. If it or one of them is damaged or lost, training continues from the checkpoint before, or from
the beginning. More is then computed again, with the same result. Checkpoints of attrax 0.1, which name no models, hold
the state of another training loop: such a run begins anew.
"""

from collections.abc import Callable
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from attrax.core.errors import ModelFileError, RunError
from attrax.optimise import TrainState
from attrax.reconstruct.learning.model_store import AbstractModelStore
from attrax.runs.folder import Run
from attrax.runs.tree_file import read_arrays, write_arrays

MODELS = "models"
ASIDE = DAMAGED, EARLIER = "damaged-", "earlier-"
"""How the names of files begin that are kept but no longer used."""


def save_checkpoint(path: Path, state: TrainState, models: dict[str, int]) -> None:
    """Write all arrays of a training state to a file, without any loss of precision.

    Args:
        path: The file.
        state: Parameters, optimizer state and step counter.
        models: The models in the store that belong to the state, and after how many updates each was saved.
    """
    arrays = {name: np.asarray(leaf) for name, leaf in _leaves(state).items()}
    write_arrays(path, arrays, {"step": int(state.step), MODELS: models})


def restore(run: Run, like: TrainState, store: AbstractModelStore, tell: Callable[[str], None]) -> TrainState | None:
    """The training state of the newest checkpoint that can be used; None to start from the beginning.

    Others are kept under another name, `damaged-...` or, of attrax 0.1, `earlier-...`.

    Args:
        run: The run.
        like: A state of the same model and training plan.
        store: The models that were saved during the training.
        tell: Called with a sentence about each checkpoint that cannot be used.

    Raises:
        RunError: R308 if the checkpoint belongs to another model or training plan.
    """
    _put_aside_earlier(run, tell)
    for path in run.checkpoint_paths():
        try:
            state, lost = load_checkpoint(path, like), _lost(path, store)
        except ModelFileError as failure:
            state, lost = None, [failure.what]
        if not lost:
            return state
        path.rename(path.with_name(f"{DAMAGED}{path.name}"))
        older = run.latest_checkpoint()
        next_ = "the beginning" if older is None else f"the one before, {older.stem}"
        tell(f"checkpoint {path.stem} cannot be used ({'; '.join(lost)}): training continues from {next_}")
    return None


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


def _put_aside_earlier(run: Run, tell: Callable[[str], None]) -> None:
    """Rename all files of the training if a checkpoint is of attrax 0.1: no model of it may be among the new ones."""
    if not any(map(_is_earlier, run.checkpoint_paths())):
        return
    # The checkpoints last: if this is interrupted, they still say that it is to be done.
    files = [path for path in run.checkpoints.glob("*.safetensors") if not path.name.startswith(ASIDE)]
    for path in sorted(files, key=lambda path: path.stem.startswith("step-")):
        path.rename(path.with_name(f"{EARLIER}{path.name}"))
    tell("the checkpoints are of attrax 0.1, whose training cannot be continued: it begins anew with the same settings")


def _is_earlier(path: Path) -> bool:
    """Whether a checkpoint is of attrax 0.1; a damaged one is not known to be."""
    try:
        return MODELS not in read_arrays(path)[1]
    except ModelFileError:
        return False


def _lost(path: Path, store: AbstractModelStore) -> list[str]:
    """The models that belong to a checkpoint and that the store lacks, each with a word on it."""
    lost = []
    for name, step in read_arrays(path)[1][MODELS].items():
        kept = store.read(name)
        if kept is None or kept[1]["step"] < step:
            lost.append(f"its model {name} is missing or damaged")
    return lost


def _leaves(state: TrainState) -> dict[str, jax.Array]:
    dynamic = eqx.filter(state, eqx.is_array)
    return {jax.tree_util.keystr(keys): leaf for keys, leaf in jax.tree_util.tree_leaves_with_path(dynamic)}
