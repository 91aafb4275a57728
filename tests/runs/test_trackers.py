"""Trackers get every finite value of every restart, at the step of the chunk."""

import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from attrax import ConfigError
from attrax.optimise import Progress
from attrax.runs.trackers import MLflow, TensorBoard, WeightsAndBiases

RECORD = {"loss": np.array([0.5, np.nan]), "alpha": np.array(0.1)}
PROGRESS = Progress(SimpleNamespace(step=np.int32(40)), 100, RECORD)


@pytest.fixture
def fake(monkeypatch):
    def make(name, **names):
        module = ModuleType(name)
        module.__spec__ = SimpleNamespace(name=name)
        vars(module).update(names)
        monkeypatch.setitem(sys.modules, name, module)

    return make


def test_tensorboard_gets_a_curve_of_each_restart(fake, tmp_path):
    seen = []

    class Writer:
        def __init__(self, logdir):
            seen.append(logdir)

        def add_scalar(self, name, value, step):
            seen.append((name, value, step))

        def flush(self):
            seen.append("flushed")

    fake("tensorboard")
    fake("tensorboard.summary", Writer=Writer)
    assert TensorBoard(tmp_path)(PROGRESS) is None
    assert seen == [str(tmp_path), ("loss/restart 1", 0.5, 40), ("alpha/restart 1", 0.1, 40), "flushed"]


def test_mlflow_gets_names_that_it_allows(fake):
    seen = []
    fake("mlflow", log_metrics=lambda values, step: seen.append((values, step)))
    MLflow()(PROGRESS)
    assert seen == [({"loss_restart_1": 0.5, "alpha_restart_1": 0.1}, 40)]


@pytest.mark.parametrize("active", [True, False])
def test_weights_and_biases_use_the_active_run_or_a_new_one(fake, active):
    seen = []

    def run(place):
        return SimpleNamespace(log=lambda values, step: seen.append((place, values, step)))

    fake("wandb", run=run("active") if active else None, init=lambda project: run(project))
    WeightsAndBiases("heart")(PROGRESS)
    place = "active" if active else "heart"
    assert seen == [(place, {"loss/restart 1": 0.5, "alpha/restart 1": 0.1}, 40)]


def test_a_missing_library_is_told_in_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "wandb", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="pip install wandb"):
        WeightsAndBiases()
