import jax
import numpy as np

from attrax.core import TimeMap
from attrax.reconstruct.findings.recurrent_points import resting_points
from attrax.systems import Lorenz63


def test_fixed_points_of_a_flow_are_its_equilibria_with_the_eigenvalues_of_the_time_map():
    dt = 0.1
    found = resting_points(
        TimeMap(Lorenz63(), dt), budget=5_000, progress=lambda done, total: None, key=jax.random.key(0)
    )
    side = 72**0.5
    order = np.argsort(found.z[:, 0])
    np.testing.assert_allclose(found.z[order], [[-side, -side, 27], [0, 0, 0], [side, side, 27]], atol=1e-8)
    for z, values in zip(found.z, found.eigenvalues, strict=True):
        x, y, w = z
        rates = np.linalg.eigvals([[-10, 10, 0], [28 - w, -1, -x], [y, x, -8 / 3]])
        expected = np.exp(dt * rates)
        np.testing.assert_allclose(np.sort(np.abs(values)), np.sort(np.abs(expected)), rtol=1e-8)
        assert (np.diff(np.abs(values)) <= 1e-12).all()
    assert {kind.value for kind in found.kind} == {"saddle", "saddle focus"}
