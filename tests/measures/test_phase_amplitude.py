"""Phase-amplitude coupling: closed forms of the index, and surrogates that know where there is none."""

import numpy as np
import pytest

from attrax import ConfigError, DataError
from attrax.measures import modulation_index, phase_amplitude_coupling

DT, THETA, GAMMA, BINS = 0.001, 7.0, 61.0, 18
T = np.arange(0, 10, DT)
SLOW = np.cos(2 * np.pi * THETA * T)
CARRIER = np.cos(2 * np.pi * GAMMA * T)


def closed_form(depth, bins):
    """The index of 1 + depth * cos(phase), averaged over bins: the mean of a cosine over a bin is a smaller cosine."""
    s = np.sqrt(1 - (depth * np.sinc(1 / bins)) ** 2)
    return (1 - s + np.log((1 + s) / 2)) / np.log(bins)


def coupling(x, **options):
    return phase_amplitude_coupling(x, DT, slow=THETA, fast=GAMMA, key=0, **options)


@pytest.mark.parametrize("depth", [0.0, 0.2, 0.9])
@pytest.mark.parametrize("bins", [18, 36])
def test_the_index_of_a_cosine_is_known(depth, bins):
    phase = (np.arange(bins) + 0.5) * 2 * np.pi / bins
    amplitude = 3 * (1 + depth * np.sinc(1 / bins) * np.cos(phase))
    np.testing.assert_allclose(modulation_index(amplitude), closed_form(depth, bins), atol=1e-6)


@pytest.mark.parametrize("depth", [0.3, 0.6, 0.9])
def test_the_index_of_a_signal_with_known_coupling(depth):
    found = coupling(SLOW + (1 + depth * SLOW) * CARRIER)
    assert found.index == pytest.approx(closed_form(depth, BINS), rel=0.03)
    assert found.p_value == pytest.approx(1 / 201)
    assert abs(found.preferred_phase) < 0.02
    assert found.surrogates.mean() < 0.02 * found.index
    assert found.std_error < 0.01 * found.index
    np.testing.assert_allclose(found.amplitude, 1 + depth * np.sinc(1 / BINS) * np.cos(found.phases), atol=0.03)


def test_the_preferred_phase_moves_with_the_coupling():
    later = np.cos(2 * np.pi * THETA * T - 2.0)
    assert coupling(SLOW + (1 + 0.5 * later) * CARRIER).preferred_phase == pytest.approx(2.0, abs=0.02)


def test_two_rhythms_beside_each_other_are_not_coupled():
    found = coupling(SLOW + CARRIER)
    assert found.index < 1e-6
    rng = np.random.default_rng(0)
    p_values = [coupling(rng.normal(size=len(T)), surrogates=39).p_value for _ in range(25)]
    assert 0.3 < np.mean(p_values) < 0.7  # uniform, as p values without coupling are
    assert np.mean(np.array(p_values) <= 0.1) < 0.25


def test_the_standard_error_is_the_spread_over_recordings():
    def one(seed):
        noise = np.random.default_rng(seed).normal(size=len(T))
        return coupling(SLOW + (1 + 0.5 * SLOW) * CARRIER + 2 * noise, surrogates=1)

    found = [one(seed) for seed in range(20)]
    assert np.std([f.index for f in found]) == pytest.approx(np.mean([f.std_error for f in found]), rel=0.5)


def test_both_rhythms_may_be_in_channels_of_their_own():
    modulated = (1 + 0.6 * SLOW) * CARRIER
    both = phase_amplitude_coupling(SLOW, DT, slow=THETA, fast=GAMMA, modulated=modulated, key=0)
    assert both.index == pytest.approx(coupling(SLOW + modulated).index, rel=1e-3)
    assert both.cycles == pytest.approx(10 * THETA - 4, abs=2)


def test_the_same_seed_gives_the_same_result():
    x = SLOW + (1 + 0.3 * SLOW) * CARRIER + np.random.default_rng(1).normal(size=len(T))
    first, again = coupling(x), coupling(x)
    assert (first.index, first.std_error) == (again.index, again.std_error)
    np.testing.assert_array_equal(first.surrogates, again.surrogates)


@pytest.mark.parametrize(
    "setting",
    [
        {"slow": 0.0},
        {"fast": 20.0},
        {"fast": 490.0},
        {"bins": 1},
        {"bins": 150},
        {"surrogates": 0},
    ],
)
def test_impossible_settings_are_named(setting):
    with pytest.raises(ConfigError, match="C520") as caught:
        phase_amplitude_coupling(SLOW, DT, **{"slow": THETA, "fast": GAMMA, "key": 0, **setting})
    assert next(iter(setting)) in caught.value.where


def test_recordings_that_cannot_be_measured_are_told():
    with pytest.raises(DataError, match="D101"):
        coupling(np.where(T[500] == T, np.nan, SLOW))
    with pytest.raises(DataError, match="D104"):
        coupling(SLOW[:1500])
    with pytest.raises(DataError, match="D110"):
        coupling(SLOW, modulated=SLOW[1:])
