import numpy as np
import pytest

from attrax.data.hiding import hide
from attrax.reading.load import load

RECORDING = load(np.random.default_rng(0).normal(size=(1000, 3)) + 5)


def lengths(seen):
    """Lengths of the gaps in one channel."""
    edges = np.flatnonzero(np.diff(np.concatenate([[1], seen.astype(int), [1]])))
    return edges[1::2] - edges[::2]


@pytest.mark.parametrize("length", [1, 50])
@pytest.mark.parametrize("rows", [False, True])
def test_the_share_is_hidden_in_every_channel(length, rows):
    mask = hide(RECORDING, 0.3, length=length, rows=rows, seed=0)[0].mask
    np.testing.assert_allclose(1 - mask.mean(axis=0), 0.3)


def test_pieces_have_their_length():
    found = hide(RECORDING, 0.5, length=50, seed=0)[0]
    assert all((lengths(column) % 50 == 0).all() for column in found.mask.T)


def test_channels_have_gaps_of_their_own_unless_rows_are_hidden():
    apart, together = (hide(RECORDING, 0.5, length=10, rows=rows, seed=0)[0].mask for rows in (False, True))
    assert (apart[:, 0] != apart[:, 1]).any()
    np.testing.assert_array_equal(together, np.repeat(together[:, :1], 3, axis=1))


def test_what_was_seen_stays_and_what_was_missing_stays_missing():
    x = RECORDING[0].x.copy()
    x[:100, 0] = np.nan
    found = hide(load(x), 0.2, seed=0)[0]
    assert not found.mask[:100, 0].any()
    np.testing.assert_array_equal(found.values[found.mask], x[found.mask])


def test_the_seed_chooses():
    one, same, other = (hide(RECORDING, 0.5, seed=seed)[0].mask for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()
