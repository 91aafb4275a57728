"""Claims are two-sided, rest on the seeds that they state, and never compare what was measured differently."""

import math

import pytest
from pydantic import TypeAdapter, ValidationError

from attrax.campaigns import Metric
from attrax.campaigns.claim import Claim, judge_claim
from attrax.campaigns.result_store import ResultRow
from attrax.campaigns.results_table import Summary

NAN = math.nan


def claim(kind, **settings):
    return TypeAdapter(Claim).validate_python({"kind": kind, **settings})


def results(better="lower", protocol="p", **experiments):
    """What was measured of the metric `m`: values by experiment, one a seed; None for a run that failed."""
    found = {}
    for name, values in experiments.items():
        rows = [
            ResultRow(
                f"{seed}",
                (("experiment", name),),
                seed,
                "full",
                {} if value is None else {"m": Metric(value, None, protocol, better)},
                "it exploded" if value is None else "",
                1.0,
                {},
                {},
            )
            for seed, value in enumerate(values)
        ]
        found[name] = Summary((("experiment", name),), len(values), tuple(rows))
    return found


FOURTEEN = claim("within", metric="a/m", published=14.0, spread=7.0, tolerance=7.0)


@pytest.mark.parametrize(
    ("value", "better", "verdict"),
    [
        (14.0, "lower", "reproduced"),
        (7.0, "lower", "reproduced"),
        (21.0, "lower", "reproduced"),
        (1.76, "lower", "better"),
        (21.1, "lower", "differs"),
        (1.76, "higher", "differs"),
        (21.1, "higher", "better"),
        (1.76, "neither", "differs"),
        (21.1, "neither", "differs"),
        (math.inf, "lower", "differs"),
        (-math.inf, "higher", "differs"),
        (NAN, "neither", "differs"),
    ],
)
def test_a_published_number_is_reproduced_inside_its_tolerance_and_better_or_different_outside(value, better, verdict):
    assert judge_claim(FOURTEEN, results(better, a=[value] * 3)).verdict == verdict


@pytest.mark.parametrize(
    ("kind", "settings", "found", "verdict"),
    [
        ("at_most", {"metric": "a/m", "limit": 1.0}, {"a": [1.0] * 3}, "reproduced"),
        ("at_most", {"metric": "a/m", "limit": 1.0}, {"a": [1.1] * 3}, "differs"),
        ("at_least", {"metric": "a/m", "limit": 1.0}, {"a": [1.0] * 3}, "reproduced"),
        ("at_least", {"metric": "a/m", "limit": 1.0}, {"a": [0.9] * 3}, "differs"),
        ("less_than", {"metric": "a/m", "other": "b/m"}, {"a": [1.0] * 3, "b": [1.1] * 3}, "reproduced"),
        ("less_than", {"metric": "a/m", "other": "b/m"}, {"a": [1.0] * 3, "b": [1.0] * 3}, "differs"),
        ("less_than", {"metric": "a/m", "other": "b/m", "margin": 0.2}, {"a": [1.0] * 3, "b": [1.1] * 3}, "differs"),
        ("less_than", {"metric": "a/m", "other": "b/m"}, {"a": [1.0] * 3}, "not run"),
        (
            "monotone",
            {"along": ["a/m", "b/m", "c/m"], "direction": "falling"},
            {"a": [3.0] * 3, "b": [2.0] * 3, "c": [1.0] * 3},
            "reproduced",
        ),
        (
            "monotone",
            {"along": ["a/m", "b/m", "c/m"], "direction": "falling"},
            {"a": [3.0] * 3, "b": [2.0] * 3, "c": [2.0] * 3},
            "differs",
        ),
        ("monotone", {"along": ["a/m", "b/m"], "direction": "rising"}, {"a": [3.0] * 3, "b": [2.0] * 3}, "differs"),
        ("exact", {"metric": "a/m", "value": 1.0}, {"a": [1.0]}, "reproduced"),
        ("exact", {"metric": "a/m", "value": 1.0}, {"a": [1.0, 1.0, 1.001]}, "differs"),
        ("exact", {"metric": "a/m", "value": 1.0, "tolerance": 0.01}, {"a": [1.0, 1.001]}, "reproduced"),
    ],
)
def test_every_kind_of_claim_can_hold_and_can_fail(kind, settings, found, verdict):
    assert judge_claim(claim(kind, **settings), results(**found)).verdict == verdict


def test_a_claim_with_fewer_seeds_than_it_rests_on_is_not_run_and_says_so():
    judged = judge_claim(FOURTEEN, results(a=[14.0]))
    assert (judged.verdict, judged.why, judged.measured_text) == ("not run", "1 of 3 seeds", "14")
    nothing = judge_claim(FOURTEEN, {})
    assert (nothing.verdict, nothing.why, nothing.measured_text) == ("not run", "", "-")
    five = claim("within", metric="a/m", published=14.0, tolerance=7.0, seeds=5)
    assert judge_claim(five, results(a=[14.0] * 4)).why == "4 of 5 seeds"
    assert judge_claim(five, results(a=[14.0]), seeds=1).verdict == "reproduced"


def test_the_median_decides_and_failed_runs_are_losses():
    assert judge_claim(FOURTEEN, results(a=[100.0, 14.0, 15.0])).verdict == "reproduced"
    one = judge_claim(FOURTEEN, results(a=[20.0, 14.0, None]))
    assert (one.verdict, one.why) == ("reproduced", "1 of 3 runs of m have failed")
    assert judge_claim(FOURTEEN, results(a=[22.0, 14.0, None])).verdict == "differs"
    limit = claim("at_most", metric="a/m", limit=1.0)
    for better in ("lower", "higher", "neither"):
        assert judge_claim(limit, results(better, a=[0.5, None, None])).verdict == "differs"
    assert judge_claim(limit, results(a=[None, None, None])).verdict == "differs"


def test_numbers_of_other_protocols_are_not_compared():
    other = claim("within", metric="a/m", published=14.0, tolerance=7.0, protocol="q")
    assert judge_claim(other, results(a=[14.0] * 3)).why == "measured with another protocol, p"
    less = claim("less_than", metric="a/m", other="b/m")
    mixed = {**results(a=[1.0] * 3), **results(protocol="q", b=[2.0] * 3)}
    judged = judge_claim(less, mixed)
    assert (judged.verdict, judged.why) == ("not run", "measured with 2 protocols")


def test_a_metric_that_no_run_has_measured_is_told():
    stray = claim("within", metric="a/other", published=14.0, tolerance=7.0)
    assert judge_claim(stray, results(a=[1.0] * 3)).why == "other was not measured"


@pytest.mark.parametrize(
    "settings",
    [
        {"kind": "about", "metric": "a/m"},
        {"kind": "within", "metric": "a/m", "published": 1.0},
        {"kind": "within", "metric": "a/m", "published": 1.0, "tolerance": 0.0},
        {"kind": "monotone", "along": ["a/m"], "direction": "rising"},
        {"kind": "at_most", "metric": "a/m", "limit": 1.0, "tolerence": 1.0},
    ],
)
def test_a_wrong_claim_is_refused(settings):
    with pytest.raises(ValidationError):
        claim(**settings)
