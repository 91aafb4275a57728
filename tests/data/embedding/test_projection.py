import numpy as np
import pytest

from attrax.core.errors import ConfigError, DataError
from attrax.data.embedding.projection import fit_projection
from attrax.reading.load import load

T = np.arange(400) / 7
MIXED = np.stack([np.sin(T), np.cos(2 * T)], axis=1) @ np.random.default_rng(0).normal(size=(2, 8)) * np.arange(1, 9)


def test_two_sources_in_eight_channels_are_two_components():
    projection = fit_projection(load(MIXED))
    series = projection.apply(load(MIXED))[0]
    assert series.channels == ("pc1", "pc2")
    assert projection.explained == pytest.approx(1)
    # Uncorrelated, the larger variance first, and all variance kept.
    covariance = np.cov(series.x.T, ddof=0)
    assert abs(covariance[0, 1]) < 1e-12
    assert covariance[0, 0] > covariance[1, 1]
    assert np.trace(covariance) == pytest.approx(8)
    restored = series.x @ projection.components.T * projection.scale + projection.mean
    np.testing.assert_allclose(restored, MIXED, atol=1e-10)


def test_more_channels_than_rows():
    wide = np.random.default_rng(0).normal(size=(20, 300))
    projection = fit_projection(load(wide), "19")
    np.testing.assert_allclose(projection.components.T @ projection.components, np.eye(19), atol=1e-10)
    assert projection.explained == pytest.approx(1)
    with pytest.raises(ConfigError, match=r"C554[\s\S]*--pca 19"):
        fit_projection(load(wide), "20")


def test_a_row_with_a_gap_is_missing():
    x = MIXED.copy()
    x[5, 3] = np.nan
    series = fit_projection(load(x)).apply(load(x))[0]
    assert series.mask is not None
    assert np.flatnonzero(~series.mask.all(axis=1)).tolist() == [5]


def test_other_channels_and_too_many_gaps_are_refused():
    with pytest.raises(DataError, match="D110"):
        fit_projection(load(MIXED)).apply(load(MIXED[:, :3]))
    holes = np.where(np.eye(8, dtype=bool)[np.arange(400) % 8], np.nan, MIXED)
    with pytest.raises(DataError, match="D102"):
        fit_projection(load(holes))
