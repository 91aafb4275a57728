"""Clocks, drives and angles are recognised where they are, and nowhere else."""

import numpy as np
import pytest

from attrax import ConfigError, DataError
from attrax.data import Dataset, Series
from attrax.data.phases.phase_kinds import Angle, ClockPhase, Wave, read_setting, setting_of
from attrax.data.phases.phase_search import check_no_clock, find_phases, sentences

N = 4_000
RNG = np.random.default_rng(0)
TURN = 2 * np.pi


def search(wanted=("auto",), **columns):
    x = np.stack([np.asarray(column, float) for column in columns.values()], axis=1)
    return find_phases(Dataset((Series(x, channels=tuple(columns)),)), wanted)


def kinds(**columns):
    return {phase.channel: phase.kind for phase in search(**columns).kinds}


@pytest.fixture(scope="module")
def driven():
    """A damped pendulum under a periodic force: angle, velocity and phase of the force, as they are integrated."""
    h, n = 0.05, 6_000
    z, path = np.array([0.1, 0.0, 0.3]), []

    def rhs(z):
        return np.array([z[1], -np.sin(z[0]) - 0.25 * z[1] + 1.5 * np.cos(z[2]), 2 / 3])

    for _ in range(n):
        a = rhs(z)
        b = rhs(z + h / 2 * a)
        c = rhs(z + h / 2 * b)
        z = z + h / 6 * (a + 2 * b + 2 * c + rhs(z + h * c))
        path.append(z)
    theta, velocity, phi = np.array(path).T
    return {"theta": theta, "v": velocity, "phi": phi}


@pytest.mark.parametrize("noise", [0.0, 0.02, 0.1])
def test_a_wave_beside_a_chaotic_channel_is_a_drive(henon, noise):
    psi = TURN * np.arange(N) / 61.3 + 0.4
    force, other = (3 + 2 * wave + noise * RNG.normal(size=N) for wave in (np.cos(psi), np.sin(psi)))
    found = search(x=henon(N)[:, 0], force=force, other=other)
    first, second = found.kinds
    assert isinstance(first, Wave)
    assert first.rows == second.rows == pytest.approx(61.3, rel=1e-5 if noise else 1e-9)
    assert second.shift == pytest.approx(-0.25, abs=0.01)
    assert (first.center, first.amplitude) == pytest.approx((3, 2), abs=0.02)
    assert len(found.drives) == 1
    assert "61.3" in sentences(found)[0]


def test_what_only_looks_like_a_drive_is_a_channel(henon):
    t, x = np.arange(N), henon(N)[:, 0]
    wandering = np.cos(np.cumsum(0.1 + 0.01 * RNG.normal(size=N)))
    harmonics = np.cos(t / 9) + 0.01 * np.cos(t / 3 + 1) + 0.01 * RNG.normal(size=N)
    growing = (1 + t / 4e4) * np.cos(t / 9)
    walk = np.cumsum(0.1 + RNG.normal(size=N))
    fires = np.mod(np.cumsum(0.02 + 0.004 * RNG.random(N)), 1.0)
    assert kinds(x=x, wandering=wandering, harmonics=harmonics, growing=growing, walk=walk, fires=fires) == {}
    assert kinds(a=np.cos(t / 9), b=np.sin(t / 9)) == {}
    assert kinds(x=x[:150], force=np.cos(t / 9)[:150]) == {}


@pytest.mark.parametrize(("turn", "lowest"), [(TURN, -np.pi), (3.0, 0.0), (24.0, 0.0), (-360.0, 0.0)])
def test_a_sawtooth_is_a_clock(henon, turn, lowest):
    turns = np.arange(N) / 47.7
    saw = lowest + np.mod(turn * turns - lowest, abs(turn))
    (clock,) = search(x=henon(N)[:, 0], t=np.round(saw, 6)).kinds
    assert isinstance(clock, ClockPhase)
    assert (clock.turn, clock.lowest) == pytest.approx((turn, lowest), abs=1e-5)
    assert clock.rows == pytest.approx(47.7)


def test_angle_and_phase_of_a_pendulum(driven):
    theta, phi = search(**driven).kinds
    assert theta == Angle("theta")
    assert isinstance(phi, ClockPhase)
    assert (phi.turn, phi.lowest) == (TURN, None)
    assert phi.rows == pytest.approx(TURN / (0.05 * 2 / 3))
    degrees = np.mod(np.degrees(driven["theta"]), 360)
    assert search(theta=degrees, v=driven["v"]).kinds == (Angle("theta", 360.0, 0.0),)


def test_a_clock_without_effect_is_asked_about(henon):
    x = np.column_stack([0.05 * np.arange(500), henon(500)])
    with pytest.raises(DataError, match=r"D135[\s\S]*x0[\s\S]*--time x0[\s\S]*--drop x0[\s\S]*x0=clock:24"):
        check_no_clock(Dataset((Series(x),)))
    assert find_phases(Dataset((Series(x),)), ("auto",)).kinds == ()
    (clock,) = find_phases(Dataset((Series(x),)), ("x0=clock:5",)).kinds
    assert (clock.channel, clock.rows, clock.turn) == ("x0", pytest.approx(100.0), 5.0)


def test_what_is_named_is_taken_as_it_is_named(henon, driven):
    assert search(("none",), **driven).kinds == ()
    (angle,) = search(("theta=angle",), **driven).kinds
    assert angle == Angle("theta")
    with pytest.raises(ConfigError, match="C610"):
        search(("v=wave",), **driven)
    with pytest.raises(DataError, match="D119"):
        search(("w=wave",), **driven)
    for wrong in ("theta", "theta=angel", "theta=angle:x", "=angle"):
        with pytest.raises(ConfigError, match="C609"):
            search((wrong,), **driven)
    for phase in (Wave("a=b", 9.5, 0.25, center=1.0), ClockPhase("t", 3.5, turn=-2.0, lowest=0.0), Angle("é")):
        assert read_setting(setting_of(phase)).phase == phase


def test_values_whose_square_overflows_are_no_clock():
    x = np.random.default_rng(0).normal(size=(30, 2))
    x[0, 0] = 1e308
    check_no_clock(Dataset((Series(x, dt=1.0),)))


LONG = 80_000


@pytest.mark.parametrize("rows", [5.3, 61.3, 7_001.0])
def test_a_wave_in_a_long_recording_is_found(henon, rows):
    chaotic = np.tile(henon(N)[:, 0], LONG // N) + 0.1 * RNG.normal(size=LONG)
    force = 3 + np.cos(TURN * np.arange(LONG) / rows) + 0.1 * RNG.normal(size=LONG)
    (found,) = search(x=chaotic, force=force).kinds
    assert (found.channel, found.kind) == ("force", "wave")
    assert found.rows == pytest.approx(rows, rel=1e-4)


@pytest.mark.parametrize(("rows", "digits"), [(24, 0), (24.7, 6), (9_000.5, 6)])
def test_a_sawtooth_in_a_long_recording_is_found(henon, rows, digits):
    t = np.arange(LONG)
    clock = np.round(t * 24 / rows % 24, digits)
    (found,) = search(x=np.tile(henon(N)[:, 0], LONG // N), hour=clock).kinds
    assert (found.channel, found.kind) == ("hour", "clock")
    assert found.rows == pytest.approx(rows, rel=1e-3)
