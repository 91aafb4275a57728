"""Which of the restarts is asked for the missing values."""

import numpy as np
import pytest

from attrax.reading import load
from attrax.reconstruct.learning.build import build_training
from attrax.reconstruct.learning.model_store import AbstractModelStore
from attrax.reconstruct.learning.stages import Stages
from attrax.reconstruct.settings.configuration import configure


class Recorder(AbstractModelStore):
    """Keeps what it is given for as long as the test."""

    def __init__(self):
        self.saved = []

    def save(self, name, model, facts):
        self.saved.append(model)

    def read(self, name):
        return None

    def names(self):
        return ()


@pytest.mark.slow
def test_the_nearest_restart_fills_the_gaps(henon, tiny, monkeypatch):
    monkeypatch.setattr("attrax.reconstruct.learning.stages.fill", lambda model, data, progress: data)
    x = henon(300)
    x[np.random.default_rng(0).random(x.shape) < 1 / 3] = np.nan
    train = {**tiny["train"], "updates": 20, "restarts": 3, "scan": {"kind": "sequential"}}
    config = configure(overrides={**tiny, "train": train, "data": {"missing": "mask"}}).complete(2)
    seen, store = [], Recorder()

    def nearness(model):
        seen.append(float(model.dynamics.h1[0]))
        return seen[-1], 0.0

    def ignore(*_):
        return False

    Stages(build_training(config, load(x), [0, 1, 2]), config, nearness, ignore, ignore, store).train([])
    assert len(seen) == 3 * len(store.saved) > 0
    for found, asked in zip(np.reshape(seen, (-1, 3)), store.saved, strict=True):
        assert len(set(found)) == 3
        assert float(asked.dynamics.h1[0]) == min(found)
