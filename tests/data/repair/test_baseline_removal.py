"""A slow baseline is removed, and added again to what comes back."""

import numpy as np
import pytest

from attrax.core.errors import ConfigError
from attrax.data.repair.baseline_removal import slow_part
from attrax.data.repair.repair_options import RepairOptions
from attrax.data.repair.repairs import apply_repairs
from attrax.data.series import Dataset, Series
from attrax.data.splitting import hold_out, parted
from attrax.diagnosis.period import dominant_period
from attrax.diagnosis.slow_baseline import PERIODS, slow_baselines
from attrax.reconstruct.forecasting.recorded_units import put_back_interval, remark_on
from attrax.reconstruct.settings.sections import DataConfig

N = 4000
T = np.arange(N)
FAST, SLOW = np.sin(T / 5), 3 * np.sin(T / 400)
X = np.stack([FAST + SLOW, np.cos(T / 5)], axis=1)
HIGHPASS = RepairOptions(highpass="300")


def dataset(x=X, **fields):
    return Dataset((Series(x, channels=("a", "b"), **fields),))


def test_the_slow_part_goes_and_the_fast_one_stays():
    (series,) = apply_repairs(dataset(), HIGHPASS)
    inner = slice(300, -300)
    np.testing.assert_allclose(series.x[inner, 0], FAST[inner], atol=0.1)
    np.testing.assert_allclose(series.x[inner, 1], X[inner, 1], atol=0.02)


def test_all_that_was_taken_out_comes_back():
    (series,) = apply_repairs(dataset(), RepairOptions(detrend=("a",), highpass="300"))
    np.testing.assert_allclose(series.recorded.x, X, atol=1e-9)
    np.testing.assert_allclose(series[1000:3000:2].recorded.x, X[1000:3000:2], atol=1e-9)


def test_after_the_last_row_the_slow_part_stays_and_intervals_widen():
    (series,) = apply_repairs(dataset(), HIGHPASS)
    rows, still = N + np.array([0, 50, 500]), np.zeros((3, 2))
    found = put_back_interval(DataConfig().known_phases, series, still, still, rows, share=0.9)[1]
    last = X[-1] - series.x[-1]
    np.testing.assert_allclose(found.center, np.tile(last, (3, 1)), atol=1e-9)
    width = (found.high - found.low)[:, 0]
    assert 0 < width[0] < width[1] < width[2]
    assert "the slow part stays at its last value" in remark_on(series, still, rows)


def test_rows_to_train_on_do_not_depend_on_rows_that_are_held_out():
    other = X.copy()
    other[3300:] += 50
    cut = [
        parted(apply_repairs(dataset(x), HIGHPASS, cut=lambda d: hold_out(d, 0.2, gap=10, fewest=2)))
        for x in (X, other)
    ]
    np.testing.assert_array_equal(cut[0][0][0].x, cut[1][0][0].x)
    np.testing.assert_allclose(cut[0][1][0].recorded.x, X[-len(cut[0][1][0]) :], atol=1e-9)


def test_gaps_are_crossed_and_stay_missing():
    mask = np.ones(X.shape, dtype=bool)
    mask[1000:1100, 0] = False
    (series,) = apply_repairs(dataset(np.where(mask, X, 0.0), mask=mask), HIGHPASS)
    np.testing.assert_array_equal(series.mask, mask)
    assert np.abs(series.x[300:-300, 0]).max() < 1.6


def test_a_period_of_few_rows_is_refused():
    with pytest.raises(ConfigError, match="C565") as failure:
        apply_repairs(dataset(), RepairOptions(highpass="3"))
    assert failure.value.fix.startswith("--highpass 100 ")


@pytest.mark.parametrize(("slow", "found"), [(SLOW, True), (0.0, False), (T / 500, False)])
def test_only_a_slow_baseline_is_told(slow, found):
    x = (FAST + slow)[:, None]
    x = (x - x.mean()) / x.std()
    told = slow_baselines(x, ("a",), dominant_period(x))
    assert bool(told) == found
    assert all(each.rows == pytest.approx(4 * 10 * np.pi, rel=0.05) for each in told)


def test_the_share_of_a_slow_baseline_is_that_of_the_filter_that_removes_it():
    drift = np.random.default_rng(0).normal(size=N).cumsum() / 20 + SLOW
    x = (FAST + drift)[:, None]
    x = (x - x.mean()) / x.std()
    period = dominant_period(x - slow_part(x, 150))
    (found,) = slow_baselines(x, ("a",), period)
    line = np.polyval(np.polyfit(T, x[:, 0], 1), T)[:, None]
    removed = slow_part(x - line, PERIODS * period.rows)
    assert found.share == pytest.approx(removed.var() / x.var(), rel=0.05)


def test_a_slow_part_at_the_end_follows_the_mean_not_the_last_value():
    x = np.zeros((1000, 1))
    x[-1] = 10.0
    assert abs(slow_part(x, 200)[-1, 0]) < 0.5
