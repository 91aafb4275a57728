import numpy as np
import pytest

from attrax.core.errors import DataError
from attrax.diagnosis import check
from attrax.reading.load import load

WAVE = np.sin(np.arange(200) / 3)


def with_gap(start, stop):
    x = WAVE.copy()
    x[start:stop] = np.nan
    return x


def test_a_sound_recording_needs_no_words():
    assert check(load(WAVE)) == ()


def test_few_gaps_are_told_and_tolerated():
    x = with_gap(20, 24)
    x[150:152] = np.inf
    (notice,) = check(load(x))
    for words in ("D101", "'x0'", "6 of 200", "3 %", "longest gap 4 rows", "row 20 (counted from 0)"):
        assert words in notice


def test_the_limit_is_five_percent():
    assert len(check(load(with_gap(0, 10)))) == 1
    with pytest.raises(DataError, match="D102"):
        check(load(with_gap(0, 11)))


def test_masking_can_be_asked_for():
    (notice,) = check(load(with_gap(10, 190)), any_missing=True)
    assert "180 of 200" in notice


def test_a_long_gap_in_one_series_does_not_hide_among_many():
    series = [np.sin(np.arange(400) / 3)] * 20

    def gapped(n):
        x = series[0].copy()
        x[30 : 30 + n] = np.nan
        return load([*series, x])

    # Ten periods of 6 pi rows.
    assert len(check(gapped(185))) == 1
    with pytest.raises(DataError, match=r"row 30 of series 20"):
        check(gapped(200))


def test_where_no_period_is_known_a_gap_of_a_twentieth_is_long():
    ramp = np.arange(400.0)
    assert len(check(load([ramp] * 20 + [np.where(np.abs(ramp - 200) < 10, np.nan, ramp)]))) == 1
    with pytest.raises(DataError, match="longest gap 21 rows"):
        check(load([ramp] * 20 + [np.where(np.abs(ramp - 200) < 11, np.nan, ramp)]))


def test_short_series_may_have_short_gaps():
    assert len(check(load([WAVE] * 5 + [with_gap(0, 3)[:20]]))) == 1


def test_a_channel_may_rest_in_one_series_but_not_in_all():
    still = np.full(50, WAVE[3])
    assert check(load([WAVE, still])) == ()
    with pytest.raises(DataError, match="D103"):
        check(load([still, still]))


def test_a_channel_never_observed():
    x = np.stack([WAVE, np.full(200, np.nan)], axis=1)
    with pytest.raises(DataError, match="D102"):
        check(load(x))
    with pytest.raises(DataError, match="no value in any row"):
        check(load(x), any_missing=True)


def test_what_is_missing_does_not_make_a_constant_vary():
    x = np.full(200, 7.0)
    x[5] = np.nan
    with pytest.raises(DataError, match="the same value 7 in all 199 rows"):
        check(load(x))


def test_one_long_series_excuses_short_ones():
    wide = np.random.default_rng(0).normal(size=(30, 8))
    assert check(load([wide, wide[:5]])) == ()
