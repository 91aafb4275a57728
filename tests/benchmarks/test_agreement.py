"""The check that comes before every time: whoever computes something else is found out."""

from dataclasses import replace

import numpy as np
import pytest

from attrax.core.scan import Sequential
from benchmarks.agreement import Evidence, deviations, different_windows, disagreements
from benchmarks.sizes import SMOKE, make_task
from benchmarks.ways.attrax_fit import AttraxFit
from benchmarks.ways.plain_scan import PlainScan


@pytest.fixture(scope="module")
def task():
    return make_task(SMOKE[0])


def evidence(way, task):
    """What `gather` asks a worker for, but for the updates."""
    loss, gradient = way.gradient(task, different_windows(task))
    return Evidence(loss, gradient, gradient, gradient)


@pytest.fixture(scope="module")
def reference(task):
    return evidence(PlainScan(), task)


def test_attrax_and_the_plain_scan_agree(task, reference):
    assert disagreements(deviations(evidence(AttraxFit(Sequential()), task), reference)) == []


@pytest.mark.parametrize("change", [{"alpha": 0.301}, {"window": 11}, {"affine": False}], ids=lambda c: next(iter(c)))
def test_a_way_that_computes_something_else_is_found_out(task, reference, change):
    if "affine" in change:
        square = make_task(replace(SMOKE[0], N=4))
        this, that = (replace(square, settings=replace(square.settings, affine=affine)) for affine in (True, False))
        wrong = evidence(PlainScan(), that)
        wrong.gradient["B"] = np.zeros_like(square.parameters["B"][0])
        apart = deviations(wrong, evidence(PlainScan(), this))
    else:
        other = replace(task, settings=replace(task.settings, **change))
        apart = deviations(evidence(PlainScan(), other), reference)
    assert len(disagreements(apart)) >= 2


@pytest.mark.parametrize("what", ["loss", "gradient", "first updates", "updates"])
def test_every_deviation_counts_and_nan_is_one(what):
    fine = dict.fromkeys(("loss", "gradient", "first updates", "updates"), 0.0)
    assert disagreements(fine) == []
    assert len(disagreements({**fine, what: 0.1})) == len(disagreements({**fine, what: np.nan})) == 1
