"""Selection: which restart, at which moment of training, becomes the model. The test data are never looked at.

The loss of teacher forcing hardly tells good free runs from bad ones, and near the end of training one update may turn
a chaotic orbit into a cycle and back. So at fixed steps the free run of every restart is compared with the training
data, and the nearest is kept.
"""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from attrax.core.simulator import AbstractSimulator
from attrax.data.series import Dataset, Series
from attrax.models.hierarchical_model import HierarchicalModel
from attrax.runs.build import replica
from attrax.runs.config import EvaluateConfig
from attrax.runs.evaluation import attractor_measures, without_gaps
from attrax.runs.free_runs import free_runs
from attrax.runs.model_file import read_facts, read_model, save_model

FIRST_SHARE = 0.5

AGREEMENT = 1.5
"""Restarts agree if the second best is no further than this factor: as far as recordings of one system scatter."""


class Selection:
    """The best candidate so far.

    Candidates come at steps that follow from the plan alone and are judged without randomness of their own, so a
    resumed run that meets some of them again chooses the same one.

    Args:
        nearness: How near the free run of a model is to the training data; lower is nearer.
        seeds: The seed of each restart.
        path: Where the best is kept while the run goes on; None keeps it in memory only.
    """

    def __init__(self, nearness: Callable[[Any], float], seeds: list[int], *, path: Path | None):
        self.nearness, self.seeds, self.path = nearness, seeds, path
        self.model: Any = None
        self.facts: dict[str, Any] = {}
        self.nearest: dict[str, dict[str, Any]] = {}
        if path is not None and path.exists():
            self.model, self.facts = read_model(path), read_facts(path)
            self.nearest = self.facts["restarts"]

    def consider(self, models: Any, step: int, usable: list[int]) -> None:
        """Compare the free runs of the replicas `usable` with the training data, and keep the nearest so far."""
        for i in usable:
            model = replica(models, i)
            found = {"seed": self.seeds[i], "step": step, "nearness": self.nearness(model)}
            known = self.nearest.get(str(self.seeds[i]))
            if known is not None and _order(known) <= _order(found):
                continue
            self.nearest[str(self.seeds[i])] = found
            if self.model is None or _order(found) < _order(self.facts):
                self.model, self.facts = model, found
            self.facts = {**self.facts, "restarts": dict(self.nearest)}
            if self.path is not None:
                save_model(self.model, self.path, self.facts)

    def best(self) -> tuple[Any, dict[str, Any]]:
        """The model chosen, its seed, step and nearness, and the same of the best moment of every restart.

        There has to have been a candidate.
        """
        assert self.model is not None
        return self.model, self.facts


def nearness(model: AbstractSimulator, recording: Series, *, seed: int) -> float:
    """Mean logarithm of the attractor measures, which have no common unit; lower is nearer.

    Args:
        model: What runs freely.
        recording: The training recording, in its own units, without gaps.
        seed: Seed of Monte Carlo measures.
    """
    reference, (run,) = free_runs(model, recording, 1, seed=seed)
    measures = attractor_measures(reference.x, EvaluateConfig())
    values = [measure(reference.x, run.x, key=seed).value for measure in measures]
    return float(np.mean(np.log(np.clip(values, 1e-12, 1e12))))


def nearness_to(train: Dataset, *, seed: int) -> Callable[[AbstractSimulator], float]:
    """The nearness of a model to the longest series of the training data."""
    recording = without_gaps(train.longest)
    return lambda model: nearness(model, recording, seed=seed)


def mean_nearness_to(train: Dataset, *, seed: int) -> Callable[[HierarchicalModel], float]:
    """The mean over subjects of the nearness of their models to their own recordings."""
    recordings = {name: without_gaps(train.of_subject(name).longest) for name in train.subjects}
    return lambda model: float(
        np.mean([nearness(model.subject(name), own, seed=seed) for name, own in recordings.items()])
    )


def ranked(restarts: dict[str, Any]) -> dict[int, tuple[int, float]]:
    """By the seed of each restart, the nearest first: the update of its best moment, and how far it was from the data.

    The distance is a multiple of that of the nearest.

    Example:
        >>> ranked({str(seed): {"seed": seed, "step": 100, "nearness": near} for seed, near in ((0, 1.0), (1, 0.0))})
        {1: (100, 1.0), 0: (100, 2.718281828459045)}
    """
    order = sorted(restarts.values(), key=_order)
    return {found["seed"]: (found["step"], _times(order[0], found)) for found in order}


def runner_up(facts: dict[str, Any]) -> str:
    """One sentence on how the second best restart compares with the best, by their free runs and the training data.

    Example:
        >>> near, far = ({"seed": i, "step": 1, "nearness": 0.1 * i} for i in (0, 1))
        >>> runner_up({**near, "restarts": {"0": near, "1": far}})
        'best of 2 restarts; the 2nd best agrees: 1.11 times as far from the training data'
    """
    restarts = facts["restarts"]
    if len(restarts) < 2:
        return "one restart only: nothing says whether another would agree"
    best, second = sorted(restarts.values(), key=_order)[:2]
    ratio = _times(best, second)
    agrees = "agrees" if ratio <= AGREEMENT else "does not agree"
    return f"best of {len(restarts)} restarts; the 2nd best {agrees}: {ratio:.3g} times as far from the training data"


def is_candidate(step: int, chunk: int, updates: int, candidates: int) -> bool:
    """Whether a candidate falls into the chunk that ends at `step`.

    `candidates` of them are spread evenly over the second half of training; the last is the end.
    """
    if step >= updates:
        return True
    due = np.linspace(FIRST_SHARE * updates, updates, candidates + 1)[1:]
    return bool(((due > step - chunk) & (due <= step)).any())


def _times(best: dict[str, Any], other: dict[str, Any]) -> float:
    """How many times as far from the training data as the best."""
    return math.exp(min(other["nearness"] - best["nearness"], 700.0))


def _order(facts: dict[str, Any]) -> tuple[float, int, int]:
    return facts["nearness"], facts["step"], facts["seed"]
