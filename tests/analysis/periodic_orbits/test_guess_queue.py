import jax
import numpy as np
import pytest

from attrax.analysis.periodic_orbits.guess_queue import empty_slots, improve_guesses, step_lengths


@pytest.fixture(autouse=True)
def _double_precision():
    with jax.enable_x64(True):
        yield


def improved(dynamics, queue, slots, steps=100, tolerance=1e-9):
    shares = step_lengths(len(slots.age), np.random.default_rng(0))
    return improve_guesses(dynamics, slots, queue, far=1e3, tolerance=tolerance, steps=steps, shares=shares)


def test_every_guess_of_a_queue_gets_a_slot(maps):
    queue = np.linspace(-5, 5, 7).reshape(7, 1, 1)
    found = improved(maps.linear([[0.5]], [1.0]), queue, empty_slots(3, 1, 1))
    # One Newton step solves a linear map: three guesses, three more, and the last one.
    assert found.steps == 7
    assert found.closed.tolist() == [True] * 7 + [False] * 3
    np.testing.assert_allclose(found.z[found.closed], 2.0)
    assert np.asarray(found.slots.empty).all()


def test_the_search_stops_after_the_given_number_of_steps(maps):
    found = improved(maps.linear([[0.5]], [1.0]), np.zeros((7, 1, 1)), empty_slots(3, 1, 1), steps=4)
    assert found.steps == 6
    assert found.closed.sum() == 6


def test_guesses_of_a_singular_system_are_returned_as_they_were(maps):
    queue = np.arange(4.0).reshape(4, 1, 1)
    found = improved(maps.linear([[1.0]], [1.0]), queue, empty_slots(2, 1, 1))
    assert not found.closed.any()
    np.testing.assert_array_equal(found.z[found.singular], queue)


def test_an_unfinished_guess_keeps_its_slot_until_it_took_too_many_steps(maps):
    half, queue = maps.linear([[0.5]], [1.0]), np.zeros((1, 1, 1))
    found = improved(half, queue, empty_slots(1, 1, 1), tolerance=-1.0)
    assert (found.steps, np.asarray(found.slots.empty).tolist()) == (1, [False])
    again = improved(half, queue, found.slots, tolerance=-1.0)
    # 24 more steps of the first guess, and the first step of the next one.
    assert again.steps == 25
    assert np.asarray(again.slots.age).tolist() == [1]
