import jax.numpy as jnp
import numpy as np
import pytest

from attrax import DataError, ModelFileError, RunError, open_model, save_model
from attrax.reconstruct.settings.configuration import configure
from attrax.runs.analysis_target import find_target
from attrax.runs.folder import Run


@pytest.fixture
def make_run(tmp_path, henon, make_model):
    """A run folder around an untrained model of three channels and, perhaps, a file of a driven recording."""

    def make(*, inputs=(), **model):
        x = np.concatenate([henon(300), henon(300)[:, :1] ** 2], axis=1)
        drive = 2.0 + np.zeros((300, len(inputs)))
        header = ",".join(["a", "b", "c", *inputs])
        np.savetxt(tmp_path / "a.csv", np.hstack([x, drive]), delimiter=",", header=header, comments="")
        data = {"source": [str(tmp_path / "a.csv")], "inputs": list(inputs)}
        run = Run.create(tmp_path / "run", configure(overrides={"data": data, "train": {"window": 10}}), data={})
        save_model(make_model(input_dim=len(inputs), **model), run.model_path)
        return run

    return make


def test_the_model_of_a_run_starts_in_its_recording(make_run):
    run = make_run()
    target = find_target(str(run.path), seed=0)
    model = open_model(run.model_path)
    assert (target.names, target.folder, target.known, target.note) == (model.channels, run.path, None, "")
    x = target.observe(target.starts)
    # Every start is a row of the recording; the states are kept in float64, the scaling is an odd one.
    apart = np.abs(x[:, None, :2] - target.reference.x[None, :, :2]).max(axis=2)
    assert apart.min(axis=1).max() < 1e-9


def test_seeds_choose_the_starts(make_run):
    path = str(make_run().path)
    first, again, other = (find_target(path, seed=seed).starts for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_driven_model_is_analyzed_at_its_mean_input(make_run):
    run = make_run(inputs=("s",))
    target = find_target(str(run.path), seed=0)
    assert "constant input 2" in target.note
    z = jnp.asarray(target.starts[0])
    np.testing.assert_allclose(
        target.dynamics.step(z), open_model(run.model_path).dynamics.step(z, jnp.array([2.0])), rtol=1e-6
    )


def test_a_model_file_needs_no_recording(make_run):
    run = make_run(observation={"kind": "affine"}, latent_dim=5)
    target = find_target(str(run.model_path), seed=0)
    assert target.starts.shape[1] == target.dynamics.latent_dim == 5
    assert target.observe(target.starts).shape == (len(target.starts), 3)
    assert target.folder == run.path / "model" / "model-analysis"
    assert target.reference is None


def test_a_system_is_its_own_truth():
    target = find_target("henon", seed=0)
    assert target.known.system.name == target.name == "henon"
    np.testing.assert_array_equal(target.observe(target.starts), target.starts)


def test_a_run_of_a_system_knows_the_truth(make_model, tmp_path):
    data = {"source": ["lorenz63"], "steps": 300, "dt": 0.02}
    run = Run.create(tmp_path / "run", configure(overrides={"data": data, "train": {"window": 10}}), data={})
    save_model(make_model(), run.model_path)
    target = find_target(str(run.path), seed=0)
    assert (target.known.system.name, target.known.dynamics.dt) == ("lorenz63", 0.02)


def test_what_is_not_there_is_answered(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.safetensors").write_bytes(b"garbage")
    for source, error, code in (
        ("empty", RunError, "R302"),
        ("runs/nowhere", RunError, "R302"),
        ("a.safetensors", ModelFileError, "M402"),
        ("b.safetensors", ModelFileError, "M402"),
        ("lorens63", DataError, "D120"),
    ):
        with pytest.raises(error, match=code):
            find_target(source, seed=0)


def test_a_run_without_a_model_is_answered(tmp_path):
    run = Run.create(tmp_path / "run", configure(overrides={"data": {"source": ["henon"]}}), data={})
    with pytest.raises(RunError, match="R309"):
        find_target(str(run.path), seed=0)


@pytest.mark.parametrize(
    ("scores", "told"),
    [({"verdict": "PARTLY"}, "PARTLY"), ({"verdict": "NOT RECONSTRUCTED"}, "NOT"), ({"verdict": "RECONSTRUCTED"}, "")],
)
def test_a_model_that_was_judged_and_is_not_reconstructed_says_so(make_run, scores, told):
    run = make_run()
    assert find_target(str(run.path), seed=0).warning == ""
    run.save_scores(scores)
    warning = find_target(str(run.path), seed=0).warning
    assert bool(warning) is bool(told)
    assert warning.startswith(f"the verdict is {told}" if told else "")
    assert find_target(str(run.model_path), seed=0).warning == ""
