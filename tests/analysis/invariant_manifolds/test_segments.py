import jax
import numpy as np

from attrax.analysis.invariant_manifolds.region_inverses import region_inverses
from attrax.analysis.invariant_manifolds.segments import Segments, preimage
from attrax.core.precision import in_float64


def test_every_preimage_is_found_among_many_borders(maps):
    z = np.random.default_rng(0).normal(size=(40, 2))
    with jax.enable_x64(True):
        network = in_float64(maps.network(2, 24, 1.0, 0, maps.shallow))
        images = np.asarray(jax.vmap(network.step)(z))
        inverses, _ = region_inverses(network, z[:1], ends=z, steps=1, extent=10.0)
        borders = tuple(np.asarray(x) for x in network.borders())
        points = Segments(np.stack([images, images], axis=1), np.stack([z, z], axis=1), np.zeros(40, int))
        found = preimage(inverses, borders, points)
        again = np.asarray(jax.vmap(network.step)(found.ends[:, 0]))
    # All regions are tried, so each point is found again, and whatever else is found has the same image.
    assert len(inverses.bits) > 200
    assert np.linalg.norm(found.ends[:, :1] - z, axis=2).min(axis=0).max() < 1e-9
    assert np.linalg.norm(again[:, None] - images, axis=2).min(axis=1).max() < 1e-9
