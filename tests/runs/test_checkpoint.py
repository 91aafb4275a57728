import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core.errors import ModelFileError, RunError
from attrax.core.scaling import Scaling
from attrax.core.scans.sequential import Sequential
from attrax.data.series import Series
from attrax.optimise import TrainState
from attrax.reconstruct.learning.build import build_objective, build_plan, build_replicas, replica, replica_seeds
from attrax.reconstruct.learning.model_store import NoStore
from attrax.reconstruct.settings.configuration import configure
from attrax.runs.checkpoint import load_checkpoint, restore, save_checkpoint
from attrax.runs.folder import Run
from attrax.runs.model_file import ModelFolder
from attrax.runs.tree_file import write_arrays

TRAININGS = [
    *({"forcing": {"kind": kind}} for kind in ("generalized", "adaptive", "sparse")),
    {"loss": {"kind": "error-regression"}},
]


def state_of(restarts=2, hidden=4, **train):
    overrides = {"model": {"dynamics": {"hidden_dim": hidden}}, "train": {"restarts": restarts, **train}}
    config = configure(overrides=overrides).complete(2)
    models, _ = build_replicas(config, Series(np.zeros((5, 2))), Scaling.identity(2), replica_seeds(config))
    optimizer = build_plan(config.train).optimizer
    objective = build_objective(config, Sequential(), like=replica(models, 0), rows=5)
    return TrainState.create(models, objective, optimizer, restarts)


def used(state):
    """The state as if after some updates: no two of its numbers alike."""
    rng = np.random.default_rng(0)

    def change(leaf):
        if not eqx.is_array(leaf):
            return leaf
        return jnp.asarray(rng.uniform(1, 9, leaf.shape)).astype(leaf.dtype)

    return jax.tree.map(change, state)


@pytest.mark.parametrize("training", TRAININGS, ids=str)
def test_a_state_comes_back_bit_for_bit(tmp_path, training):
    fresh = state_of(**training)
    state = used(fresh)
    save_checkpoint(tmp_path / "c", state, {})
    loaded = load_checkpoint(tmp_path / "c", fresh)
    assert jax.tree.structure(loaded) == jax.tree.structure(state)
    pairs = list(zip(jax.tree.leaves(loaded), jax.tree.leaves(state), strict=True))
    assert all((a.shape, a.dtype, a.weak_type) == (b.shape, b.dtype, b.weak_type) for a, b in pairs)
    assert all(np.asarray(a).tobytes() == np.asarray(b).tobytes() for a, b in pairs)


@pytest.mark.parametrize("other", [{"restarts": 3}, {"hidden": 5}, {"forcing": {"kind": "adaptive"}}], ids=str)
def test_a_checkpoint_of_another_configuration_is_refused(tmp_path, other):
    save_checkpoint(tmp_path / "c", state_of(), {})
    with pytest.raises(RunError) as caught:
        load_checkpoint(tmp_path / "c", state_of(**other))
    assert caught.value.code == "R308"
    assert caught.value.where == str(tmp_path / "c")


def test_a_damaged_checkpoint_is_refused(tmp_path):
    state = state_of()
    save_checkpoint(tmp_path / "c", state, {})
    (tmp_path / "c").write_bytes((tmp_path / "c").read_bytes()[:-1])
    with pytest.raises(ModelFileError, match="M405"):
        load_checkpoint(tmp_path / "c", state)


class Kept(NoStore):
    """A store that knows the steps of its models."""

    def __init__(self, **steps):
        self.steps = steps

    def read(self, name):
        return (None, {"step": self.steps[name]}) if name in self.steps else None


@pytest.fixture
def run(tmp_path):
    run = Run.create(tmp_path / "run", configure().complete(2), data={})
    for step in (10, 20):
        state = eqx.tree_at(lambda s: s.step, state_of(), jnp.asarray(step, state_of().step.dtype))
        save_checkpoint(run.checkpoint_path(step), state, {"best-0": step})
    return run


def restored(run, store):
    told = []
    state = restore(run, state_of(), store, told.append)
    return None if state is None else int(state.step), told


def test_the_newest_checkpoint_is_used(run):
    assert restored(run, Kept(**{"best-0": 20})) == (20, [])


def test_a_damaged_newest_checkpoint_falls_back_to_the_one_before_and_says_so(run):
    newest = run.latest_checkpoint()
    content = bytearray(newest.read_bytes())
    content[-3] ^= 4
    newest.write_bytes(bytes(content))
    step, told = restored(run, Kept(**{"best-0": 20}))
    assert step == 10
    assert "step-00000020 cannot be used" in told[0]
    assert "the one before, step-00000010" in told[0]
    assert run.checkpoint_paths() == [run.checkpoint_path(10)]
    assert (run.checkpoints / "damaged-step-00000020.safetensors").is_file()


def test_a_run_of_attrax_0_1_begins_anew_without_its_models(tmp_path):
    run = Run.create(tmp_path / "run", configure().complete(2), data={})
    for step in (10, 20):
        write_arrays(run.checkpoint_path(step), {".loss": np.zeros(2)}, {"step": step})
    (run.checkpoints / "best-0.safetensors").write_bytes(b"of attrax 0.1")
    step, told = restored(run, ModelFolder(run.checkpoints))
    assert step is None
    assert "attrax 0.1" in told[0]
    kept = {"earlier-best-0", "earlier-step-00000010", "earlier-step-00000020"}
    assert {path.stem for path in run.checkpoints.iterdir()} == kept
    assert restored(run, ModelFolder(run.checkpoints)) == (None, [])


def test_a_checkpoint_without_its_best_model_is_not_used(run):
    assert restored(run, Kept(**{"best-0": 15}))[0] == 10
    step, told = restored(run, Kept())
    assert step is None
    assert "from the beginning" in told[-1]
