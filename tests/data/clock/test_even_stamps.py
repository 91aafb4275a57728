"""The step behind times that were rounded when they were written."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attrax.core.errors import DataError
from attrax.data.clock.even_stamps import unrounded
from attrax.reading.load import load


@pytest.mark.parametrize(
    ("t", "step"),
    [
        (np.round(np.arange(1200) / 256, 3), 1 / 256),
        (np.round(np.arange(1200) / 256, 2), 1 / 256),
        (np.rint(np.arange(1200) * 1000 / 60) / 1000, 1 / 60),
        (1.6e9 + np.floor(np.arange(300) * 1000 / 30) / 1000, 1 / 30),
        (np.round(7.3 + np.arange(500) * 0.0314, 3), 0.0314),
    ],
)
def test_rounded_times(t, step):
    even = unrounded(t)
    assert even is not None
    np.testing.assert_allclose(np.diff(even), step, rtol=2e-4)


@given(st.floats(0.011, 3.0), st.floats(-5.0, 5.0), st.integers(30, 400))
def test_times_that_were_rounded_are_even(step, first, n):
    t = np.round(first + step * np.arange(n), 3)
    even = unrounded(t)
    steps = np.diff(t if even is None else even)
    assert np.ptp(steps) <= 1e-9 * max(1.0, np.abs(t).max())
    assert abs(steps.mean() - step) <= 2e-3 / (n - 1)


def test_rows_that_are_missing_stay_missing():
    rows = np.delete(np.arange(300), [50, 51, 120])
    even = unrounded(np.round(rows / 256, 3))
    assert even is not None
    np.testing.assert_allclose(even, rows / 256, atol=1e-12)


@pytest.mark.parametrize(
    "t",
    [
        np.delete(np.arange(300.0), 50),
        np.delete(np.arange(0, 600.0, 2), 50),
        np.array([0.0, 1.0, 1.0, 2.0]),
        np.array([0.0, 2.0, 4.0, 7.0]),
        np.cumsum(np.random.default_rng(0).uniform(0.5, 1.5, 300)).round(3),
        np.arange(100) * 0.1,
    ],
    ids=["a counter", "every other", "twice", "few", "random", "even"],
)
def test_other_times_stay_as_they_are(t):
    found = unrounded(t)
    assert found is None or np.allclose(found, t, atol=1e-9)


def test_a_recording_is_even(write):
    rows = "".join(f"{i / 256:.3f},{i % 3}.5\n" for i in range(1200))
    (series,) = load(write("a.csv", "time (s),x\n" + rows))
    assert (series.dt, series.unit) == (1 / 256, "s")


def test_dates_on_mondays_wednesdays_and_fridays_are_not_rounded(write):
    days = [np.datetime64("2021-01-04") + 7 * week + day for week in range(20) for day in (0, 2, 4)]
    with pytest.raises(DataError, match="D106"):
        load(write("a.csv", "date,x\n" + "".join(f"{d},{i % 3}\n" for i, d in enumerate(days))))
