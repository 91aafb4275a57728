"""A clock that ticks more rarely than rows are recorded."""

import numpy as np
import pytest

from attrax.core.errors import DataError
from attrax.data.clock.coarse_ticks import coarse_ticks
from attrax.reading.load import load

STEP = 0.00996
TICK = 0.015625


def ticking(n=3_000, drift=0.02, seed=0):
    """Times of even rows, of a clock with ticks and a little jitter."""
    rng = np.random.default_rng(seed)
    true = np.arange(n) * STEP + drift * np.sin(np.arange(n) / n * 3) + rng.uniform(0, 1e-3, n)
    return np.round(np.floor(true / TICK) * TICK, 3)


def test_the_mean_step_is_advised_and_keeps_all_rows():
    t = ticking()
    x = np.sin(np.arange(3_000) / 9)
    with pytest.raises(DataError, match=r"D107[\s\S]*ticks every[\s\S]*dt=") as caught:
        load({"time (s)": t, "x": x})
    assert caught.value.fix.startswith("dt=")
    step = caught.value.fix.partition("  #")[0].removeprefix("dt=").strip("'")
    (series,) = load({"time (s)": t, "x": x}, dt=step)
    np.testing.assert_array_equal(series.x[:, 0], x)
    assert series.dt == pytest.approx(STEP, rel=0.01)


OTHERS = {
    "rows at random": np.sort(np.floor(np.random.default_rng(1).uniform(0, 600, 1_000))),
    "rare repeats at random": np.sort(np.r_[np.arange(1_000.0), np.random.default_rng(2).integers(0, 999, 40)]),
    "two recordings": np.repeat(np.arange(500.0), 2),
    "a pause": np.r_[ticking(), 50 + ticking()],
    "backward": ticking()[::-1],
    "rising": np.arange(100.0),
    "a gap": np.r_[np.nan, ticking()],
}


@pytest.mark.parametrize("t", OTHERS.values(), ids=OTHERS)
def test_other_repeated_times_are_no_ticks(t):
    assert coarse_ticks(t) is None


def test_the_same_rows_are_repetitions_and_no_ticks():
    t = ticking()
    with pytest.raises(DataError, match=r"duplicates='first'"):
        load({"time (s)": t, "x": np.floor(t / TICK)})
