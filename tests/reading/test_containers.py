"""Every container is read with its names, step and subjects, and what follows it is the same container."""

from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attrax.data.series import Series
from attrax.reading.continued import continued
from attrax.reading.load import load
from tests.reading.examples import at_least

pd = pytest.importorskip("pandas")
xr = pytest.importorskip("xarray")
pa = pytest.importorskip("pyarrow")

ROWS = 12


class Recorded(NamedTuple):
    """What a container holds."""

    x: np.ndarray
    names: tuple[str, ...]
    t: np.ndarray
    dates: Any


def frame(r, index=None):
    return pd.DataFrame(r.x, columns=list(r.names), index=index)


def labelled(r, dims, time):
    values = r.x if dims[0] == time else r.x.T
    return xr.DataArray(
        values, dims=dims, coords={time: r.t, "channel": list(r.names)}, attrs={"units": "mV"}, name="v"
    )


def polars(r):
    return pytest.importorskip("polars").DataFrame({"time": r.t, **dict(zip(r.names, r.x.T, strict=True))})


ONE = {
    "numbers in the index": lambda r: frame(r, pd.Index(r.t, name="time")),
    "numbers without a name": lambda r: frame(r, pd.Index(r.t)),
    "dates in the index": lambda r: frame(r, r.dates),
    "a column of numbers": lambda r: frame(r).assign(time=r.t),
    "one subject in the index": lambda r: frame(
        r, pd.MultiIndex.from_product([["s1"], r.t], names=["subject", "time"])
    ),
    "columns of two levels": lambda r: frame(r, r.dates).set_axis(
        pd.MultiIndex.from_tuples([("left", name) for name in r.names]), axis=1
    ),
    "arrow": lambda r: pa.table({"time": r.t, **dict(zip(r.names, r.x.T, strict=True))}),
    "arrow batch": lambda r: pa.table({"time": r.t, **dict(zip(r.names, r.x.T, strict=True))}).to_batches()[0],
    "polars": polars,
    "lazy polars": lambda r: polars(r).lazy(),
    "times first": lambda r: labelled(r, ("times", "channel"), "times"),
    "times last": lambda r: labelled(r, ("channel", "times"), "times"),
    "samples last": lambda r: labelled(r, ("channel", "sample"), "sample"),
    "any name last": lambda r: labelled(r, ("channel", "when"), "when"),
    "one epoch": lambda r: labelled(r, ("channel", "times"), "times").expand_dims("epoch"),
    "variables": lambda r: xr.Dataset(
        {name: ("times", column, {"units": "mV"}) for name, column in zip(r.names, r.x.T, strict=True)},
        {"times": ("times", r.t, {"units": "s"})},
    ),
    "a series of attrax": lambda r: Series(r.x, dt=float(r.t[1]), channels=r.names, subject="s1"),
}
SEVERAL = {
    "subjects in the index": lambda r: pd.concat(
        {
            "s1": ONE["numbers in the index"](r),
            "s2": ONE["dates in the index"](r._replace(dates=pd.Index(r.t, name="time"))),
        },
        names=["subject"],
    ),
    "levels in another order": lambda r: SEVERAL["subjects in the index"](r).swaplevel(),
    "frames by name": lambda r: {"s1": ONE["dates in the index"](r), "s2": ONE["dates in the index"](r)},
    "tables by name": lambda r: {"s1": ONE["arrow"](r), "s2": ONE["arrow"](r)},
    "arrays of xarray by name": lambda r: {"s1": ONE["times last"](r), "s2": ONE["times last"](r)},
    "a dimension of subjects": lambda r: xr.concat([ONE["times last"](r)] * 2, pd.Index(["s1", "s2"], name="subject")),
}

recordings = st.builds(
    lambda step, names, seed: Recorded(
        np.random.default_rng(seed).normal(size=(ROWS, len(names))),
        tuple(names),
        np.round(np.arange(ROWS) * step, 9),
        pd.date_range("2001-03-01", periods=ROWS, freq=pd.Timedelta(seconds=step)),
    ),
    step=st.sampled_from([0.02, 0.25, 1.5, 3600.0]),
    names=st.lists(st.sampled_from(["x", "y", "EEG Fz", "b_1", "x10"]), min_size=2, max_size=3, unique=True),
    seed=st.integers(0, 9),
)


@pytest.mark.parametrize("kind", ONE)
@at_least(5)
@given(r=recordings)
def test_a_recording_comes_back_in_its_container(kind, r):
    source = ONE[kind](r)
    (series,) = load(source)
    names = tuple(f"left.{name}" for name in r.names) if kind == "columns of two levels" else r.names
    assert series.channels == names
    assert np.isclose(load(source)[0].dt, r.t[1])
    np.testing.assert_allclose(series.x, r.x)
    follows = continued(source, series, r.x[:3] + 1)
    assert type(follows) is type(source)
    (again,) = load(follows)
    assert again.channels == names
    assert again.dt == pytest.approx(series.dt)
    np.testing.assert_allclose(again.x, r.x[:3] + 1)
    np.testing.assert_array_equal(again.times[:1], series.times_after(ROWS - 1, 1))


@pytest.mark.parametrize("kind", SEVERAL)
@at_least(3)
@given(r=recordings)
def test_subjects_keep_their_names_and_steps(kind, r):
    found = load(SEVERAL[kind](r))
    assert found.subjects == ("s1", "s2")
    assert [len(series) for series in found] == [ROWS, ROWS]
    assert found[0].channels == r.names
    assert found[1].dt == pytest.approx(r.t[1])
    np.testing.assert_allclose(found[1].x, r.x)


def test_an_array_of_xarray_keeps_its_dimensions_and_attributes():
    r = Recorded(np.zeros((ROWS, 2)), ("a", "b"), np.arange(ROWS) * 0.5, None)
    source = ONE["times last"](r)
    source["times"].attrs["units"] = "s"
    follows = continued(source, load(source)[0], np.ones((3, 2)))
    assert (follows.dims, follows.attrs, follows.name) == (source.dims, source.attrs, "v")
    assert follows["times"].attrs == {"units": "s"}
    assert ONE["one epoch"](r).dims == continued(ONE["one epoch"](r), load(source)[0], np.ones((3, 2))).dims


def test_arrays_by_name_are_subjects_and_columns_by_name_are_channels():
    x = np.random.default_rng(0).normal(size=(ROWS, 2))
    assert load({"s1": x, "s2": x}).subjects == ("s1", "s2")
    dates = pd.date_range("2001", periods=ROWS, freq="h")
    (series,) = load({"a": pd.Series(x[:, 0], dates), "b": pd.Series(x[:, 1], dates)})
    assert (series.channels, series.dt) == (("a", "b"), 3600.0)


def test_integers_as_labels_of_columns_come_back():
    source = pd.DataFrame(np.zeros((ROWS, 2)))
    assert list(continued(source, load(source)[0], np.ones((2, 2))).columns) == [0, 1]
