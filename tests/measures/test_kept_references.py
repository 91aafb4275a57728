"""What measures keep of a recording saves work and changes no score."""

import numpy as np
import pytest

from attrax.kernels import threads
from attrax.measures import MixtureDivergence, SpectrumDistance, StateSpaceDivergence, ensemble_score, kept_references
from attrax.measures.kept_references import of_reference


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(kept_references, "_kept", type(kept_references._kept)())


@pytest.mark.parametrize(
    "measures",
    [
        (MixtureDivergence(samples=50), MixtureDivergence(samples=50, variance=0.5)),
        (SpectrumDistance(), SpectrumDistance(smoothing=5.0)),
        (StateSpaceDivergence(bins=4), StateSpaceDivergence(bins=5)),
    ],
    ids=lambda measures: type(measures[0]).__name__,
)
def test_what_is_kept_of_a_recording_changes_no_score(measures):
    x, other, x_sim = np.random.default_rng(0).normal(size=(3, 200, 3))
    still = x_sim * [1.0, 1.0, 0.0]
    calls = [(x, x_sim, 0), (other, x_sim, 0), (x, x_sim, 1), (x, still, 0), (x, x_sim, 0), (2 * x, x_sim, 0)]
    kept = [measure(rows, run, key=key) for measure in measures for rows, run, key in calls]
    alone = []
    for measure in measures:
        for rows, run, key in calls:
            kept_references._kept.clear()
            alone.append(measure(rows, run, key=key))
    assert kept == alone


def test_a_recording_is_looked_at_once():
    seen = []

    def compute(x):
        seen.append(x)
        return (x.sum(),)

    x = np.arange(6.0).reshape(3, 2)
    assert of_reference("sum", x, compute) == of_reference("sum", x.copy(), compute) == (15.0,)
    assert len(seen) == 1
    of_reference("another name", x, compute)
    of_reference("sum", x + 1, compute)
    assert len(seen) == 3


def test_the_memory_for_what_is_kept_is_limited(monkeypatch):
    monkeypatch.setattr(kept_references, "MOST_BYTES", 100)
    for i in range(5):
        of_reference("copy", np.full((1, 5), float(i)), lambda x: (x.copy(),))
    assert len(kept_references._kept) == 2


def test_the_number_of_cores_changes_no_bit_of_a_score(monkeypatch):
    x, *runs = np.random.default_rng(0).normal(size=(6, 400, 2))
    scores = []
    for cores in (1, 3):
        monkeypatch.setattr(threads, "processors", lambda cores=cores: cores)
        kept_references._kept.clear()
        scores.append([ensemble_score(m, x, runs, key=0) for m in (SpectrumDistance(), StateSpaceDivergence(bins=8))])
    assert scores[0] == scores[1]
