"""Free runs as they would have been recorded: where they start, with noise, and with the holes of the recording."""

import numpy as np
import pytest

from attrax.baselines import Persistence
from attrax.data import Series
from attrax.reconstruct.judging.evaluation import added_noise, as_recorded
from attrax.reconstruct.judging.free_runs import free_runs
from attrax.reconstruct.settings.sections import EvaluateConfig


@pytest.fixture
def recording():
    """A slow ramp with a hole, so that every state tells when it was."""
    mask = np.ones((640, 1), bool)
    mask[300:310] = False
    return Series(np.arange(640.0)[:, None], mask=mask)


@pytest.fixture
def found(recording):
    return free_runs(Persistence(), recording, 4, seed=0)


def test_starts_are_spread_over_all_of_the_recording(found):
    # Contexts of 64 rows from the first to the last; persistence stays where they end.
    assert [float(run.x[0, 0]) for run in found.runs] == [63.0, 255.0, 447.0, 639.0]


def test_noise_of_the_size_that_was_granted_is_added_to_every_run(found):
    plain, noisy = as_recorded(found, seed=0), as_recorded(found, np.array([2.0]), seed=0)
    added = np.stack(noisy) - np.stack(plain)
    assert added.std() == pytest.approx(2.0, rel=0.1)
    assert np.abs(np.corrcoef(added[:, :, 0]) - np.eye(4)).max() < 0.2


def test_runs_get_the_holes_of_the_recording(found):
    (run, *_) = as_recorded(found, np.array([2.0]), seed=0)
    across = np.diff(run[299:311, 0])
    np.testing.assert_allclose(across, across[0])


def test_the_published_protocol_grants_no_noise(recording, found):
    granted = added_noise(Persistence(), found, EvaluateConfig(), seed=0)
    published = added_noise(Persistence(), found, EvaluateConfig(measures="gtf2023"), seed=0)
    assert granted > 0.0
    assert published == 0.0
