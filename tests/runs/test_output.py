import numpy as np
import pytest

from attrax import ConfigError
from attrax.reading import load
from attrax.runs.output import RowClock, WrittenRows, writer_for

X = np.array([[1 / 3, -2e10], [5e-7, np.nan]])
T = np.array([0.1, 0.2])


def test_a_csv_can_be_read_by_what_reads_recordings(tmp_path):
    path = tmp_path / "a.csv"
    writer_for(path)(path, WrittenRows(X, RowClock(T, [f"{t:g}" for t in T]), ("time", "a,b", "é")))
    series = load(path)[0]
    assert series.channels == ("a,b", "é")
    assert series.dt == pytest.approx(0.1)
    np.testing.assert_allclose(np.where(series.mask, series.x, np.nan), X, rtol=1e-8)


def test_a_word_of_a_recording_is_no_formula_of_a_spreadsheet(tmp_path):
    path, words = tmp_path / "a.csv", {0: ("=cmd|' /C calc'!A0", "rest")}
    writer_for(path)(path, WrittenRows(np.array([[0.0], [1.0]]), RowClock(T, ["0.1", "0.2"]), ("time", "s"), words))
    assert path.read_text().splitlines()[1:] == ["0.1,'=cmd|' /C calc'!A0", "0.2,rest"]


def test_an_npy_holds_every_bit(tmp_path):
    path = tmp_path / "a.npy"
    writer_for(path)(path, WrittenRows(X, RowClock(T, [f"{t:g}" for t in T]), ("time", "a", "b")))
    np.testing.assert_array_equal(np.load(path), X)


@pytest.mark.parametrize("name", ["a.xlsx", "a", "a.csv.gz"])
def test_an_unknown_suffix_is_refused(tmp_path, name):
    with pytest.raises(ConfigError, match=rf"C507[\s\S]*{name}"):
        writer_for(tmp_path / name)


def test_the_suffix_may_be_in_capitals_and_the_advice_leaves_out_what_packs(tmp_path):
    assert writer_for(tmp_path / "a.CSV") is writer_for(tmp_path / "a.csv")
    with pytest.raises(ConfigError) as caught:
        writer_for(tmp_path / "a.csv.gz")
    assert caught.value.fix == f"--out {tmp_path / 'a.csv'}"


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"C508[\s\S]*nowhere"):
        writer_for(tmp_path / "nowhere" / "a.csv")
