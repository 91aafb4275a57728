import time

import numpy as np
import pytest
from scipy.stats import chi2
from sklearn.neighbors import KernelDensity

from attrax import ConfigError
from attrax.measures import MixtureDivergence


@pytest.mark.parametrize("variance", [0.3, 1.0, 4.0])
def test_two_single_gaussians(variance):
    # Both rows in one place (almost: a reference must move), so each mixture is one Gaussian: KL = |a - b|^2 / 2 var.
    x = np.array([[0.0, 0.0, 0.0], [1e-9, 1e-9, 1e-9]])
    x_sim = np.array([[1.0, -2.0, 0.5]])
    score = MixtureDivergence(variance=variance, samples=20_000)(x, x_sim, key=1)
    expected = 5.25 / (2 * variance)
    assert score.std_error is not None
    # The log-ratio is normal with variance |a - b|^2 / var.
    assert score.std_error == pytest.approx(np.sqrt(5.25 / variance / 20_000), rel=0.03)
    assert abs(score.value - expected) < 4 * score.std_error


def test_far_simulations_are_not_lost_to_underflow():
    x = np.array([[0.0], [1e-9]])
    score = MixtureDivergence(samples=100)(x, np.array([[1e4]]), key=0)
    assert score.value == pytest.approx(0.5e8, rel=1e-3)


def test_densities_are_those_of_kernel_density_estimation():
    rng = np.random.default_rng(0)
    x, x_sim = rng.normal(size=(300, 6)) + 40, rng.normal(size=(200, 6)) + 41
    measure = MixtureDivergence(variance=0.5, samples=500)
    draw = np.random.default_rng(7)
    rows, noise = draw.integers(300, size=500), draw.standard_normal((500, 6))
    samples = x[rows] + np.sqrt(0.5) * noise
    p, q = (KernelDensity(bandwidth=np.sqrt(0.5)).fit(centers).score_samples(samples) for centers in (x, x_sim))
    score = measure(x, x_sim, key=7)
    assert score.value == pytest.approx((p - q).mean(), abs=1e-7)
    assert score.std_error == pytest.approx((p - q).std(ddof=1) / np.sqrt(500), abs=1e-7)


def test_oracle_on_synthetic_data(oracle):
    rng = np.random.default_rng(0)
    x, x_sim = rng.normal(size=(150, 8)), 0.7 * rng.normal(size=(90, 8))
    expected = oracle.mixture_divergence(x, x_sim, variance=0.3, samples=200, seed=3)
    assert MixtureDivergence(variance=0.3, samples=200)(x, x_sim, key=3).value == pytest.approx(expected, abs=1e-7)


def test_a_simulation_at_infinity_is_infinitely_far():
    x = np.random.default_rng(0).normal(size=(50, 3))
    assert MixtureDivergence(samples=20)(x, np.full((5, 3), 1e200), key=0).value == np.inf


def test_the_seed_decides():
    rng = np.random.default_rng(0)
    x, x_sim = rng.normal(size=(2, 100, 4))
    measure = MixtureDivergence(samples=100)
    assert measure(x, x_sim, key=0) == measure(x, x_sim, key=0)
    assert measure(x, x_sim, key=0).value != measure(x, x_sim, key=1).value


def test_units_do_not_matter_to_standardised_channels():
    rng = np.random.default_rng(0)
    x, x_sim, units = rng.normal(size=(100, 4)), 2 * rng.normal(size=(100, 4)), [1e-6, 1.0, 50.0, 1e9]
    measure = MixtureDivergence(samples=100, standardized=True)
    assert measure(units * x, units * x_sim, key=0).value == pytest.approx(measure(x, x_sim, key=0).value, abs=1e-9)
    std = x.std(axis=0)
    plain = MixtureDivergence(samples=100)(x / std, x_sim / std, key=0).value
    assert measure(x, x_sim, key=0).value == pytest.approx(plain, abs=1e-9)


def test_a_missing_seed_is_refused():
    x = np.eye(3)
    with pytest.raises(ConfigError) as error:
        MixtureDivergence()(x, x)
    assert (error.value.code, error.value.fix) == ("C522", "measure(x, x_sim, key=0)")


def test_only_the_first_rows_are_used():
    rng = np.random.default_rng(0)
    x, x_sim = rng.normal(size=(2, 100, 3))
    measure = MixtureDivergence(samples=50, max_points=40)
    whole, first = measure(x, x_sim, key=0), measure(x[:40], x_sim[:40], key=0)
    assert whole.value == pytest.approx(first.value, abs=1e-12)
    assert (whole.n_used, whole.n_dropped) == (40, 0)


def test_eeg_halves_as_published(oracle, recording):
    eeg = recording("EEG_train.npy")
    x, x_sim = eeg[: len(eeg) // 2], eeg[len(eeg) // 2 :]
    values = [MixtureDivergence()(x, x_sim, key=key).value for key in range(2)]
    assert all(2.4 < value < 3.0 for value in values)
    expected = oracle.mixture_divergence(x, x_sim, variance=1.0, samples=20, seed=5)
    assert MixtureDivergence(samples=20)(x, x_sim, key=5).value == pytest.approx(expected, abs=1e-6)


@pytest.mark.slow
def test_64_channels_of_10_000_rows_take_less_than_three_seconds():
    x, x_sim = np.random.default_rng(0).normal(size=(2, 10_000, 64))
    measure, seconds = MixtureDivergence(), []
    for _ in range(2):
        start = time.process_time()
        measure(x, x_sim, key=0)
        seconds.append(time.process_time() - start)
    assert min(seconds) < 3


def test_published_preset_leaves_out_what_underflows_in_single_precision():
    # One cloud in 64 dimensions: a sample's squared distance from it is chi-squared with 64 degrees of freedom, and its
    # density underflows beyond 2 log(1 / 1.4e-45) - 64 log(2 pi).
    x = 1e-6 * np.random.default_rng(0).normal(size=(50, 64))
    limit = 2 * np.log(1 / 1.4e-45) - 64 * np.log(2 * np.pi)
    expected = 1000 * chi2.sf(limit, df=64)
    score = MixtureDivergence.gtf2023()(x, x, key=0)
    assert score.n_dropped == pytest.approx(expected, abs=3 * np.sqrt(expected))
    assert "dropped" in score.flags
    assert MixtureDivergence()(x, x, key=0).n_dropped == 0


def test_published_preset_has_no_value_where_every_sample_underflows():
    x = 1e-6 * np.random.default_rng(0).normal(size=(50, 64))
    lost = MixtureDivergence.gtf2023()(x, x + 10, key=0)
    assert (lost.value, lost.n_dropped, "empty" in lost.flags) == (np.inf, 1000, True)
    assert MixtureDivergence()(x, x + 10, key=0).value == pytest.approx(3200, rel=0.01)
