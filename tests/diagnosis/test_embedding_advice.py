"""Delay embedding advised from data: which lags, for which recordings, and that a full state is left alone."""

from pathlib import Path

import numpy as np
import pytest

from attrax.diagnosis.embedding_advice import advise_embedding
from attrax.diagnosis.embedding_candidates import even_candidates, grown_candidates
from attrax.reading.load import load
from tests.diagnosis.orbits import flow, lorenz63, rossler

SHARED = Path(__file__).parents[3] / "shared" / "data"
N = 4_000


def lorenz96(v):
    return (np.roll(v, -1) - np.roll(v, 2)) * np.roll(v, 1) - v + 8


def henon(n=N):
    x = np.full((n, 2), 0.1)
    for t in range(1, n):
        x[t] = 1 - 1.4 * x[t - 1, 0] ** 2 + x[t - 1, 1], 0.3 * x[t - 1, 0]
    return x[100:]


STATES = {
    "lorenz63 at 0.05": lambda: flow(lorenz63, (1, 1, 1.0), 0.05, N, substeps=4),
    "lorenz63 at 0.1": lambda: flow(lorenz63, (1, 1, 1.0), 0.1, N, substeps=8),
    "rossler": lambda: flow(rossler, (1, 1, 1.0), 0.1, N),
    "henon": henon,
    "lorenz96 of 5": lambda: flow(lorenz96, (8.1, 8, 8, 8, 8), 0.05, N),
    "lorenz96 of 10": lambda: flow(lorenz96, (8.1, *[8] * 9), 0.05, N),
}
QUICK = ("henon",)


def noisy(x, share, seed=0):
    return load(x + share * x.std(axis=0) * np.random.default_rng(seed).normal(size=x.shape))


@pytest.mark.parametrize(
    ("name", "noise"),
    [
        pytest.param(name, noise, marks=() if name in QUICK and noise == 0.02 else pytest.mark.slow)
        for name in STATES
        for noise in (0.0, 0.02, 0.05)
    ],
)
def test_a_full_state_is_never_embedded(name, noise):
    assert advise_embedding(noisy(STATES[name](), noise)).reason == "state"


@pytest.mark.parametrize("name", ["lorenz63 at 0.05", pytest.param("rossler", marks=pytest.mark.slow)])
def test_one_channel_of_a_flow_is_embedded_over_less_than_a_cycle(name):
    advice = advise_embedding(noisy(STATES[name]()[:, :1], 0.02))
    assert len(advice.lags) >= 4
    assert len(set(np.diff(advice.lags))) == 1
    assert advice.lags[-1] <= {"lorenz63 at 0.05": 20, "rossler": 60}[name]
    chosen = advice.compared[0]
    assert chosen.lags == advice.lags
    assert chosen.errors[1] < 0.5 * next(c for c in advice.compared if c.lags == (0,)).errors[1]


def test_one_channel_of_a_map_needs_the_row_before():
    assert advise_embedding(load(henon()[:, 0])).lags in {(0, 1), (0, 1, 2)}


def test_a_slow_oscillation_in_one_channel_is_embedded_even_if_copies_gain_little():
    # The Duffing map, x[t] = 2.75 x[t-1] - x[t-1]^3 - 0.2 x[t-2]: the row before the last one matters little.
    x = np.full(N, 0.1)
    for t in range(2, N):
        x[t] = 2.75 * x[t - 1] - x[t - 1] ** 3 - 0.2 * x[t - 2]
    assert advise_embedding(noisy(x[100:, None], 0.02)).lags == (0, 1)


@pytest.mark.slow
def test_few_rows_in_a_cycle_get_delays_of_a_few_rows():
    x = flow(rossler, (1, 1, 1.0), 0.75, N, substeps=8)[:, 0]
    assert 1 <= max(advise_embedding(noisy(x, 0.02)).lags) <= 9


@pytest.mark.parametrize(
    ("reason", "recording"),
    [
        ("unforeseen", lambda rng: load(rng.normal(size=2_000))),
        ("many", lambda rng: load(rng.normal(size=(400, 11)))),
        ("short", lambda rng: load(rng.normal(size=200).cumsum())),
        ("short", lambda rng: load([rng.normal(size=400), rng.normal(size=8)])),
        ("driven", lambda rng: load(rng.normal(size=(400, 2)), inputs="x1")),
    ],
)
def test_what_is_not_embedded_and_why(reason, recording):
    advice = advise_embedding(recording(np.random.default_rng(0)))
    assert (advice.reason, advice.lags) == (reason, ())
    assert advice.sentence().startswith("none: ")


@pytest.mark.slow
def test_no_delay_is_longer_than_the_shortest_series_bears():
    x = flow(rossler, (1, 1, 1.0), 0.1, N)[:, 0]
    advice = advise_embedding(load([x, x[:90]]))
    assert 0 < max(advice.lags) <= 9


def test_grown_delays_find_the_two_that_matter():
    def score(lags):
        return 3.0 - (5 in lags) - (40 in lags) + 0.1 * len(lags)

    tried = {5, 40} & set(np.unique(np.geomspace(1, 40, 12).round().astype(int)))
    assert set(grown_candidates(40, 1, score)[-1]) == {0, *tried}
    assert all(max(lags) <= 7 for lags in even_candidates(7, 3))


# Lags with which reconstructions of these recordings worked, and how much worse ours may forecast: not at all.
REPORTED = {
    "laser": tuple(range(9)),
    "electrochem13": (0, 5, 10, 15, 20),
    "mackey_glass": tuple(range(0, 76, 15)),
    "ecg_mitbih": (0, 3, 10),
    "bursting": (),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", REPORTED)
def test_recordings_get_delays_as_good_as_those_that_worked(name):
    """Run: pytest -m slow tests/diagnosis/test_embedding_advice.py."""
    file = next(iter(SHARED.glob(f"{name}_train.*")), None)
    if file is None:
        pytest.skip(f"no recording {name} in {SHARED}")
    advice = advise_embedding(load(np.load(file)[:20_000] if file.suffix == ".npy" else file))
    assert bool(advice.lags) == bool(REPORTED[name])
    if advice.lags:
        assert max(advice.lags) <= 1.5 * max(REPORTED[name])
        assert 3 <= len(advice.lags) <= 9


def test_an_irregular_heart_without_its_baseline_is_embedded():
    """The next beat cannot be foreseen, with copies or without, but the next row can."""
    file = SHARED / "ecg_mitbih_train.csv"
    if not file.exists():
        pytest.skip(f"no recording ecg_mitbih in {SHARED}")
    advice = advise_embedding(load(file, highpass="270"))
    assert 3 <= len(advice.lags) <= 9
    assert max(advice.lags) < 36
