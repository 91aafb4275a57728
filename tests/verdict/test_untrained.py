"""The verdict on simulators that need no training: the true system, its neighbours, and impostors."""

import numpy as np
import pytest

from attrax import evaluate
from attrax.baselines import fit_var
from attrax.data import Dataset, Series
from attrax.measures import Outcome
from tests.verdict.recordings import CHAOTIC, HOPELESS, NOISES, chaotic, hopeless
from tests.verdict.simulators import Replay, Shuffle, henon, lorenz63, rossler

TRUE = {"lorenz63": lorenz63(), "rossler": rossler(), "henon": henon()}
NEARLY = {"lorenz63": lorenz63(rho=24.0), "rossler": rossler(c=4.0), "henon": henon(a=1.3)}
ROWS = {"lorenz63": 20_000, "rossler": 5_000, "henon": 4_000}


def parts(x):
    cut = len(x) * 4 // 5
    return Dataset((Series(x[:cut]),)), Dataset((Series(x[cut:]),))


def word(simulator, x, seed=0):
    train, test = parts(x)
    return evaluate(simulator, test, train, seed=seed).verdict.outcome


@pytest.mark.slow
@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("kind", ["rossler", "henon"])
def test_the_true_system_is_a_reconstruction(kind, noise):
    assert word(TRUE[kind], chaotic(kind, ROWS[kind], noise, 0)) is Outcome.RECONSTRUCTED


@pytest.mark.parametrize("kind", [pytest.param("rossler", marks=pytest.mark.slow), "henon"])
def test_a_slightly_wrong_system_is_none(kind):
    assert word(NEARLY[kind], chaotic(kind, ROWS[kind], 0.02, 0)) is not Outcome.RECONSTRUCTED


@pytest.mark.parametrize("kind", [pytest.param("rossler", marks=pytest.mark.slow), "henon"])
def test_a_short_loop_is_none(kind):
    x = chaotic(kind, ROWS[kind], 0.0, 0)
    assert word(Replay(x[:60]), x) is not Outcome.RECONSTRUCTED


@pytest.mark.parametrize(
    "kind", [pytest.param(k, marks=() if k == "linear process" else pytest.mark.slow) for k in HOPELESS]
)
def test_replaying_what_cannot_be_foreseen_is_none(kind):
    x = hopeless(kind, 1_500, 0)
    assert word(Replay(x[:1_200]), x) is not Outcome.RECONSTRUCTED


def test_a_linear_process_is_linear():
    x = hopeless("linear process", 1_500, 0)
    assert word(fit_var(parts(x)[0]), x, seed=1) is Outcome.LINEAR_IS_ENOUGH


def test_a_linear_model_of_chaos_is_not_enough():
    x = chaotic("rossler", 5_000, 0.02, 0)
    assert word(fit_var(parts(x)[0]), x, seed=1) in (Outcome.NOT_RECONSTRUCTED, Outcome.PARTLY)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("kind", CHAOTIC)
def test_every_true_system_and_no_wrong_one(kind, noise, seed):
    x = chaotic(kind, 20_000, noise, seed)
    assert word(TRUE[kind], x) is Outcome.RECONSTRUCTED
    assert word(NEARLY[kind], x) is not Outcome.RECONSTRUCTED


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("kind", HOPELESS)
def test_no_impostor_passes(kind, seed):
    x = hopeless(kind, 2_000, seed)
    known = x[:1_600]
    for impostor in (fit_var(parts(x)[0]), Replay(known), Shuffle(known)):
        assert word(impostor, x, seed) is not Outcome.RECONSTRUCTED


@pytest.mark.slow
def test_a_longer_recording_makes_scores_surer():
    errors = [
        evaluate(TRUE["henon"], *reversed(parts(chaotic("henon", n, 0.02, 0)))).verdict.rows[0].model.std_error
        for n in (1_000, 16_000)
    ]
    assert errors[0] > 2 * errors[1] > 0


def test_the_noise_of_a_recording_is_found():
    x = chaotic("henon", 4_000, 0.05, 0)
    train, test = parts(x)
    np.testing.assert_allclose(evaluate(TRUE["henon"], test, train).noise / x.std(axis=0), 0.05, rtol=0.25)
