import math

import jax.numpy as jnp
import numpy as np
import pytest

from attrax.reading import load
from attrax.reconstruct.learning import setting_probes
from attrax.reconstruct.learning.model_store import AbstractModelStore, NoStore
from attrax.reconstruct.learning.parts import NO_PARTS
from attrax.reconstruct.learning.setting_probes import Trial, Tuning, TuningStopped, decide, value_of
from attrax.reconstruct.preparation.preparation import completed, prepare
from attrax.reconstruct.settings.configuration import configure

FORCING, UNITS, WINDOW, UPDATES = setting_probes.TUNABLE
SMALL = {
    "model": {"dynamics": {"hidden_dim": 4}},
    "train": {"updates": 60, "chunk": 20, "window": 10, "batch_size": 4, "candidates": 1, "restarts": 1},
    "evaluate": {"starts": 2},
}


class Memory(AbstractModelStore):
    """A store in memory."""

    def __init__(self):
        self.kept = {}

    def save(self, name, model, facts):
        self.kept[name] = (model, facts)

    def read(self, name):
        return self.kept.get(name)

    def names(self):
        return tuple(sorted(self.kept))


@pytest.fixture(scope="module")
def recording():
    t = np.arange(600.0)
    return load(np.stack([np.sin(t / 5), np.cos(t / 5), np.sin(t / 7)], axis=1))


@pytest.fixture
def complete(recording):
    """A complete small configuration that leaves some settings to the probes, and its recordings."""

    def make(*names, **train):
        given = {**SMALL, "train": {**SMALL["train"], **train}, "tune": {"settings": list(names)}}
        config = configure(overrides=given)
        recordings = prepare(config, recording)
        return completed(config, recordings), recordings.train

    return make


def chosen(config, train, *, store=None, watch=lambda _: False):
    said = []
    tuning = Tuning(train, NO_PARTS, lambda *words: said.append(words), watch, store or NoStore())
    return tuning.choose(config), said


def test_the_forcing_is_chosen_by_the_free_runs_of_its_probes(complete, monkeypatch):
    """Each probe is trained with its own strength, and the nearest one wins."""
    seen = []

    def nearness_to(judges, config):
        return lambda model: (-float(seen.pop(0)), 0.0)

    def record(state, strengths):
        seen.extend(strengths)
        return with_strengths(state, strengths)

    with_strengths = setting_probes.with_strengths
    monkeypatch.setattr(setting_probes, "with_strengths", record)
    monkeypatch.setattr(setting_probes, "nearness_to", nearness_to)
    config, train = complete(FORCING)
    found, said = chosen(config, train)
    assert found.train.forcing.settings.alpha == 0.5
    assert found.tune.settings == ()
    assert said[0][0] == "probes"
    assert said[0][1].startswith("forcing alpha 0.5 (free runs with ")


@pytest.mark.slow
def test_replicas_are_forced_with_their_own_strengths(complete):
    config, train = complete(FORCING)
    training = setting_probes.build_training(config, train, [0, 0])
    state = setting_probes.with_strengths(training.start, [0.05, 0.5])
    np.testing.assert_array_equal(state.objective, jnp.array([0.05, 0.5]))
    batches = setting_probes.build_batches(config, training.data)
    fitted = setting_probes.fit(
        training.models, training.objective, batches, training.plan, key=training.keys, replicas=2, resume=state
    )
    np.testing.assert_allclose(fitted.history[-1]["alpha"], [0.05, 0.5], rtol=1e-6)
    assert fitted.history[-1]["loss"][0] != fitted.history[-1]["loss"][1]


def test_with_restarts_the_strength_in_use_stays_as_an_alternative(complete, monkeypatch):
    monkeypatch.setattr(setting_probes, "decide", lambda trials: next(t for t in trials if t.value["alpha"] == 0.3))
    monkeypatch.setattr(setting_probes, "nearness_to", lambda judges, config: lambda model: (0.0, 0.0))
    config, train = complete(FORCING, restarts=2)
    found, _ = chosen(config, train)
    assert (found.train.forcing.settings.alpha, found.train.forcing.settings.alternatives) == (0.3, (0.125,))
    np.testing.assert_allclose(setting_probes.build_training(found, train, [0, 1]).start.objective, [0.3, 0.125])


@pytest.mark.slow
def test_results_of_probes_are_kept_for_a_resumed_run(complete, monkeypatch):
    store = Memory()
    config, train = complete(UNITS)
    monkeypatch.setitem(setting_probes.VALUES, UNITS, (4, 6))
    first, _ = chosen(config, train, store=store)
    monkeypatch.setattr(setting_probes, "fit", None)
    again, _ = chosen(config, train, store=store)
    assert again == first
    assert again.model.dynamics.settings.hidden_dim in (4, 6)


def test_a_stop_between_chunks_is_a_request_to_the_caller(complete):
    config, train = complete(FORCING)
    with pytest.raises(TuningStopped):
        chosen(config, train, watch=lambda _: True)


def test_windows_that_are_too_long_for_the_rows_are_not_tried(complete, monkeypatch):
    monkeypatch.setattr(setting_probes, "fit", None)
    config, train = complete(WINDOW, window=120)
    monkeypatch.setitem(setting_probes.VALUES, WINDOW, (200, 5_000))
    found, said = chosen(config, train)
    assert (found.train.window, said) == (120, [])


def test_the_number_of_updates_follows_from_the_budget_and_the_size():
    def updates(budget, hidden):
        given = {"model": {"dynamics": {"hidden_dim": hidden}}, "tune": {"budget": budget}}
        return configure(overrides=given).complete(3, 100.0).train.updates

    assert updates(180, 50) == 40_000
    assert updates("6 min", 50) == 80_000
    assert 4_000 <= updates(180, 5_000) < 20_000
    assert updates(1, 5_000) == 4_000


def test_what_is_given_is_not_open():
    def open_settings(overrides):
        return configure(overrides=overrides).complete(3, 100.0).tune.settings

    assert open_settings({}) == (FORCING, UPDATES)
    assert open_settings({"train": {"forcing": {"alpha": 0.2}}}) == (UPDATES,)
    assert open_settings({"train": {"forcing": {"kind": "adaptive"}}}) == (UPDATES,)
    assert open_settings({"train": {"updates": 30_000}}) == (FORCING,)
    assert open_settings({"tune": {"settings": [WINDOW]}, "train": {"updates": 5_000}}) == (WINDOW,)
    assert open_settings({"train": {"updates": 5_000}}) == ()
    assert open_settings({"model": {"dynamics": {"kind": "gru"}}}) == (UPDATES,)
    assert open_settings({"tune": {"settings": []}, "train": {"updates": 30_000}}) == ()


def test_a_value_must_be_clearly_nearer_than_the_one_in_use():
    def winner(*others):
        return decide([Trial(1, 0.0, 0.1), *others]).value

    assert winner(Trial(2, -0.15, 0.0)) == 1
    assert winner(Trial(2, -0.5, 0.1)) == 2
    assert winner(Trial(2, -0.5, 0.6)) == 1
    assert winner(Trial(2, -0.5, 0.1), Trial(3, -0.9, 0.1)) == 3
    assert winner(Trial(2, math.inf, 0.1)) == 1


def test_a_tuned_configuration_keeps_everything_else(complete):
    config, _ = complete()
    changed = config.tuned({WINDOW: 12, UNITS: 6, FORCING: {"kind": "generalized", "alpha": 0.3}})
    assert (value_of(changed, WINDOW), value_of(changed, UNITS)) == (12, 6)
    back = changed.tuned({WINDOW: 10, UNITS: 4, FORCING: value_of(config, FORCING)})
    assert back.model_dump() == config.model_dump()
