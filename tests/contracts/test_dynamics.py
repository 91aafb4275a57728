import jax
import pytest

from attrax.testing import check_dynamics

KEY = jax.random.key(1)


def test_networks_keep_the_contract_in_single_precision(network):
    check_dynamics(network(), key=KEY, tolerance=1e-5)


def test_systems_keep_the_contract_in_double_precision(system):
    with jax.enable_x64(True):
        check_dynamics(system(), key=KEY, tolerance=1e-9)


def test_a_wrong_jacobian_is_found(tables):
    class Wrong(tables.ShallowPLRNN):
        def jacobian(self, z, s=None):
            return 1.01 * super().jacobian(z, s)

    network = tables.plrnn(tables.ShallowPLRNN)
    wrong = Wrong(network.diagonal, network.W1, network.W2, network.h1, network.h2, network.C)
    with pytest.raises(AssertionError, match="jacobian"):
        check_dynamics(wrong, key=KEY)
