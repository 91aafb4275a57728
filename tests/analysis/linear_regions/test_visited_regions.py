import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax import ConfigError, rollout
from attrax.analysis import lyapunov_spectrum, regions
from attrax.core import Result
from attrax.core.precision import in_float64
from attrax.models import ShallowPLRNN
from attrax.models.parts.free_diagonal import FreeDiagonal

KEY = jax.random.key(0)
GOLDEN = (1 + 5**0.5) / 2


def tent(left, right, peak, dt=1.0):
    """Slope `left` up to `peak`, `right` beyond: one hidden unit. Call it where float64 is on."""
    return ShallowPLRNN(
        FreeDiagonal(jnp.array([left])),
        W1=jnp.array([[right - left]]),
        W2=jnp.array([[1.0]]),
        h1=jnp.array([0.0]),
        h2=jnp.array([-peak]),
        C=jnp.zeros((1, 0)),
        dt=dt,
    )


def test_a_skew_tent_map_tosses_a_biased_coin():
    # Full branches: symbols are independent, the invariant density is even, and Pesin's formula holds.
    peak, n = 0.3, 50_000
    with jax.enable_x64(True):
        dynamics = tent(1 / peak, -1 / (1 - peak), peak)
        found = regions(dynamics, jnp.array([0.2]), n, key=KEY)
        exponent = lyapunov_spectrum(dynamics, jnp.array([0.2]), n)
    entropy = -peak * np.log(peak) - (1 - peak) * np.log(1 - peak)
    assert found.result is Result.SUCCESSFUL
    np.testing.assert_array_equal(found.bits, [[True], [False]])
    np.testing.assert_allclose(found.occupation, [0.7, 0.3], atol=0.01)
    np.testing.assert_allclose(found.volume, [0.7, 0.3], atol=5 * found.volume_error[0])
    np.testing.assert_allclose(found.entropy_rate, entropy, rtol=0.01)
    np.testing.assert_allclose(found.entropy_rate, exponent.entropy, rtol=0.01)
    np.testing.assert_allclose(found.transitions.toarray() / n, np.outer([0.7, 0.3], [0.7, 0.3]), atol=0.01)
    assert all(len(w) == 0 for w in found.forbidden)


def test_a_golden_tent_map_never_goes_left_twice():
    # The peak has period 3: left leads to all of right, right to everything.
    with jax.enable_x64(True):
        found = regions(tent(GOLDEN, -GOLDEN, 0.5, dt=0.5), jnp.array([0.4]), 50_000, key=KEY)
    left = int(np.flatnonzero(~found.bits[:, 0])[0])
    assert found.forbidden[0].tolist() == [[left, left]]
    assert all(len(w) == 0 for w in found.forbidden[1:])
    np.testing.assert_allclose(found.entropy_rate, np.log(GOLDEN) / 0.5, rtol=0.01)


def test_regions_follow_the_network(maps):
    with jax.enable_x64(True):
        network = in_float64(maps.bounded_network(2, 5, 2.0))
        start = jnp.array([0.5, 0.1])
        found = regions(network, start, 500, transient=0, key=KEY)
        bits = eqx.filter_jit(eqx.filter_vmap(network.region))(rollout(network, start, 500).z)
    np.testing.assert_array_equal(found.bits[found.sequence], bits)
    np.testing.assert_allclose(found.occupation, np.bincount(found.sequence) / 500)
    assert (np.diff(found.occupation) <= 0).all()
    assert len(np.unique(found.bits, axis=0)) == len(found.bits) > 1
    assert found.transitions.sum() == 499
    assert found.volume.sum() <= 1 + 1e-12


def test_a_diverging_orbit_is_described_as_far_as_it_is_finite():
    with jax.enable_x64(True):
        dynamics = tent(3.0, 3.0, 0.5)
        found = regions(dynamics, jnp.array([1.0]), 2000, transient=0, key=KEY)
        nothing = regions(dynamics, jnp.array([1.0]), 2000, key=KEY)
    assert found.result is nothing.result is Result.DIVERGED
    assert 600 < len(found.sequence) < 700
    assert len(nothing.sequence) == 0
    assert np.isnan(nothing.entropy_rate)


def test_impossible_settings_are_refused(maps):
    network = maps.bounded_network(2, 5, 2.0)
    with pytest.raises(ConfigError, match="C531"):
        regions(network, jnp.zeros(2), 0, key=KEY)
    with pytest.raises(ConfigError, match="C561"):
        regions(network, jnp.zeros(3), 10, key=KEY)
