"""The choice of open settings in a run: what the folder holds, and how an interrupted choice continues."""

import contextlib

import numpy as np
import pytest

import attrax
from attrax.core.errors import Interrupted
from attrax.reconstruct.learning.setting_probes import FORCING, VALUES
from attrax.runs import settling

SETTINGS = {
    "model": {"dynamics": {"hidden_dim": 4}},
    "train": {"updates": 40, "chunk": 10, "window": 10, "batch_size": 4, "candidates": 1, "restarts": 1},
    "evaluate": {"starts": 2},
    "tune": {"settings": ["train.forcing"]},
}


@pytest.fixture(scope="module", autouse=True)
def _two_values():
    """Two values are enough for a choice that is interrupted."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(VALUES, FORCING, VALUES[FORCING][:2])
        yield


@pytest.fixture(scope="module")
def recording():
    t = np.arange(500.0)
    return np.stack([np.sin(t / 5), np.cos(t / 5), np.sin(t / 7)], axis=1)


@pytest.fixture(scope="module")
def whole(recording, tmp_path_factory):
    return attrax.fit(recording, settings=SETTINGS, folder=tmp_path_factory.mktemp("runs") / "whole", quiet=True)


def parameters(fit):
    return fit.model.dynamics.W1


class StopsLater:
    """A stop request that is made when it has been asked a number of times."""

    def __init__(self, times):
        self.left = times

    @property
    def made(self):
        self.left -= 1
        return self.left < 0


def test_the_folder_holds_the_chosen_settings(whole):
    again = attrax.open_run(whole.folder)
    assert again.config == whole.config
    assert again.config.tune.settings == ()
    np.testing.assert_array_equal(parameters(again), parameters(whole))


@pytest.mark.parametrize("asked", [0, pytest.param(2, marks=pytest.mark.slow)])
def test_a_run_that_was_stopped_while_settings_were_chosen_ends_in_the_same_model(
    recording, whole, tmp_path, monkeypatch, asked
):
    with monkeypatch.context() as patch:
        patch.setattr(settling, "stop_requests", lambda: contextlib.nullcontext(StopsLater(asked)))
        with pytest.raises(Interrupted, match="stopped while settings were chosen"):
            attrax.fit(recording, settings=SETTINGS, folder=tmp_path / "run", quiet=True)
    resumed = attrax.resume(tmp_path / "run", data=recording, quiet=True)
    np.testing.assert_array_equal(parameters(resumed), parameters(whole))
    assert resumed.config.train == whole.config.train
