import signal
from dataclasses import replace

import numpy as np
import pytest

import attrax
from attrax import Interrupted, RunError
from attrax.campaigns.together import learn_together
from attrax.reading import load
from attrax.reconstruct.learning import filling
from attrax.reconstruct.learning.filling import fill, reliable
from attrax.reconstruct.learning.stages import filled_at
from attrax.reconstruct.settings.configuration import configure
from attrax.runs.console import Console
from attrax.runs.folder import Run
from attrax.runs.training import learn
from attrax.train.smoothing import Smoothed


@pytest.fixture(scope="module")
def gappy(henon):
    """The Hénon map with a third of its values missing."""
    x = henon(600)
    x[np.random.default_rng(0).random(x.shape) < 1 / 3] = np.nan
    return x


@pytest.fixture(scope="module")
def settings(tiny):
    return {**tiny, "data": {"missing": "mask"}}


@pytest.fixture(scope="module")
def fitted(gappy, settings):
    return attrax.fit(gappy, settings=settings, quiet=True)


@pytest.fixture(scope="module")
def dataset(gappy):
    return load(gappy)


def configured(**train):
    return configure(overrides={"train": {"chunk": 10, "updates": 100, **train}})


def parameters(model):
    return np.asarray(model.dynamics.W1)


@pytest.mark.parametrize(("fillings", "moments"), [(0, []), (1, [50]), (2, [20, 50]), (5, [10, 20, 30, 40, 50])])
def test_gaps_are_filled_in_the_first_half_between_two_chunks(dataset, fillings, moments):
    assert filled_at(configured(fillings=fillings), dataset) == moments


def test_there_is_nothing_to_fill_without_many_gaps_or_without_states_behind_values(dataset, henon):
    assert filled_at(configured(), load(henon(50))) == []
    few = henon(50)
    few[7] = np.nan
    assert filled_at(configured(), load(few)) == []
    counts = configure(overrides={"train": {"chunk": 10, "updates": 100}, "model": {"kinds": ["*=poisson"]}})
    assert filled_at(counts, dataset) == []
    assert filled_at(configured(chunk=250), dataset) == []


@pytest.mark.slow
def test_observed_values_stay_and_only_those_it_is_sure_of_are_filled(fitted, dataset):
    model = fitted.model
    data = dataset.map(lambda s: replace(s, x=np.where(s.mask, model.scaling.apply(s.x), 0.0)))
    calls = []
    filled = fill(model, data, lambda *done: calls.append(done))[0]
    series = data[0]
    new = filled.mask & ~series.mask
    assert new.any()
    assert calls[-1][0] == calls[-1][1]
    np.testing.assert_array_equal(filled.x[series.mask], series.x[series.mask])
    assert (filled.x[~filled.mask] == 0).all()


def test_a_stretch_in_which_the_way_was_lost_is_not_sure():
    forecast = np.array([0.05, 0.2, 1.1, 0.2, 0.05, 0.2, 0.2, 0.05])[:, None] * [1, 0.1]
    found = Smoothed(np.zeros((8, 2)), np.full((8, 2), 0.02), forecast, np.full((8, 2), 0.01))
    np.testing.assert_array_equal(reliable(found), np.array([1, 0, 0, 0, 1, 1, 1, 1], bool)[:, None] & [True, True])
    # In much noise only what is lost is not sure.
    noisy = reliable(found._replace(noise=np.full((8, 2), 0.5)))
    np.testing.assert_array_equal(noisy[:, 0], [1, 1, 0, 1, 1, 1, 1, 1])
    found.spread[6, 1], found.x[0, 0] = 0.11, np.nan
    np.testing.assert_array_equal(reliable(found)[[0, 6]], [[False, True], [True, False]])


@pytest.mark.slow
def test_a_long_recording_is_filled_piece_by_piece(fitted, dataset, monkeypatch):
    model = fitted.model
    data = dataset.map(lambda s: replace(s, x=np.where(s.mask, model.scaling.apply(s.x), 0.0)))
    whole = fill(model, data, lambda *_: None)[0]
    monkeypatch.setattr(filling, "MOST_COVARIANCE_VALUES", 4 * 200)
    monkeypatch.setattr(filling, "OVERLAP", 60)
    pieces = fill(model, data, lambda *_: None)[0]
    both = whole.mask & pieces.mask
    assert both.mean() > 0.95 * whole.mask.mean()
    assert np.median(np.abs(pieces.x - whole.x)[both & ~data[0].mask]) < 0.05


@pytest.mark.slow
def test_filling_changes_what_is_learned_and_nothing_before(fitted, gappy, settings):
    never = {**settings, "train": {**settings["train"], "fillings": 0}}
    plain = attrax.fit(gappy, settings=never, quiet=True)
    assert [entry["loss"] for entry in plain.history][:1] == [entry["loss"] for entry in fitted.history][:1]
    assert (parameters(plain.model) != parameters(fitted.model)).any()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("step", "keep"),
    [
        (20, 0.0),
        (40, 1e9),
        *(
            pytest.param(step, keep, marks=pytest.mark.slow)
            for step, keep in ((10, 0.0), (40, 0.0), (10, 1e9), (20, 1e9))
        ),
    ],
)
def test_a_run_that_crashed_anywhere_becomes_the_same_model(fitted, gappy, settings, tmp_path, monkeypatch, step, keep):
    record = Run.record

    def crash(self, at, values):
        record(self, at, values)
        if at == step:
            raise MemoryError("killed")

    folder = tmp_path / "run"
    monkeypatch.setattr(Run, "record", crash)
    kept = {**settings, "train": {**settings["train"], "checkpoint_seconds": keep}}
    with pytest.raises(RunError, match="R352"):
        attrax.fit(gappy, settings=kept, folder=folder, quiet=True)
    monkeypatch.setattr(Run, "record", record)
    result = attrax.resume(folder, data=gappy, quiet=True)
    np.testing.assert_array_equal(parameters(result.model), parameters(fitted.model))
    assert result.history == fitted.history


@pytest.mark.slow
def test_an_interrupt_while_gaps_are_filled_loses_nothing(fitted, gappy, settings, tmp_path, monkeypatch):
    smooth = filling.smooth

    def interrupted(*args, **kwargs):
        signal.raise_signal(signal.SIGINT)
        return smooth(*args, **kwargs)

    monkeypatch.setattr(filling, "smooth", interrupted)
    with pytest.raises(Interrupted, match=r"stopped at step 10[\s\S]*attrax resume"):
        attrax.fit(gappy, settings=settings, folder=tmp_path / "run", quiet=True)
    monkeypatch.setattr(filling, "smooth", smooth)
    result = attrax.resume(tmp_path / "run", data=gappy, quiet=True)
    np.testing.assert_array_equal(parameters(result.model), parameters(fitted.model))


@pytest.mark.slow
def test_the_runs_of_a_sweep_fill_gaps_each_for_itself(dataset, settings):
    configs = [configure(overrides={**settings, "seed": seed}).complete(2) for seed in (0, 1)]
    together = learn_together(configs, dataset)
    for config, found in zip(configs, together, strict=True):
        alone = learn(config, dataset, Console(quiet=True))
        np.testing.assert_array_equal(parameters(alone.model), parameters(found.model))
