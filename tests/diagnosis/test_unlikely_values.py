"""Values that can hardly be measurements are said, with a way to make them missing, and hide nothing else."""

import numpy as np
import pytest

from attrax.core.errors import DataError
from attrax.diagnosis import check
from attrax.diagnosis.checks import check_cycles
from attrax.diagnosis.defects import find_defects
from attrax.diagnosis.far_values import far_values
from attrax.diagnosis.stuck_values import stuck_values
from attrax.reading.load import load

T = np.arange(2_000)
RNG = np.random.default_rng(0)
WAVES = np.stack([np.sin(T / 7), 3 * np.cos(T / 11)], axis=1) + 0.01 * RNG.normal(size=(2_000, 2))


def changed(change):
    x = WAVES.copy()
    change(x)
    return x


def spike(x):
    x[600] = 1e6


def code(x):
    x[100:110, 0], x[500, 1] = -999, -999


def dropouts(x):
    x += 900
    x[[50, 51, 80], 0] = 0
    x[70, 1] = 0.0


def clipped(x):
    np.clip(x, -0.8, 0.8, out=x)


def flat(x):
    x[300:400, 1] = 0.123


def wrapped(x):
    x[:, 0] = (np.round(T * 911 + 3_000 * WAVES[:, 0])) % 65_536


CASES = {
    "spike": (spike, ("D129", "1000000 in 'x0', 'x1', row 600", "--na 1000000")),
    "code": (code, ("D127", "-999 in 'x0' 10 times and 'x1' once", "--na -999 ")),
    "dropouts": (dropouts, ("D127", "0 in 'x0' 3 times", "--na ")),
    "rails": (clipped, ("D128", "'x0' at -0.8 and 0.8", "'x1' at -0.8 and 0.8")),
    "flat": (flat, ("D128", "'x1' keeps 0.123 for 100 rows from row 300", "--na x1=0.123")),
    "wraps": (wrapped, ("D130", "'x0' begins again after 65536 numbers", "angle:65536")),
}


@pytest.mark.parametrize(("change", "told"), CASES.values(), ids=CASES)
def test_unlikely_values_are_said_with_a_way_out(change, told):
    notices = " ".join(find_defects(load(changed(change))).notices())
    assert [words for words in told if words not in notices] == []
    assert "--drop" not in notices


GOOD = {
    "waves": WAVES,
    "whole numbers": np.round(40 * WAVES),
    "counts": RNG.poisson(2.0, size=(2_000, 2)).astype(float),
    "rain": np.where(RNG.random((2_000, 1)) < 0.8, 0.0, RNG.gamma(1.0, 5.0, size=(2_000, 1))).round(1),
    "spikes of a heart": np.exp(-(((T[:, None] % 80) - 40.0) ** 2) / 4) + 0.01 * RNG.normal(size=(2_000, 1)),
    "levels": np.repeat(RNG.integers(0, 5, size=100), 20)[:, None].astype(float),
    "switch": ((T // 50) % 2)[:, None].astype(float),
    "quantised": np.round(np.sin(T / 30) * 100)[:, None] / 100,
    "normal noise": RNG.normal(size=(2_000, 2)),
    "angle in degrees": ((T * 3.1) % 360)[:, None],
    "year of a code": 1_999 + WAVES,
}


@pytest.mark.parametrize("x", GOOD.values(), ids=GOOD)
def test_good_recordings_have_no_such_notice(x):
    found = find_defects(load(x))
    assert (found.far, found.stuck) == ((), ())


def test_a_single_fault_hides_nothing():
    dataset = load(changed(spike))
    assert find_defects(dataset).redundant == ()
    check_cycles(dataset)


@pytest.mark.parametrize("noise", [2.3e-16, 1e-14])
def test_rounding_noise_is_constant(noise):
    dataset = load(np.column_stack([WAVES, 1 + noise * (T % 2)]))
    with pytest.raises(DataError, match=r"D103[\s\S]*'x2'"):
        check(dataset)
    assert load(np.column_stack([WAVES, 1 + noise * (T % 2)]), drop="constant")[0].obs_dim == 2


# Of long recordings, channels are told from such ones by a part of their rows.
LONG = 60_000
SMOOTH = np.sin(np.arange(LONG) / 7) + 0.3 * np.sin(np.arange(LONG) / 1.7 + 1) + 1e-3 * RNG.normal(size=LONG)


@pytest.mark.parametrize("first", [0, 12_345, LONG - 20])
def test_a_flat_stretch_of_twenty_rows_in_a_long_recording_is_found(first):
    x = SMOOTH.copy()
    x[first : first + 20] = 0.123
    (found,) = stuck_values(load(np.stack([SMOOTH, x], axis=1)))
    assert (found.channel, found.kind, found.rows, found.first) == ("x1", "flat", 20, first)


def test_a_rail_that_comes_periodically_in_a_long_recording_is_found():
    x = SMOOTH.copy()
    x[7::300], x[8::300], x[9::300] = 1.2, 1.2, 1.2
    (found,) = stuck_values(load(np.stack([SMOOTH, np.minimum(x, 1.2)], axis=1)))
    assert (found.channel, found.kind, found.value) == ("x1", "rail", 1.2)


@pytest.mark.parametrize(("value", "far"), [(-999.0, True), (1e6, True), (20.0, True), (-5.0, False)])
def test_a_single_far_value_in_a_long_recording_is_found(value, far):
    x = SMOOTH.copy()
    x[54_321] = value
    found = far_values(load(np.stack([SMOOTH, x], axis=1)))
    assert [(one.channel, one.value, one.first) for one in found] == [("x1", value, 54_321)] * far
