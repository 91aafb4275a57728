"""Rows that are judged: all of an ordinary recording, stretches at even distances of a very long one."""

import numpy as np
import pytest

from attrax.data.series import Dataset, Series
from attrax.reconstruct.judging import judged_rows as suffice
from attrax.reconstruct.judging.judged_rows import fitted_stretches, judged_rows, known_rows, scored_rows


def counted(rows: int, channels: int = 1) -> Series:
    """A recording whose values are the numbers of its rows."""
    return Series(np.repeat(np.arange(float(rows))[:, None], channels, axis=1))


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Limits that small arrays reach."""
    monkeypatch.setattr(suffice, "MOST_ROWS", 100)
    monkeypatch.setattr(suffice, "FORECAST_VALUES", 500)
    monkeypatch.setattr(suffice, "FEWEST_ROWS", 20)
    monkeypatch.setattr(suffice, "FITTED_VALUES", 400)


@pytest.mark.parametrize(("channels", "rows"), [(1, 100), (5, 100), (10, 50), (25, 20), (200, 20)])
def test_forecasts_of_more_channels_are_scored_on_fewer_rows(channels, rows):
    assert len(judged_rows(counted(1_000, channels))) == 100
    assert len(scored_rows(counted(1_000, channels))) == rows


def test_what_is_no_longer_than_suffices_is_taken_whole():
    series = counted(400)
    train = Dataset((series,))
    assert known_rows(series) is series
    assert fitted_stretches(train) is train


def test_stretches_are_of_consecutive_rows_from_the_first_to_the_last():
    x = known_rows(counted(1_000)).x[:, 0].reshape(4, 100)
    assert (np.diff(x, axis=1) == 1).all()
    assert x[:, 0].tolist() == [0, 300, 600, 900]


def test_a_linear_null_gets_separate_stretches_of_all_series():
    parts = fitted_stretches(Dataset((counted(1_000), counted(700))))
    assert sum(map(len, parts)) <= 400
    assert all((np.diff(series.x[:, 0]) == 1).all() for series in parts)
    assert [series.x[0, 0] for series in parts] == [0, 500, 0, 500]
    many = fitted_stretches(Dataset(tuple(counted(10) for _ in range(100))))
    assert [len(series) for series in many] == 34 * [10]
