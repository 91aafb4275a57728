from math import erf, sqrt

import numpy as np
import pytest

from attrax import DataError
from attrax.measures import Flag, SpectrumDistance

T = np.arange(10_000)


def sine(cycles, phase=0.0):
    return np.sin(2 * np.pi * cycles * T / len(T) + phase)[:, None]


def test_phase_size_and_offset_do_not_matter():
    x = sine(100)
    assert SpectrumDistance()(x, 5 * sine(100, phase=1.0) - 3).value == pytest.approx(0, abs=1e-7)


def test_far_frequencies_are_at_distance_one():
    assert SpectrumDistance(smoothing=1.0)(sine(100), sine(400)).value == pytest.approx(1, abs=1e-12)


def normal_within(reach):
    """Probability that a normal variable of width 20 lies within the reach."""
    return erf(reach / (20 * sqrt(2)))


@pytest.mark.parametrize("shift", [1, 10, 40])
def test_two_lines_smoothed_to_gaussians(shift):
    # Two normal densities of width 20, d apart, overlap by exp(-d^2 / 8 20^2); both are cut at 80 bins and rescaled.
    overlap = np.exp(-(shift**2) / (8 * 20**2)) * normal_within(80.5 - shift / 2) / normal_within(80.5)
    expected = np.sqrt(1 - overlap)
    assert SpectrumDistance(smoothing=20.0)(sine(1000), sine(1000 + shift)).value == pytest.approx(expected, rel=1e-3)


def test_channels_are_averaged():
    x = np.hstack([sine(100), sine(100)])
    half = np.hstack([sine(100), sine(2000)])
    assert SpectrumDistance()(x, half).value == pytest.approx(0.5, abs=1e-7)


def test_symmetry():
    x, x_sim = np.random.default_rng(0).normal(size=(2, 500, 3)).cumsum(axis=1)
    measure = SpectrumDistance()
    assert measure(x, x_sim).value == measure(x_sim, x).value > 0.01


def test_recordings_are_cut_to_the_shorter():
    rng = np.random.default_rng(0)
    x, x_sim = rng.normal(size=(400, 2)), rng.normal(size=(300, 2))
    assert SpectrumDistance()(x, x_sim) == SpectrumDistance()(x[:300], x_sim)
    assert SpectrumDistance()(x_sim, x).n_used == 300


@pytest.mark.parametrize("still", [0.0, 0.1, 1e6])
def test_a_channel_that_stands_still_is_at_distance_one(still):
    x = np.hstack([sine(100), sine(200)])
    x_sim = np.hstack([sine(100, phase=0.3), np.full((len(T), 1), still)])
    score = SpectrumDistance()(x, x_sim)
    assert score.value == pytest.approx(0.5, abs=1e-7)
    assert score.flags == (Flag.COLLAPSED,)


def test_rounding_noise_around_a_fixed_point_stands_still():
    noise = 1e-8 * np.random.default_rng(0).normal(size=(len(T), 1))
    assert SpectrumDistance()(sine(100), 0.3 + noise).value == 1.0


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_an_early_divergence_still_has_a_score(rows):
    x = np.random.default_rng(0).normal(size=(50, 2))
    x_sim = np.concatenate([2 * x[:rows], np.full((50 - rows, 2), np.nan)])
    score = SpectrumDistance()(x, x_sim)
    assert 0 <= score.value <= 1
    assert Flag.DIVERGED in score.flags
    assert (score.n_used, score.n_dropped) == (rows, 50 - rows)


def test_a_constant_reference_is_refused():
    with pytest.raises(DataError) as error:
        SpectrumDistance()(np.ones((10, 1)), np.ones((10, 1)))
    assert error.value.code == "D103"


@pytest.mark.parametrize("length", [999, 1000])
@pytest.mark.parametrize("smoothing", [1.0, 20.0])
def test_oracle_on_synthetic_data(oracle, length, smoothing):
    x, x_sim = np.random.default_rng(0).normal(size=(2, length, 2)).cumsum(axis=1)
    expected = oracle.spectrum_distance(x, x_sim, smoothing=smoothing)
    assert SpectrumDistance(smoothing)(x, x_sim).value == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "name_sim", "expected"),
    [
        ("ECG_pecuzal_5d_test.npy", "ECG_pecuzal_5d_train.npy", 0.060),
        ("lorenz63_test.npy", "lorenz63_on0.05_train.npy", 0.070),
    ],
)
def test_recordings_as_published(oracle, recording, name, name_sim, expected):
    x, x_sim = recording(name), recording(name_sim)
    score = SpectrumDistance.gtf2023()(x, x_sim)
    assert score.value == pytest.approx(expected, abs=5e-4)
    assert score.value == pytest.approx(oracle.spectrum_distance(x, x_sim), abs=1e-6)


def test_eeg_halves_as_published(oracle, recording):
    eeg = recording("EEG_train.npy")
    x, x_sim = eeg[: len(eeg) // 2], eeg[len(eeg) // 2 :]
    score = SpectrumDistance.gtf2023()(x, x_sim)
    assert score.value == pytest.approx(0.075, abs=5e-4)
    assert score.value == pytest.approx(oracle.spectrum_distance(x, x_sim), abs=1e-6)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_constant_far_from_zero_has_collapsed(channels):
    x = np.random.default_rng(0).normal(size=(240, channels))
    score = SpectrumDistance()(x, np.full_like(x, 2.58658269e10 / 3))
    assert score.value == 1.0
    assert score.flags == ("collapsed", "saturated")
