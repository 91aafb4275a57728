"""Gates, on a process with a closed form: an oscillation whose phase diffuses, beside a channel with two states."""

from dataclasses import replace

import numpy as np
import pytest

from attrax.measures.gates.compared import Compared
from attrax.measures.gates.gate_list import GATES, pass_gates
from attrax.measures.gates.regimes import regimes

LAGS = (1, 2, 4, 8)
CHANNELS = ("wave", "state")


def process(n, seed, *, speed=1.0, share=0.5, diffusion=0.05, runs=None):
    """A wave of 40 rows a period with an overtone, and jumps between two states."""
    rng = np.random.default_rng(seed)
    shape = (n, runs or 1)
    phase = np.cumsum(speed * (2 * np.pi / 40 + diffusion * rng.normal(size=shape)), axis=0) + rng.uniform(
        0, 6, shape[1:]
    )
    leave = rng.uniform(size=shape)
    state = np.empty(shape)
    state[0] = rng.uniform(size=shape[1]) < share
    for t in range(1, n):
        state[t] = np.where(leave[t] < 0.1, rng.uniform(size=shape[1]) < share, state[t - 1])
    wave = np.cos(phase) + 0.4 * np.sin(2 * phase)
    x = np.stack([wave, state + 0.1 * rng.normal(size=shape)], axis=-1).transpose(1, 0, 2)
    return x if runs else x[0]


@pytest.fixture(scope="module")
def recordings():
    return process(2_000, 0), process(8_000, 1)


def found(recordings, runs):
    test, train = recordings
    return {
        g.name
        for g in pass_gates(Compared((test, train), tuple(runs), tuple(runs), train, LAGS, CHANNELS, 40.0))
        if g.finding
    }


def test_a_perfect_model_passes_all_gates(recordings):
    for seed in range(2, 7):
        assert found(recordings, process(2_000, seed, runs=10)) == set()


def test_white_noise_and_a_constant_are_no_obstacle():
    noise = np.random.default_rng(0).normal(size=(12, 1_000, 3))
    runs = tuple(noise[:8])
    parts = tuple(noise[8:])
    assert {g.finding for g in pass_gates(Compared(parts, runs, runs, noise[11], (1,), ("x", "y", "z")))} == {""}


IMPOSTORS = {
    "5 % faster": (lambda x, train: process(2_000, 9, runs=10, speed=1.05), "speed"),
    "8:2": (lambda x, train: process(2_000, 9, runs=10, share=0.8), "occupation"),
    "stuck in either state": (
        lambda x, train: np.where([False, True], np.arange(10)[:, None, None] % 2, x),
        "occupation",
    ),
    "backward": (lambda x, train: x[:, ::-1], "time direction"),
    "drift": (lambda x, train: x + np.linspace(-0.3, 0.3, 2_000)[:, None] * x.std(axis=(0, 1)), "stationarity"),
    "growing": (lambda x, train: x * np.linspace(0.8, 1.2, 2_000)[:, None], "stationarity"),
    "the same cycle again and again": (lambda x, train: process(2_000, 9, runs=10, diffusion=0.0), "regularity"),
    "cycles of every length": (lambda x, train: process(2_000, 9, runs=10, diffusion=0.3), "regularity"),
    "replay": (lambda x, train: np.stack([train[i : i + 2_000] for i in range(0, 6_000, 600)]), "replay"),
}


@pytest.mark.parametrize("name", IMPOSTORS)
def test_an_impostor_fails_its_gate(recordings, name):
    change, gate = IMPOSTORS[name]
    assert gate in found(recordings, change(process(2_000, 9, runs=10), recordings[1]))


def test_findings_are_sentences_with_both_numbers(recordings):
    test, train = recordings
    runs = tuple(process(2_000, 9, runs=10, speed=1.1))
    finding = GATES["speed"](Compared((test, train), runs, runs, train, LAGS, CHANNELS))
    assert finding.startswith("the free runs are 1")
    assert "% faster than the recording: 0.0" in finding
    assert finding.endswith("cycles per row in channel wave")


def test_a_recording_that_is_too_short_fails_no_model():
    x = process(200, 0)
    runs = tuple(process(200, 3, runs=4, speed=1.5))
    compared = Compared((x,), runs, runs, x, (1, 4, 8), CHANNELS)
    assert not any(gate.finding for gate in pass_gates(compared))


def test_many_channels_are_compared_by_principal_components(recordings):
    test, train = recordings
    mix = np.random.default_rng(0).normal(size=(2, 9))

    def wide(x):
        return x @ mix + 0.01 * np.random.default_rng(len(x)).normal(size=(*x.shape[:-1], 9))

    runs = tuple(wide(process(2_000, 9, runs=10, speed=1.1)))
    names = tuple("abcdefghi")
    results = pass_gates(Compared((wide(test), wide(train)), runs, runs, wide(train), LAGS, names))
    finding = next(gate.finding for gate in results if gate.name == "speed")
    assert "principal component" in finding


def test_different_regimes_are_told(recordings):
    test, train = recordings
    assert regimes(train, test, LAGS, CHANNELS) == ""
    told = regimes(train, test + np.array([0.0, 0.5]), LAGS, CHANNELS)
    assert told.startswith("training and test recording are of different regimes: the mean of channel state is")
    assert "higher in the test recording" in told


def test_a_smaller_difference_of_recordings_can_be_mentioned(recordings):
    test, train = recordings
    # The size of the waves changes slowly, so a smaller test recording may be chance, but seldom is.
    size = np.repeat(np.random.default_rng(0).uniform(0.4, 1.6, 20), 400)[:, None]
    varying, smaller = train * size, 0.4 * test
    assert regimes(varying, smaller, LAGS, CHANNELS) == ""
    assert "lower" in regimes(varying, smaller, LAGS, CHANNELS, unlikely=0.01)


def with_small_turn(n, seed, *, size, runs=1):
    """Seven channels: six times the same wave, in two of them with a small fast rotation; `size` < 0 turns backward."""
    x = process(n, seed, runs=runs)
    angle = np.arange(n) / 3 + np.random.default_rng(seed).uniform(0, 6, (runs, 1))
    waves = np.repeat(x[..., :1], 6, axis=-1)
    waves[..., 0] += size * np.sin(angle)
    waves[..., 1] += abs(size) * np.cos(angle)
    return np.concatenate([waves, x[..., 1:]], axis=-1)


@pytest.mark.parametrize(("size", "told"), [(0.3, False), (1.5, True)])
def test_components_that_cannot_be_seen_do_not_count(size, told):
    test, train = (with_small_turn(n, seed, size=size)[0] for n, seed in ((2_000, 0), (8_000, 1)))
    runs = tuple(with_small_turn(2_000, 9, size=-size, runs=10))
    compared = Compared((test, train), runs, runs, train, LAGS, tuple("abcdefg"))
    assert bool(GATES["time direction"](compared)) == told
    assert len(compared.names) == compared.coordinates(test).shape[1] == (4 if told else 2)


def test_lengths_of_cycles_are_measured_beneath_a_row():
    t = np.arange(6_000)[:, None]
    test, train = (np.cos(2 * np.pi * (t + start) / 17.4) for start in (0, 6_000))
    steady = tuple(np.cos(2 * np.pi * (t + k) / 17.4) for k in range(5))
    varied = tuple(np.cos(2 * np.pi * (t + k + 2 * np.sin(t / 40)) / 17.4) for k in range(5))
    compared = Compared((test, train), steady, steady, train, (1, 4), ("x",), 17.4)
    assert not GATES["regularity"](compared)
    finding = GATES["regularity"](replace(compared, runs=varied))
    assert "less regular" in finding
    assert "the recording by 0.0" in finding


def test_more_noise_than_free_runs_may_have_is_no_irregularity():
    rng, t = np.random.default_rng(0), np.arange(6_000)[:, None]
    train, test, *runs = (np.cos(2 * np.pi * (t + k) / 30) for k in range(8))
    train, test = (x + 0.2 * rng.normal(size=x.shape) for x in (train, test))
    noisy = tuple(x + 0.07 * rng.normal(size=x.shape) for x in runs)  # a tenth of the standard deviation
    assert not GATES["regularity"](Compared((test, train), noisy, tuple(runs), train, (1, 6), ("x",), 30.0))
