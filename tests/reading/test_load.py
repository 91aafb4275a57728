import numpy as np
import pytest

from attrax.core.errors import DataError
from attrax.data import Series
from attrax.reading.load import load

X = np.arange(12.0).reshape(6, 2) ** 2


def test_arrays():
    dataset = load(X, dt=0.1, unit="s", channels=("x1", "x0"))
    np.testing.assert_array_equal(dataset[0].x, X[:, ::-1])
    assert (dataset[0].dt, dataset[0].unit, dataset[0].channels) == (0.1, "s", ("x1", "x0"))
    assert (dataset.name, dataset.source) == ("data", "array")


def test_the_callers_array_is_left_alone():
    x = X.copy()
    x[1, 1] = np.nan
    load(x)
    np.testing.assert_array_equal(np.isnan(x), X == 9)


def test_masked_arrays():
    (series,) = load(np.ma.masked_equal(X, 4))
    np.testing.assert_array_equal(series.mask, X != 4)


def test_lists_of_arrays_of_different_lengths():
    dataset = load([X, X[:3], X[:, :]])
    assert [len(series) for series in dataset] == [6, 3, 6]
    with pytest.raises(DataError, match="series 1"):
        load([X, X[:, :1]])


def test_one_file_and_many(write):
    a, b = write("a.csv", "u,v\n1,2\n3,4\n"), write("b.csv", "u,v\n5,6\n7,8\n9,10\n")
    dataset = load([str(a), b])
    assert [len(series) for series in dataset] == [2, 3]
    assert (dataset.name, dataset.source) == ("a+1", f"{a}, {b}")
    assert (load(a).name, load(a).source) == ("a", str(a))


def test_the_hash_is_that_of_the_values(write):
    assert load(write("a.npy", X)).sha256 == load(X).sha256 == load(X.astype(np.float32)).sha256
    assert load(X).sha256 != load(X + 1).sha256


def test_a_series_comes_back_as_it_was():
    series = Series(X, 0.5, ("u", "v"), "s", X[:, :1], ("stimulus",), X != 4)
    dataset = load(series)
    (same,) = load(dataset)
    np.testing.assert_array_equal(same.x, np.where(X == 4, 0, X))
    np.testing.assert_array_equal(same.mask, X != 4)
    np.testing.assert_array_equal(same.inputs, X[:, :1])
    assert (same.dt, same.channels, same.unit, same.input_channels) == (0.5, ("u", "v"), "s", ("stimulus",))
    (part,) = load(dataset, inputs="v")
    assert (part.channels, part.input_channels) == (("u",), ("stimulus", "v"))
    assert load(load(X)).sha256 == load(X).sha256


def test_anything_like_an_array():
    class Tensor:
        def __array__(self, dtype=None, copy=None):
            return X

    np.testing.assert_array_equal(load(Tensor())[0].x, X)


def test_recordings_of_the_field(recordings):
    dataset = load(recordings / "lorenz63_test.npy", dt=0.01)
    assert dataset[0].x.shape == (100_000, 3)
    assert dataset.name == "lorenz63_test"


def test_names_clock_and_units_have_a_hash_of_their_own(write):
    def labels(header="time (s),a,b", step=0.5, **options):
        rows = "".join(f"{step * i},{i % 3},{i % 5}\n" for i in range(9))
        return load(write("labels.csv", f"{header}\n{rows}"), **options).labels_sha256

    assert labels() == labels()
    assert len({labels(), labels("time (ms),a,b"), labels("time (s),b,a"), labels(step=0.25)}) == 4


def test_a_letter_with_an_accent_is_one_name_however_it_is_written(write):
    two, one = "Fu\u0308hler", "F\u00fchler"
    path = write("a.csv", f"{two},{one},b\n" + "".join(f"{i % 4},{i * i % 7},{i % 3}\n" for i in range(9)))
    assert load(path)[0].channels == (one, f"{one}.1", "b")
    assert load(path, channels=[two, "b"])[0].channels == (one, "b")


def test_the_sources_of_many_recordings_are_told_by_the_first(tmp_path):
    for i in range(20):
        np.save(tmp_path / f"s{i:02}.npy", np.random.default_rng(i).normal(size=(9, 2)))
    source = load(str(tmp_path / "s*.npy")).source
    assert source.count("npy") == 8
    assert source.endswith("s07.npy and 12 more")
