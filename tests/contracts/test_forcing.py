import jax
import pytest

from attrax.testing import check_forcing
from attrax.train import Generalized

KEY = jax.random.key(1)


def test_forcings_keep_the_contract(forcing, tables):
    check_forcing(forcing(), tables.plrnn(tables.ShallowPLRNN), key=KEY)


@pytest.mark.parametrize("strength", [-0.1, 1.1])
def test_a_forcing_beyond_the_data_is_found(strength, tables):
    with pytest.raises(AssertionError, match="line from state to data"):
        check_forcing(Generalized(strength), tables.plrnn(tables.ShallowPLRNN), key=KEY)
