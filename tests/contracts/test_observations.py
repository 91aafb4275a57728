import jax
import jax.numpy as jnp
import pytest

from attrax.models import AffineObservation
from attrax.testing import check_observation

KEY = jax.random.key(1)


def test_observations_keep_the_contract(observation):
    check_observation(*observation(), key=KEY)


def test_an_inverse_that_inverts_nothing_is_found():
    silent = AffineObservation(jnp.ones((2, 3)))
    lazy = type("Lazy", (AffineObservation,), {"inverse": lambda self: lambda x: 0 * (x @ self.B)})(silent.B)
    with pytest.raises(AssertionError, match="observation of an inverted observation"):
        check_observation(lazy, 3, key=KEY)
