"""The check that comes before every time: whoever computes something else is found out."""

from dataclasses import replace

import numpy as np
import pytest

from attrax.core.scans.sequential import Sequential
from benchmarks.agreement import Evidence, deviations, different_windows, disagreements
from benchmarks.task import Settings, Task
from benchmarks.ways.attrax_fit import AttraxFit
from benchmarks.ways.plain_scan import PlainScan


def make_task(N, M=4, L=8, *, affine=True):
    """A task of noise: what is computed of it is the same in every way, too."""
    draw = np.random.default_rng(0).standard_normal
    shapes = {"a": (M,), "W1": (M, L), "W2": (L, M), "h1": (M,), "h2": (L,), "B": (N, M)}
    parameters = {name: draw((1, *shape), dtype=np.float32) for name, shape in shapes.items() if affine or name != "B"}
    settings = Settings(batch_size=4, window=12, affine=affine)
    return Task(settings, draw((60, N), dtype=np.float32), parameters)


@pytest.fixture(scope="module")
def task():
    return make_task(6)


def evidence(way, task):
    """What `gather` asks a worker for, but for the updates."""
    loss, gradient = way.gradient(task, different_windows(task))
    return Evidence(loss, gradient, gradient, gradient)


@pytest.fixture(scope="module")
def reference(task):
    return evidence(PlainScan(), task)


def test_attrax_and_the_plain_scan_agree(task, reference):
    assert disagreements(deviations(evidence(AttraxFit(Sequential()), task), reference)) == []


@pytest.mark.parametrize("change", [{"alpha": 0.301}, {"window": 11}], ids=["alpha", "window"])
def test_a_way_that_computes_something_else_is_found_out(task, reference, change):
    other = replace(task, settings=replace(task.settings, **change))
    assert len(disagreements(deviations(evidence(PlainScan(), other), reference))) >= 2


@pytest.mark.parametrize("what", ["loss", "gradient", "first updates", "updates"])
def test_every_deviation_counts_and_nan_is_one(what):
    fine = dict.fromkeys(("loss", "gradient", "first updates", "updates"), 0.0)
    assert disagreements(fine) == []
    assert len(disagreements({**fine, what: 0.1})) == len(disagreements({**fine, what: np.nan})) == 1
