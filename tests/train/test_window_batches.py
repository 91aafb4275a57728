import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.data.series import Dataset, Series
from attrax.train import WindowBatches


def draw(dataset, **options):
    return WindowBatches.cut(dataset, length=5, **options).draw(jax.random.key(0), jnp.asarray(0))


def test_windows_never_cross_a_boundary():
    # Series k holds the values 100 k, 100 k + 1, ...: inside one series neighbours differ by exactly 1.
    lengths = (9, 3, 30, 5)
    series = tuple(Series(100.0 * k + np.arange(float(n))[:, None]) for k, n in enumerate(lengths))
    batch = draw(Dataset(series), size=500)
    np.testing.assert_array_equal(np.diff(batch.x[..., 0], axis=1), 1)
    # Every place is drawn: five in the first series, none in the second, 26 and 1 in the others.
    firsts = {*range(5), *range(200, 226), 300}
    assert set(np.asarray(batch.x[:, 0, 0]).astype(int).tolist()) == firsts


def test_values_masks_and_inputs_of_a_window_are_of_the_same_rows():
    t = np.arange(40.0)[:, None]
    series = Series(np.where(t % 3 > 0, t, 0), inputs=10 * t, mask=t % 3 > 0)
    batch = draw(Dataset((series,)), size=50)
    rows = np.asarray(batch.s) / 10
    np.testing.assert_array_equal(batch.mask, rows % 3 > 0)
    # The line through the gaps is the ramp itself, which stands still beyond the first and the last value.
    np.testing.assert_array_equal(batch.x, np.clip(rows, 1, 38))


def test_every_subject_is_drawn_as_often_and_from_its_own_rows():
    # Of very different lengths, one of them in two pieces.
    pieces = [("a", 500, 0.0), ("b", 12, 1.0), ("c", 60, 2.0), ("b", 20, 1.0)]
    dataset = Dataset(tuple(Series(np.full((n, 1), value), subject=name) for name, n, value in pieces))
    names = ("a", "b", "c")
    assert WindowBatches.cut(dataset, length=5, subjects=names).windows.counts.tolist() == [496, 8 + 16, 56]
    batch = draw(dataset, size=3000, subjects=names)
    np.testing.assert_array_equal(batch.x[:, :, 0], np.repeat(np.asarray(batch.subject)[:, None], 5, axis=1))
    assert np.bincount(batch.subject) == pytest.approx([1000] * 3, rel=0.1)
