"""Measured invariants: against closed forms, the literature, and themselves."""

import numpy as np
import pytest

from attrax.runs.measured_invariants import measure, spectral_period
from attrax.systems import find, names
from attrax.systems.known_invariants import measured, published

# Largest exponents in the paper that introduced the flows [@sprott1994], to the digits printed there.
SPROTT_1994 = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRS",
        [
            *(0.014, 0.210, 0.163, 0.103, 0.078, 0.117, 0.034, 0.117, 0.012, 0.076),
            *(0.038, 0.061, 0.044, 0.076, 0.049, 0.087, 0.109, 0.062, 0.188),
        ],
        strict=True,
    )
)


def exponent(name):
    facts = measured()[name]
    return facts["exponents"][0], facts["std_error"][0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lorenz63", [0.906, 0.0, -14.572]),
        ("rossler", [0.0714, 0.0, -5.394]),
        ("henon", [0.41922, -1.62319]),
        ("logistic", [np.log(2)]),
        ("tent", [np.log(1.9)]),
        ("chebyshev", [np.log(6)]),
        ("kaplan_yorke", [np.log(2), np.log(0.2)]),
        ("baker", [np.log(2), -np.log(2)]),
        ("oscillator", [-0.1, -0.1]),
        ("torus", [0.0, 0.0, 0.0, 0.0]),
    ],
)
def test_measured_exponents_are_the_known_ones(name, expected):
    facts = measured()[name]
    errors = 4 * np.array(facts["std_error"]) + 1e-4
    assert (np.abs(np.array(facts["exponents"]) - expected) < errors).all()


def test_sprotts_flows_have_the_exponents_of_his_paper():
    # A is conservative: its exponent belongs to the energy of the start, which is another one there.
    for letter, expected in list(SPROTT_1994.items())[1:]:
        found, error = exponent(f"sprott_{letter.lower()}")
        assert abs(found - expected) < 4 * error + 0.002, letter


def test_a_flow_has_a_zero_exponent_where_it_neither_rests_nor_jumps():
    for name, facts in measured().items():
        system = find(name)
        if system.period and facts.get("result") == "SUCCESSFUL" and name != "oscillator":
            values, errors = np.array(facts["exponents"]), np.array(facts["std_error"])
            assert (np.abs(values) < 5 * errors + 0.02 / system.period).any(), name


def test_what_is_measured_is_complete():
    assert set(measured()) <= set(names())
    for name, facts in measured().items():
        system = find(name)
        assert ("exponents" in facts) == (system.smooth and not system.has_memory), name
        assert ("period" in facts) == bool(system.period), name


def test_the_published_annotation_of_lorenz_is_shown_beside_ours():
    assert published()["lorenz63"]["exponent"] == 0.8917
    assert published()["lorenz63"]["exponents"][0] > 1.0
    found, error = exponent("lorenz63")
    assert abs(found - 0.906) < 4 * error


def test_the_dominant_period_of_a_mixture_is_that_of_its_strongest_part():
    t = np.arange(0, 500, 0.05)
    x = np.stack([np.sin(2 * np.pi * t / 3) + 0.5 * np.sin(2 * np.pi * t / 0.7), np.ones_like(t)], axis=1)
    assert spectral_period(x, 0.05) == pytest.approx(3, rel=0.02)


def test_a_map_is_measured_like_the_table():
    found = measure(find("tent"))
    assert found == measured()["tent"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lorenz63", "chua", "sprott_q"])
def test_a_flow_is_measured_like_the_table_from_other_starts(name):
    found, table = measure(find(name), seed=1), measured()[name]
    error = 4 * np.hypot(found["std_error"], table["std_error"])
    assert (np.abs(np.subtract(found["exponents"], table["exponents"])) < error + 1e-3).all()
    assert found["period"] == pytest.approx(
        table["period"], abs=5 * np.hypot(found["period_error"], table["period_error"])
    )
