import numpy as np
import pytest

from attrax.core.errors import ConfigError, DataError
from attrax.reading.load import load
from attrax.reading.read_options import ReadOptions


def test_an_ordinary_file_needs_no_word(write):
    for name, text in (("a.csv", "a,b\n1,2\n3,4.5\n"), ("a.tsv", "a\tb\n1\t2\n"), ("a.dat", "1 2\n3 4\n")):
        assert load(write(name, text)).notices == ()


def test_semicolons_and_decimal_commas_are_said_with_the_lines(write):
    dataset = load(write("a.csv", "a;b\n1,5;2\n2,5;3\n3,5;4\n"))
    np.testing.assert_array_equal(dataset[0].x, [[1.5, 2], [2.5, 3], [3.5, 4]])
    (notice,) = dataset.notices
    for words in ("D109", "a.csv", "';'", "decimal commas", "'1,5;2' as 1.5 | 2", "'3,5;4' as 3.5 | 4"):
        assert words in notice
    assert load(write("a.csv", "a;b\n1,5;2\n"), sep=";", decimal=",").notices == ()


def test_commas_that_may_be_decimal_marks_are_said_and_can_be_overruled(write):
    path = write("a.csv", "3,14\n2,71\n1,41\n")
    dataset = load(path)
    np.testing.assert_array_equal(dataset[0].x, [[3, 14], [2, 71], [1, 41]])
    assert "'3,14' as 3 | 14" in dataset.notices[0]
    assert "--decimal , reads '1,41' as 1.41" in dataset.notices[0]
    np.testing.assert_array_equal(load(path, decimal=",")[0].x, [[3.14], [2.71], [1.41]])


def test_quoted_decimal_commas_between_commas(write):
    path = write("a.csv", 'a,b\n1,"2,5"\n2,"3,5"\n')
    with pytest.raises(DataError, match=r"D108[\s\S]*decimal=','"):
        load(path)
    np.testing.assert_array_equal(load(path, decimal=",")[0].x, [[1, 2.5], [2, 3.5]])


def test_the_mark_that_most_cells_have_is_advised(write):
    path = write("a.csv", "a;b\n1.5;5\n2,5;6.5\n3.5;7.5\n")
    with pytest.raises(DataError, match=r"D109[\s\S]*fix +decimal='\.'  "):
        load(path)
    with pytest.raises(DataError, match=r"D108[\s\S]*'2,5'[\s\S]*fix +correct the cells in the file"):
        load(path, decimal=".")


def test_points_beside_commas_are_refused(write):
    path = write("a.csv", "a;b\n1,234;5\n2,5;0.5\n")
    with pytest.raises(DataError, match=r"D109[\s\S]*line 2 of the file has '1,234', line 3 of the file has '0.5'"):
        load(path)
    with pytest.raises(DataError, match=r"D108[\s\S]*'b'[\s\S]*'0.5'"):
        load(path, decimal=",")
    np.testing.assert_array_equal(load(path, decimal=",", drop="b")[0].x, [[1.234], [2.5]])


@pytest.mark.parametrize("sep", ["tab", "\\t", "\t"])
def test_a_separator_by_name(write, sep):
    np.testing.assert_array_equal(load(write("a.csv", "1\t2\n3\t4\n"), sep=sep)[0].x, [[1, 2], [3, 4]])


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"sep": "ab"}, "C548"),
        ({"sep": "1"}, "C548"),
        ({"decimal": ";"}, "C549"),
        ({"sep": ",", "decimal": ","}, "C549"),
    ]
    + [({"axes": axes}, "C553") for axes in (("trial", "channel"), ("time", "time"))],
)
def test_impossible_options_are_refused(settings, code):
    with pytest.raises(ConfigError) as caught:
        ReadOptions(**settings)
    assert caught.value.code == code


def test_a_glob_is_several_series(write, tmp_path):
    for k in (2, 1):
        write(f"s{k}.csv", f"a,b\n{k},1\n2,3\n")
    dataset = load(str(tmp_path / "s*.csv"))
    assert [series.x[0, 0] for series in dataset] == [1, 2]
    with pytest.raises(DataError, match="D117"):
        load(tmp_path / "t*.csv")


def test_axes_of_an_array(write):
    cube = np.arange(24.0).reshape(2, 3, 4)
    path = write("a.npy", cube)
    with pytest.raises(DataError, match=r"axes=\['trial', 'time', 'channel'\]"):
        load(path)
    for source in (path, cube, {"x": cube}):
        dataset = load(source, axes=("trial", "time", "channel"))
        np.testing.assert_array_equal([series.x for series in dataset], cube)
        (series,) = load(source, axes=("row", "time", "column"))
        np.testing.assert_array_equal(series.x, cube.transpose(1, 0, 2).reshape(3, 8))
    with pytest.raises(DataError, match=r"D111[\s\S]*\(2, 3, 4\)[\s\S]*axes=\['trial', 'time', 'channel'\]"):
        load(cube, axes=("time", "channel"))
