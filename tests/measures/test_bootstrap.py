import numpy as np
import pytest

from attrax.measures import DeviationUnit, PredictionError, SpectrumDistance, StateSpaceDivergence, ensemble_score
from attrax.measures.bootstrap import (
    block_length,
    resampled_rows,
    standard_error_of_forecasts,
    standard_error_of_reference,
)


def autoregression(n, memory, seed):
    rng = np.random.default_rng(seed)
    phi, x = np.exp(-1 / memory), rng.normal(size=(n, 1))
    for t in range(1, n):
        x[t] = phi * x[t - 1] + np.sqrt(1 - phi**2) * x[t]
    return x


def test_blocks_are_twice_the_memory_and_at_most_an_eighth():
    x = autoregression(20_000, 50, 0)
    assert 60 < block_length(x) < 160
    assert block_length(np.sin(np.arange(800.0))[:, None]) >= 98
    assert block_length(np.zeros((27, 1))) == 3


def test_resampled_rows_are_whole_blocks():
    rows = resampled_rows(100, 10, np.random.default_rng(0))
    assert len(rows) == 100
    assert (np.diff(rows.reshape(10, 10), axis=1) % 100 == 1).all()


def test_the_error_of_a_mean_is_that_of_independent_recordings():
    """The bootstrap of one recording against the scatter over 60; independent rows would promise a seventh of it."""
    measure, n = PredictionError(1), 4_000
    recordings = [autoregression(n, 25, seed) for seed in range(60)]
    truth = np.std([measure(x, np.zeros_like(x)).value for x in recordings], ddof=1)
    found = [standard_error_of_forecasts(measure, x, np.zeros_like(x), memory=x, key=0) for x in recordings[:12]]
    assert np.mean(found) == pytest.approx(truth, rel=0.35)


def test_recordings_that_rarely_move_have_a_large_error_instead_of_none():
    x = np.zeros((400, 1))
    x[-1] = 1.0
    measure = PredictionError(1, DeviationUnit())
    assert standard_error_of_forecasts(measure, x, x, memory=x, key=0) >= 0
    still = StateSpaceDivergence(bins=4)
    assert standard_error_of_reference(still, x, [x], [0.0], key=0) >= 0


def test_an_ensemble_is_the_mean_of_its_members():
    rng = np.random.default_rng(0)
    x, runs = rng.normal(size=(500, 2)), rng.normal(size=(5, 400, 2))
    measure = SpectrumDistance()
    values = [measure(x, run).value for run in runs]
    score = ensemble_score(measure, x, list(runs), key=0)
    assert score.value == pytest.approx(np.mean(values))
    assert score.std_error > np.std(values, ddof=1) / np.sqrt(5)
    assert score.n_used == sum(measure(x, run).n_used for run in runs)
    assert score == ensemble_score(measure, x, list(runs), key=0)


def test_one_lost_run_makes_an_ensemble_infinite():
    x = np.random.default_rng(0).normal(size=(500, 2))
    score = ensemble_score(SpectrumDistance(), x, [x, np.full_like(x, np.nan)], key=0)
    assert (score.value, score.std_error) == (np.inf, None)
    assert {"diverged", "empty"} <= set(score.flags)
