import numpy as np
import pytest

from attrax.core.errors import AttraxError, ConfigError, DataError
from attrax.data import RepairOptions, apply_repairs
from attrax.data.clock.row_times import Stamps
from attrax.data.repair.row_order import merge_duplicates
from attrax.data.series import Dataset, Series
from attrax.reading import load_raw
from attrax.reading.load import load


def recording(t, x, inputs=None, unit="s"):
    """A recording with time stamps, NaN where missing."""
    x = np.asarray(x, float).reshape(len(t), -1)
    mask = np.isfinite(x)
    stamps = Stamps(np.asarray(t, float), "time", "a.csv")
    series = Series(
        np.where(mask, x, 0.0),
        dt=stamps.median_step,
        unit=unit,
        inputs=inputs,
        mask=None if mask.all() else mask,
        stamps=stamps,
    )
    return Dataset((series,))


def values(dataset, i=0):
    s = dataset[i]
    return (s.x if s.mask is None else np.where(s.mask, s.x, np.nan))[:, 0]


T = np.arange(2_000) * 0.01
SINE = np.sin(2 * np.pi * T)


def test_nothing_is_mended_unasked():
    raw = recording(T, SINE)
    mended = apply_repairs(raw)
    assert mended.done == ()
    assert mended.sha256 == raw.sha256
    assert (mended[0].dt, mended[0].stamps) == (0.01, None)


def test_an_uneven_clock_is_never_taken_for_an_even_one():
    with pytest.raises(DataError, match=r"D106[\s\S]*--resample 10ms"):
        apply_repairs(recording(np.delete(T, 5), np.delete(SINE, 5)))
    with pytest.raises(DataError, match="D106"):
        load(recording(np.delete(T, 5), np.delete(SINE, 5)))


def test_rows_are_sorted_with_everything_that_belongs_to_them():
    order = np.random.default_rng(0).permutation(50)
    t, x = np.arange(50.0)[order], order.astype(float)
    x[7] = np.nan
    mended = apply_repairs(recording(t, x, inputs=order[:, None] * 2.0), RepairOptions(sort=True))
    (sentence,) = mended.done
    expected = np.arange(50.0)
    expected[order[7]] = np.nan
    np.testing.assert_array_equal(values(mended), expected)
    np.testing.assert_array_equal(mended[0].inputs[:, 0], 2 * np.arange(50.0))
    assert f"went backward {int((np.diff(t) < 0).sum())} times" in sentence


def test_rows_without_a_time_are_left_out_by_sorting():
    mended = apply_repairs(recording([0, 1, np.nan, 2, 3], [0, 1, 9, 2, 3]), RepairOptions(sort=True))
    (sentence,) = mended.done
    np.testing.assert_array_equal(values(mended), [0, 1, 2, 3])
    assert "1 row without a time left out" in sentence


@pytest.mark.parametrize(
    ("how", "expected"), [("mean", [0, 3, 5, 7, 9]), ("first", [0, 2, 5, 6, 9]), ("drop", [0, 5, 9])]
)
def test_duplicates(how, expected):
    t, x = [0, 1, 1, 2, 3, 3, 3, 4], [0, 2, 4, 5, 6, 7, 8, 9]
    mended = merge_duplicates(recording(t, x), how)
    (sentence,) = mended.done
    np.testing.assert_array_equal(values(mended), expected)
    assert f"{8 - len(expected)} rows fewer" in sentence


def test_the_mean_of_duplicates_is_that_of_what_was_observed():
    raw = recording([0, 1, 1, 2, 2], [0, 2, np.nan, np.nan, np.nan], inputs=np.arange(5.0)[:, None])
    mended = apply_repairs(raw, RepairOptions(duplicates="mean"))
    np.testing.assert_array_equal(values(mended), [0, 2, np.nan])
    np.testing.assert_array_equal(mended[0].inputs[:, 0], [0, 1.5, 3.5])


@pytest.mark.parametrize("repairs", [RepairOptions(sort=True), RepairOptions(duplicates="mean")])
def test_without_times_there_is_no_order(repairs):
    with pytest.raises(ConfigError, match="C546"):
        apply_repairs(load_raw(SINE), repairs)


def test_an_uneven_recording_becomes_even():
    kept = np.sort(np.random.default_rng(0).permutation(2_000)[:1_500])
    kept[0], kept[-1] = 0, 1_999
    mended = apply_repairs(recording(T[kept], SINE[kept]), RepairOptions(resample="10ms"))
    (sentence,) = mended.done
    (series,) = mended
    assert (len(series), series.dt) == (2_000, 0.01)
    seen = np.ones(2_000, bool) if series.mask is None else series.mask[:, 0]
    np.testing.assert_array_equal(series.x[kept, 0], SINE[kept])
    np.testing.assert_allclose(series.x[seen, 0], SINE[seen], atol=0.01)
    # Between rows more than three steps apart nothing is drawn.
    steps = np.diff(kept)
    assert (~seen).sum() == (steps[steps > 3] - 1).sum() > 0
    assert f"{(~seen).sum()} of 2,000 values are missing" in sentence


def test_a_coarser_step_does_not_alias():
    fast = np.sin(2 * np.pi * 19 * T)
    mended = apply_repairs(recording(T, SINE + fast), RepairOptions(resample="50ms"))
    every = apply_repairs(recording(T, SINE + fast), RepairOptions(every=5))
    assert mended[0].dt == every[0].dt == 0.05
    for dataset in (mended, every):
        # 19 Hz would fold back to 1 Hz.
        np.testing.assert_allclose(dataset[0].x[20:-20, 0], SINE[::5][20:-20], atol=0.02)
    assert "low-pass" in apply_repairs(recording(T, SINE), RepairOptions(every=5)).done[0]


def test_a_level_survives_decimation_up_to_the_ends():
    x = 100 + T
    np.testing.assert_allclose(apply_repairs(recording(T, x), RepairOptions(every=4))[0].x[:, 0], x[::4], rtol=1e-3)


def test_gaps_survive_decimation():
    x = SINE.copy()
    x[400:600] = np.nan
    x[1_001] = np.nan
    mended = apply_repairs(recording(T, x), RepairOptions(every=5))
    assert np.flatnonzero(~mended[0].mask[:, 0]).tolist() == list(range(80, 120))


def test_inputs_follow_the_new_step():
    mended = apply_repairs(recording(T, SINE, inputs=SINE[:, None]), RepairOptions(resample="20ms", every=2))
    np.testing.assert_allclose(mended[0].inputs, mended[0].x, atol=1e-9)


@pytest.mark.parametrize(
    ("step", "unit", "code"), [("4m/s", "s", "C544"), ("0", "s", "C544"), ("4ms", "", "C545"), ("1us", "s", "C547")]
)
def test_impossible_steps(step, unit, code):
    with pytest.raises(ConfigError, match=code):
        apply_repairs(recording(T, SINE, unit=unit), RepairOptions(resample=step))


def test_a_trend_is_removed_around_gaps_and_the_mean_stays():
    x = 3.0 + 2.0 * T + SINE
    x[100:150] = np.nan
    x = np.stack([x, x], axis=1)
    mended = apply_repairs(recording(T, x), RepairOptions(detrend=("x0",)))
    (sentence,) = mended.done
    (series,) = mended
    seen = series.mask[:, 0]
    assert abs(np.polyfit(T[seen], series.x[seen, 0], 1)[0]) < 1e-9
    np.testing.assert_allclose(series.x[seen, 0].mean(), np.nanmean(x[:, 0]))
    np.testing.assert_array_equal(series.x[seen, 1], x[seen, 1])
    assert "'x0' (+2 per second)" in sentence
    assert "x1" not in sentence
    assert "'x1'" in apply_repairs(recording(T, x), RepairOptions(detrend=("all",))).done[0]


def test_gaps_are_filled_between_values_only():
    raw = recording(range(6), [np.nan, 1, np.nan, np.nan, 4, np.nan])
    mended = apply_repairs(raw, RepairOptions(missing="interpolate"))
    (sentence,) = mended.done
    np.testing.assert_array_equal(values(mended), [np.nan, 1, 2, 3, 4, np.nan])
    assert (
        sentence
        == "interpolate: 2 missing values filled; 2 before the first or after the last observed value stay missing"
    )


def test_a_recording_is_cut_at_its_gaps():
    x = np.arange(20.0)
    x[[5, 6, 9]] = np.nan
    raw = recording(range(20), np.stack([x, np.arange(20.0)], axis=1), inputs=np.arange(20.0)[:, None])
    mended = apply_repairs(raw, RepairOptions(missing="split", min_length=3))
    (sentence,) = mended.done
    assert [s.x[0, 1] for s in mended] == [0, 10]
    assert [len(s) for s in mended] == [5, 10]
    assert [s.inputs[0, 0] for s in mended] == [0, 10]
    assert all(s.mask is None for s in mended)
    for words in ("2 series of 5 to 10 rows", "3 rows with missing values", "2 in stretches shorter than 3"):
        assert words in sentence
    with pytest.raises(DataError, match=r"D104[\s\S]*--min-length 10"):
        apply_repairs(raw, RepairOptions(missing="split", min_length=11))


def test_constant_channels_are_left_out_if_they_are_so_in_every_series():
    wave, still = SINE[:50], np.full(50, 7.0)
    raw = load_raw([np.stack([wave, still, still], 1), np.stack([wave, still, wave], 1)])
    mended = apply_repairs(raw, drop_constant=True)
    (sentence,) = mended.done
    assert [s.channels for s in mended] == [("x0", "x2")] * 2
    assert sentence == "drop constant: 'x1'"
    with pytest.raises(DataError, match="D103"):
        apply_repairs(load_raw(still), drop_constant=True)


def test_the_order_of_repairs_is_one(write):
    """Out of order, repeated, uneven and drifting: mended in one go, as if each had been the only fault."""
    rows = np.r_[0, 2, 1, 3:300, 299, 301:400]
    path = write("a.csv", "time (s),x\n" + "".join(f"{T[r]:.6g},{SINE[r] + T[r]:.9g}\n" for r in rows))
    mended = load(path, sort=True, duplicates="mean", resample="10ms", detrend="x")
    assert (len(mended[0]), mended[0].mask, mended[0].unit) == (400, None, "s")
    expected = apply_repairs(load_raw(SINE[:400] + T[:400]), RepairOptions(detrend=("all",)))
    np.testing.assert_allclose(mended[0].x, expected[0].x, atol=2e-3)


def test_no_recording_and_no_repair_gives_another_error():
    rng = np.random.default_rng(0)
    ended = set()
    for _ in range(150):
        n = int(rng.integers(1, 30))
        t = np.cumsum(rng.choice([0, 1, 1, 1, 1, 2, -1, np.nan], size=n, p=[0.02, *[0.235] * 4, 0.02, 0.01, 0.01]))
        x = rng.choice([np.nan, 0.0, 1.0, 1e300], size=(n, 2))
        inputs = rng.normal(size=(n, 1)) if rng.random() < 0.5 else None
        repairs = RepairOptions(
            sort=bool(rng.integers(2)),
            duplicates=str(rng.choice(["stop", "mean", "first", "drop"])),
            resample=str(rng.choice(["", "1s", "2.5s", "100ms", "1h"])),
            every=int(rng.integers(1, 5)),
            detrend=tuple(rng.choice(["all", "x0"], size=rng.integers(2))),
            missing=str(rng.choice(["mask", "interpolate", "split"])),
        )
        try:
            series, *_ = apply_repairs(recording(t, x, inputs), repairs, drop_constant=bool(rng.integers(2)))
        except AttraxError as error:
            ended.add(error.code)
            continue
        ended.add("mended")
        assert np.isfinite(series.x).all()
        assert series.dt > 0
        assert series.mask is None or series.mask.shape == series.x.shape
        assert series.inputs is None or (len(series.inputs) == len(series) and np.isfinite(series.inputs).all())
    assert ended >= {"mended", "D103", "D104", "D106", "D107"}
