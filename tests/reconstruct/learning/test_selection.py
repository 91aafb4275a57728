import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core.number_text import number_text
from attrax.data import Dataset, Series
from attrax.kernels import threads
from attrax.reconstruct.learning.model_store import NoStore
from attrax.reconstruct.learning.selection import CandidateSchedule, Selection, nearness_to, runner_up
from attrax.reconstruct.settings.configuration import Config
from attrax.reconstruct.settings.sections import TrainConfig
from attrax.runs.model_file import ModelFolder
from attrax.runs.tree_file import file_sha256


@pytest.fixture
def selection():
    """A selection among models whose distance from the data is written in `h1`, and its standard error, too."""
    return Selection(distance_in_h1, [10, 11, 12], moments(patience=100), store=NoStore())


def distance_in_h1(model):
    return tuple(map(float, model.dynamics.h1[:2]))


def moments(**settings):
    """A candidate every ten updates of a hundred."""
    return CandidateSchedule(TrainConfig(**{"updates": 100, "chunk": 10, "candidates": 10, **settings}))


@pytest.fixture
def at(make_model):
    """Stacked models at given distances from the data."""

    def stack(*distances, error=0.0):
        copies = jax.tree.map(lambda leaf: jnp.stack([leaf] * len(distances)), make_model())
        rows = jnp.stack([jnp.array([distance, error, 0.0]) for distance in distances])
        return eqx.tree_at(lambda m: m.dynamics.h1, copies, rows)

    return stack


def chosen(selection):
    model, facts = selection.best()
    return float(model.dynamics.h1[0]), facts["seed"], facts["step"]


def test_the_nearest_of_all_restarts_and_moments_is_kept(selection, at):
    selection.consider(at(3.0, 2.0, 4.0), 50, [0, 1, 2])
    assert chosen(selection) == (2.0, 11, 50)
    selection.consider(at(5.0, 2.5, 1.0), 60, [0, 1, 2])
    assert chosen(selection) == (1.0, 12, 60)
    selection.consider(at(6.0, 7.0, 8.0), 70, [0, 1, 2])
    assert chosen(selection) == (1.0, 12, 60)
    assert {seed: facts["step"] for seed, facts in selection.facts.items()} == {"10": 50, "11": 50, "12": 60}


def test_of_moments_that_cannot_be_told_apart_the_last_is_kept(selection, at):
    for step, distance in ((50, 1.2), (60, 1.0), (70, 1.25), (80, 1.3)):
        selection.consider(at(distance, error=0.1), step, [0])
    assert chosen(selection) == (1.25, 10, 70)


def test_a_restart_that_was_given_up_is_not_considered(selection, at):
    selection.consider(at(3.0, 0.0, 4.0), 50, [0, 2])
    assert chosen(selection) == (3.0, 10, 50)


def test_among_equal_restarts_the_first_is_kept_whatever_the_order(selection, at):
    selection.consider(at(1.0, 1.0, 1.0), 50, [2, 1, 0])
    assert chosen(selection) == (1.0, 10, 50)


def test_without_a_usable_candidate_there_is_no_model(selection, at):
    selection.consider(at(1.0, 2.0, 3.0), 50, [])
    assert selection.best() is None


def test_a_resumed_selection_chooses_the_same(tmp_path, make_model, henon):
    x = np.concatenate([henon(300), henon(300)[:, :1]], axis=1)
    models = jax.tree.map(lambda *leaves: jnp.stack(leaves), make_model(0), make_model(1))

    def open_selection():
        return Selection(
            nearness_to(Dataset((Series(x),)), Config()), [0, 1], moments(patience=100), store=ModelFolder(tmp_path)
        )

    first = open_selection()
    first.consider(models, 50, [0, 1])
    files = {path.name: file_sha256(path) for path in tmp_path.iterdir()}
    assert sorted(files) == ["best-0.safetensors", "best-1.safetensors"]
    again = open_selection()
    assert again.facts == first.facts
    again.consider(models, 50, [0, 1])
    assert {path.name: file_sha256(path) for path in tmp_path.iterdir()} == files
    assert jax.tree.structure(again.best()[0]) == jax.tree.structure(first.best()[0])


def test_the_number_of_cores_changes_no_choice(monkeypatch, make_model, henon):
    x = np.concatenate([henon(300), henon(300)[:, :1]], axis=1)
    models = jax.tree.map(lambda *leaves: jnp.stack(leaves), *map(make_model, range(3)))
    nearness, found = nearness_to(Dataset((Series(x),)), Config()), []
    for cores in (1, 3):
        monkeypatch.setattr(threads, "processors", lambda cores=cores: cores)
        selection = Selection(nearness, [0, 1, 2], moments(patience=100), store=NoStore())
        selection.consider(models, 50, [0, 1, 2])
        found.append(selection.facts)
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("updates", "chunk", "candidates", "due"),
    [
        (100, 10, 5, [60, 70, 80, 90, 100]),
        (100, 10, 2, [80, 100]),
        (100, 10, 1, [100]),
        (100, 30, 10, [60, 90, 100]),
        (100, 7, 2, [77, 100]),
        (40, 250, 10, [40]),
        (1, 1, 1, [1]),
        (3, 1, 50, [2, 3]),
    ],
)
def test_candidates_come_in_the_second_half_and_at_the_end(updates, chunk, candidates, due):
    steps = [*range(chunk, updates, chunk), updates]
    found = moments(updates=updates, chunk=chunk, candidates=candidates)
    assert [step for step in steps if found.has(step)] == due


def test_with_patience_candidates_come_in_all_of_training():
    found = moments(candidates=4, patience=1)
    assert [step for step in range(10, 110, 10) if found.has(step)] == [30, 50, 80, 100]


def test_training_has_settled_once_no_restart_comes_nearer_for_long_enough(at):
    selection = Selection(distance_in_h1, [0, 1], moments(patience=3), store=NoStore())
    far = (3.0, 4.0)
    for step, distances, settled in (
        (10, far, False),
        (20, (2.0, 4.0), False),
        (30, (2.5, 4.5), False),
        (40, (2.5, 3.0), False),  # the other restart
        (50, far, False),
        (60, far, False),
        (70, far, True),
    ):
        selection.consider(at(*distances), step, [0, 1])
        assert selection.settled(step) is settled
    assert chosen(selection) == (2.0, 0, 20)


def test_without_patience_training_never_settles(at):
    selection = Selection(distance_in_h1, [0], moments(), store=NoStore())
    selection.consider(at(1.0), 60, [0])
    assert not selection.settled(100)


def test_between_candidates_nothing_is_considered(at):
    selection = Selection(distance_in_h1, [0, 1, 2], moments(candidates=1), store=NoStore())
    selection.consider(at(1.0, 1.0, 1.0), 90, [0, 1, 2])
    assert selection.best() is None


@pytest.mark.parametrize(("times", "agrees"), [(1.0, True), (1.4, True), (1.6, False), (1e9, False)])
def test_restarts_agree_up_to_half_as_far_again(times, agrees):
    first, second = ({"seed": i, "step": 9, "nearness": near} for i, near in enumerate((2.0, 2.0 + np.log(times))))
    told = runner_up({**first, "restarts": {"0": first, "1": second}})
    assert ("the 2nd best agrees" in told) is agrees
    assert told.endswith(f"{number_text(times)} times as far from the training data")
