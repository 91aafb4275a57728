"""Real recordings with the defaults of `attrax fit`, judged on the part that was held out. Slow: half an hour.

pytest -m slow tests/verdict/test_real_recordings.py -s
"""

from pathlib import Path

import numpy as np
import pytest

import attrax
from attrax.measures import Outcome

RECORDINGS = Path(__file__).parents[2].parent / "shared" / "data"

CASES = {
    "laser": ("laser_train.csv", "laser_test.csv", Outcome.RECONSTRUCTED, 0.3),
    "electrochemical": ("electrochem13_train.csv", "electrochem13_test.csv", Outcome.RECONSTRUCTED, 0.4),
    "mackey_glass": ("mackey_glass_train.csv", "mackey_glass_test.csv", Outcome.RECONSTRUCTED, 0.2),
    "bursting": ("bursting_train.npy", "bursting_test.npy", Outcome.PARTLY, 0.8),
    "ecg": ("ECG_pecuzal_5d_train.npy", "ECG_pecuzal_5d_test.npy", Outcome.PARTLY, 1.2),
}
"""Training and test recording, the least verdict, and the largest D_stsp."""

WORTH = (Outcome.NOT_RECONSTRUCTED, Outcome.PARTLY, Outcome.RECONSTRUCTED)


def judged(fit, least, distance):
    """The verdict is at least `least`, and D_stsp at most `distance`."""
    row = next(row for row in fit.verdict.rows if row.name == "D_stsp")
    print(f"TABLE {fit.name}: {fit.verdict.outcome}, {row.model.value:.3g}", flush=True)  # noqa: T201
    assert WORTH.index(fit.verdict.outcome) >= WORTH.index(least), fit.verdict.reasons
    assert row.model.value <= distance


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_recording_is_reconstructed_without_any_option(name):
    train, test, least, distance = CASES[name]
    if not (RECORDINGS / train).is_file():
        pytest.skip("the real recordings are not here")
    judged(attrax.fit(str(RECORDINGS / train), test=str(RECORDINGS / test), quiet=True), least, distance)


@pytest.mark.slow
def test_a_minute_of_one_ecg_lead_is_reconstructed():
    path = RECORDINGS / CASES["ecg"][0]
    if not path.is_file():
        pytest.skip("the real recordings are not here")
    judged(attrax.fit(np.load(path)[:42_000, :1], quiet=True), Outcome.RECONSTRUCTED, 1.5)
