import numpy as np
import pandas as pd
import pytest

from attrax.core.errors import DataError
from attrax.reading.load import load


def test_names_and_values():
    (series,) = load(pd.DataFrame({"ecg": [1.0, 2.0], "resp": [3, 4]}))
    np.testing.assert_array_equal(series.x, [[1, 3], [2, 4]])
    assert (series.channels, series.dt) == (("ecg", "resp"), 1.0)


def test_gaps_of_every_kind():
    frame = pd.DataFrame(
        {"a": [1.0, np.nan, np.inf], "b": pd.array([1, None, 3], dtype="Int64"), "c": [True, None, False]}
    )
    (series,) = load(frame)
    np.testing.assert_array_equal(series.mask, [[1, 1, 1], [0, 0, 0], [0, 1, 1]])
    np.testing.assert_array_equal(series.x, [[1, 1, 1], [0, 0, 0], [0, 3, 0]])


@pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
def test_an_index_of_dates_is_the_clock(zone):
    index = pd.date_range("2021-03-28", periods=9, freq="20min", tz=zone)
    (series,) = load(pd.DataFrame({"x": np.arange(9) ** 2}, index=index))
    assert (series.dt, series.unit, series.channels) == (1200.0, "s", ("x",))


def test_other_indices():
    x = np.arange(4.0) ** 2
    assert load(pd.DataFrame({"x": x}, index=np.arange(4) * 0.5))[0].dt == 0.5
    assert load(pd.DataFrame({"x": x}, index=pd.Index([0, 2, 4, 6], name="time")))[0].dt == 2.0
    assert load(pd.DataFrame({"x": x}, index=[9, 3, 7, 1]))[0].dt == 1.0
    assert load(pd.DataFrame({"x": x}, index=pd.Index([0, 3, 6, 9], name="depth")), time="depth")[0].dt == 3.0
    assert load(pd.DataFrame({"x": x}, index=pd.to_timedelta(np.arange(4) * 3, unit="s")))[0].dt == 3.0


def test_a_column_of_dates_is_the_clock():
    frame = pd.DataFrame({"date": pd.date_range("2020", periods=3, freq="D"), "x": [1.0, 2.0, 4.0]})
    assert load(frame)[0].dt == 86400.0


def test_one_column():
    (series,) = load(pd.Series([1.0, 2.0], name="ecg"))
    assert series.channels == ("ecg",)


def test_transposed():
    (series,) = load(pd.DataFrame([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], index=["a", "b"]), transpose=True)
    np.testing.assert_array_equal(series.x, [[1, 4], [2, 5], [3, 6]])
    assert series.channels == ("a", "b")


BAD = {
    "text": (pd.DataFrame({"x": [1, 2], "who": ["me", "you"]}), "D108"),
    "dates as a channel": (pd.DataFrame({"x": [1.0], "born": pd.to_datetime(["2020-01-01"])}), "D108"),
    "complex": (pd.DataFrame({"x": [1 + 2j]}), "D111"),
    "no rows": (pd.DataFrame({"x": np.zeros(0)}), "D118"),
    "no rows of objects": (pd.DataFrame({"x": np.zeros(0, dtype=object)}), "D118"),
    "no columns": (pd.DataFrame(), "D119"),
    "dates backward": (pd.DataFrame({"x": [1.0, 2.0]}, index=pd.to_datetime(["2020-01-02", "2020-01-01"])), "D107"),
    "date missing": (pd.DataFrame({"x": [1.0, 2.0]}, index=pd.to_datetime(["2020-01-02", None])), "D107"),
}


@pytest.mark.parametrize(("frame", "code"), BAD.values(), ids=BAD)
def test_bad_frames(frame, code):
    with pytest.raises(DataError) as caught:
        load(frame)
    assert caught.value.code == code


def test_all_columns_dates():
    with pytest.raises(DataError, match="D108"):
        load(pd.DataFrame({"a": pd.to_datetime(["2020-01-01"])}))
