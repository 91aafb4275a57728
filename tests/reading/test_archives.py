import numpy as np

from attrax.reading.load import load

X = np.arange(12.0).reshape(6, 2) ** 2


def test_npy_of_any_real_type(write):
    for dtype in (np.float64, np.float32, np.float16, np.longdouble, np.int64, np.uint8, ">f8"):
        (series,) = load(write("a.npy", X.astype(dtype)))
        np.testing.assert_array_equal(series.x, X.astype(dtype).astype(float))
        assert series.x.dtype == np.float64
    (series,) = load(write("a.npy", X > 3))
    np.testing.assert_array_equal(series.x, np.where(X > 3, 1.0, 0.0))


def test_a_vector_is_one_channel(write):
    (series,) = load(write("a.npy", X[:, 1]))
    np.testing.assert_array_equal(series.x, X[:, 1:])
    assert series.channels == ("x0",)


def test_memory_order_does_not_matter(write):
    first, second = load(write("a.npy", X)), load(write("b.npy", np.asfortranarray(X)))
    assert first.sha256 == second.sha256
    assert load(write("c.npy", X.T), transpose=True).sha256 == first.sha256


def test_infinities_are_missing(write):
    (series,) = load(write("a.npy", np.where(X == 4, np.inf, X)))
    np.testing.assert_array_equal(series.mask, X != 4)
    np.testing.assert_array_equal(series.x, np.where(X == 4, 0, X))


def test_everything_an_archive_can_say(write):
    stimulus = np.arange(6.0)
    (series,) = load(
        write(
            "a.npz",
            {"x": X, "dt": 0.25, "mask": X != 9, "inputs": stimulus, "channels": ["u", "v"], "other": np.zeros((9, 9))},
        )
    )
    np.testing.assert_array_equal(series.x, np.where(X == 9, 0, X))
    np.testing.assert_array_equal(series.mask, X != 9)
    np.testing.assert_array_equal(series.inputs, stimulus[:, None])
    assert (series.dt, series.channels, series.input_channels) == (0.25, ("u", "v"), ("s0",))


def test_the_time_of_an_archive_is_checked_and_gives_the_step(write):
    (series,) = load(write("a.npz", {"x": X, "time": np.arange(6) * 0.1}))
    assert series.dt == 0.1
    assert series.channels == ("x0", "x1")


def test_several_tables_are_several_series_in_the_order_of_their_names(write):
    dataset = load(write("a.npz", {"run2": X[:3], "run1": X[:5], "names": np.array(["p", "q"])}))
    assert [len(series) for series in dataset] == [5, 3]


def test_the_only_array_is_the_recording(write):
    np.testing.assert_array_equal(load(write("a.npz", {"signal": X}))[0].x, X)
    np.testing.assert_array_equal(load(write("a.npz", {"signal": X[:, 0]}))[0].x, X[:, :1])


def test_what_lies_beside_x_need_not_be_readable(write, tmp_path):
    np.savez(tmp_path / "a.npz", allow_pickle=True, x=X, notes=np.array([{}], dtype=object))
    np.testing.assert_array_equal(load(tmp_path / "a.npz")[0].x, X)
