"""Diagnosis against answers that are known: maps and flows at known noise, clocks, random numbers, planted defects."""

import json

import numpy as np
import pytest

from attrax.data.clock.row_times import Stamps
from attrax.diagnosis.defects import find_defects
from attrax.diagnosis.diagnosis import diagnose
from attrax.reading.load import load, load_raw
from attrax.reading.read_options import ReadOptions
from tests.diagnosis import orbits

N = 8_000
TRANSIENT = 2_000
ONES = (1.0, 1.0, 1.0)


@pytest.fixture(scope="session")
def lorenz63():
    return orbits.flow(orbits.lorenz63, ONES, 0.01, N, transient=TRANSIENT)


@pytest.fixture(scope="session")
def rossler():
    return orbits.flow(orbits.rossler, ONES, 0.1, N, transient=TRANSIENT)


@pytest.fixture(scope="session")
def henon():
    x = np.full((N, 2), 0.1)
    for t in range(1, N):
        x[t] = 1 - 1.4 * x[t - 1, 0] ** 2 + x[t - 1, 1], 0.3 * x[t - 1, 0]
    return x[100:]


def noisy(x, share, seed=0):
    return load(x + share * x.std(axis=0) * np.random.default_rng(seed).normal(size=x.shape))


@pytest.mark.parametrize("noise", [0.0, 0.01, 0.05, 0.1])
@pytest.mark.slow
@pytest.mark.parametrize(("system", "loose"), [("lorenz63", 1.1), ("rossler", 1.1), ("henon", 3.5)])
def test_noise_is_bounded_from_above(request, system, loose, noise):
    # Of a map, where no difference is small, the noise in the state is part of the error of its predictions.
    bound = diagnose(noisy(request.getfixturevalue(system), noise)).embedding.noise
    true = noise / np.sqrt(1 + noise**2)
    assert 0.95 * true <= bound <= loose * true + 0.01


@pytest.mark.parametrize("n", [1_000, 10_000])
def test_white_noise_has_no_low_dimension(n):
    found = diagnose(load(np.random.default_rng(n).normal(size=n)))
    assert found.embedding.reason == "unforeseen"
    assert found.embedding.lags == ()
    assert found.period is None
    assert found.embedding.noise > 0.9
    assert any("under-sampled, or noise" in notice for notice in found.defects.notices())


@pytest.mark.parametrize(
    "rows", [12.0, pytest.param(73.3, marks=pytest.mark.slow), pytest.param(500.0, marks=pytest.mark.slow)]
)
def test_the_period_of_a_clock(rows):
    found = diagnose(load(np.sin(2 * np.pi * np.arange(5_000) / rows)))
    assert found.period.rows == pytest.approx(rows, rel=0.01)
    assert found.period.strength > 0.95
    assert found.cycles == pytest.approx(5_000 / rows, abs=1)
    assert 2 <= len(found.embedding.lags) <= 5


@pytest.mark.slow
def test_a_rhythm_is_found_behind_noise_and_drift():
    t = np.arange(8_000)
    x = np.sin(2 * np.pi * t / 50) + 0.5 * np.random.default_rng(0).normal(size=8_000)
    assert diagnose(load(x)).period.rows == pytest.approx(50, rel=0.01)


def test_a_rhythm_is_found_on_a_trend():
    t = np.arange(600)
    found = diagnose(load(100 + 2 * t + 20 * np.sin(2 * np.pi * t / 12)))
    assert (found.cycles, round(found.period.rows)) == (50, 12)


def heart(beats, rate=120, irregular=0.1):
    """An ECG of three waves in each beat, with beats of uneven lengths; and the rows of the beats."""
    rng = np.random.default_rng(0)
    at = np.cumsum(0.9 * rate * (1 + irregular * rng.normal(size=beats)))
    t = np.arange(int(at[-1] + rate))[:, None]
    waves = ((-0.16, 0.02, 0.15), (0.0, 0.01, 1.0), (0.02, 0.01, -0.3), (0.25, 0.04, 0.3))
    x = sum(height * np.exp(-(((t - at) / rate - shift) ** 2) / (2 * width**2)) for shift, width, height in waves)
    return x.sum(axis=1) + 0.01 * rng.normal(size=len(t)), at


def test_beats_of_uneven_lengths_are_counted_once():
    x, at = heart(60)
    found = diagnose(load(x, dt=1 / 120))
    assert found.period.rows == pytest.approx(np.diff(at).mean(), rel=0.1)
    assert found.cycles == pytest.approx(60, abs=7)


def random_phases(x, rng):
    spectrum = np.fft.rfft(x)
    turned = np.abs(spectrum) * np.exp(2j * np.pi * rng.random(len(spectrum)))
    return np.fft.irfft(turned, len(x))


@pytest.mark.slow
def test_stationary_recordings_raise_few_alarms(lorenz63, rossler, henon):
    """Random-phase surrogates, cut from longer ones so that their ends do not meet."""
    rng = np.random.default_rng(0)
    sources = [lorenz63[:, 0], lorenz63[:, 2], rossler[:, 0], henon[:, 0]]
    surrogates = [random_phases(x, rng)[: 3_000 + i] for x in sources for i in range(10)]
    alarms = sum(bool(find_defects(load(x)).drifts) for x in surrogates)
    assert alarms <= 1
    for x in sources:
        assert not find_defects(load(x)).drifts


@pytest.mark.parametrize("system", ["rossler", "henon"])
def test_drifts_are_found_and_told_apart(request, system):
    x = request.getfixturevalue(system)[:, 0]
    x = x / x.std()
    t = np.linspace(0, 1, len(x))
    (trend,) = find_defects(load(x + 1.5 * t)).drifts
    (shift,) = find_defects(load(x + 1.5 * (t > 0.5))).drifts
    assert (trend.kind, shift.kind) == ("trend", "level shift")
    assert trend.change == pytest.approx(1.5 / np.sqrt(1 + 1.5**2 / 12), rel=0.15)
    assert shift.at == pytest.approx(0.5, abs=0.07)


def test_copies_and_sums_are_named_after_what_they_repeat(lorenz63):
    x = np.column_stack([lorenz63, 3 - 2 * lorenz63[:, 1], lorenz63 @ [1, 1, 1]])
    found = find_defects(load(x)).redundant
    assert [(r.channel, r.copy) for r in found] == [("x3", True), ("x4", False)]
    assert (found[0].like, found[0].correlation) == ("x1", pytest.approx(-1))
    assert not find_defects(load(lorenz63)).redundant


@pytest.mark.slow
def test_redundancy_in_a_wide_recording():
    x = np.random.default_rng(0).normal(size=(30_000, 64))
    x[:, 40] = x[:, 3]
    x[:, 63] = -x[:, :63].sum(axis=1)
    assert [(r.channel, r.copy) for r in find_defects(load(x)).redundant] == [("x40", True), ("x63", False)]


def test_density_of_rows(lorenz63, henon):
    fine = orbits.flow(orbits.rossler, ONES, 0.004, 6_000, transient=TRANSIENT)
    assert find_defects(load(fine[:, :2])).sampling.every > 5
    for x in (lorenz63, henon):
        sampling = find_defects(load(x)).sampling
        assert sampling.every == 1
        assert not sampling.coarse


def test_the_clock_is_described(write):
    t = np.arange(500) * 0.004
    t[200:] += 0.1
    t[300] += 0.0004
    lines = "\n".join(["time (s),ecg", *(f"{a:.6f},{np.sin(9 * a):.6g}" for a in t)])
    clock = diagnose(load_raw(write("a.csv", lines))).clock
    assert (clock.column, clock.unit, clock.gaps, clock.backward) == ("time (s)", "s", 1, 0)
    assert clock.step == pytest.approx(0.004)
    assert clock.longest_gap == pytest.approx(0.104)
    assert clock.uneven == pytest.approx(3 / 499)
    assert clock.jitter == pytest.approx(0.2 / 498, rel=1e-3)


def test_gaps_and_constants_are_counted():
    x = np.random.default_rng(0).normal(size=(1_000, 4))
    x[10:15, 1] = np.nan
    x[:, 2] = 7
    x[:, 3] = np.nan
    found = diagnose(load(x))
    assert [(m.channel, m.values, m.longest_gap) for m in found.missing] == [("x1", 5, 5), ("x3", 1_000, 1_000)]
    assert found.constant == ("x2", "x3")


@pytest.mark.parametrize(
    "x",
    [
        np.zeros(5),
        np.arange(2.0),
        np.array([1.0]),
        np.full(50, np.nan),
        np.ones((3, 700)),
        1e308 * (np.arange(90.0) % 2),
    ],
)
def test_hardly_a_recording_is_diagnosed_too(x):
    json.dumps(diagnose(load_raw(x)).as_json(), allow_nan=False)


def test_several_series_and_inputs():
    rng = np.random.default_rng(0)
    found = diagnose(load([rng.normal(size=(400, 2)), rng.normal(size=(600, 2))], inputs="x1"))
    assert (found.rows, found.channels, found.inputs) == ((400, 600), ("x0",), ("x1",))


def test_unfinished_clocks_are_no_obstacle():
    raw = load_raw(np.random.default_rng(0).normal(size=(50, 1)), ReadOptions())
    stamps = Stamps(np.r_[0.0, 0.0, np.arange(48.0)], "t", "array")
    found = diagnose(raw.map(lambda s: type(s)(s.x, 1.0, s.channels, stamps=stamps)))
    assert found.clock.backward == 2
