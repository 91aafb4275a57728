import numpy as np
import pytest

from attrax import registries

NAMES = registries.DICTIONARIES.names


def test_the_first_function_is_the_constant_and_states_do_not_see_each_other(dictionary):
    made, states = dictionary()
    values = made(states)
    np.testing.assert_array_equal(values[:, 0], 1)
    assert np.isfinite(values).all()
    np.testing.assert_allclose(np.concatenate([made(one[None]) for one in states]), values, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("obs_dim", "functions"), [(1, 2), (1, 10), (3, 10), (3, 4)])
def test_a_dictionary_has_no_more_functions_than_asked_for(name, obs_dim, functions):
    spec, rng = registries.DICTIONARIES.spec(name), np.random.default_rng(0)
    assert spec.fewest(obs_dim) <= functions
    states = rng.normal(size=(100, spec.history(functions, obs_dim), obs_dim))
    number = spec.create(states, functions, rng)(states).shape[1]
    assert spec.fewest(obs_dim) <= number <= functions


def test_states_that_are_all_alike_are_no_failure():
    for spec in registries.DICTIONARIES.specs().values():
        states = np.zeros((50, spec.history(5, 2), 2))
        assert np.isfinite(spec.create(states, 5, np.random.default_rng(0))(states)).all()
