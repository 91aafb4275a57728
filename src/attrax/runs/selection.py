"""Selection: which restart, at which moment of training, becomes the model. The test data are never looked at.

The loss of teacher forcing hardly tells good free runs from bad ones, and near the end of training one update may turn
a chaotic orbit into a cycle and back. So at fixed steps free runs of every restart, from several places along the
training data, are compared with them. A single run would not do: it misses the basin of a spurious attractor beside
the right one. Of each restart the last moment is kept that cannot be told from its nearest, since more training makes
better forecasts; and of these the nearest.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np

from attrax.data.series import Series
from attrax.models.model import Model
from attrax.runs.build import replica
from attrax.runs.config import EvaluateConfig
from attrax.runs.evaluation import attractor_measures, granted_noise, with_noise
from attrax.runs.free_runs import free_runs
from attrax.runs.model_file import open_model, read_facts, save_model

FIRST_SHARE = 0.5

MOST_RUNS = 10
"""Free runs of a candidate: a basin that holds a fifth of the data is met with a probability of nine in ten."""

AFFORDABLE_VALUES = 3_000_000
"""Where all runs of a candidate together would hold more values, there are fewer, down to two."""

AGREEMENT = 1.5
"""Restarts agree if the second best is no further than this factor: as far as recordings of one system scatter."""


class Selection:
    """The best moment of every restart so far.

    Candidates come at steps that follow from the plan alone and are judged without randomness of their own, so a
    resumed run that meets some of them again chooses the same ones.

    Args:
        reference: The training recording, in its own units, without gaps.
        seeds: The seed of each restart.
        config: How the model will be judged in the end; candidates are judged alike.
        seed: Seed of Monte Carlo measures.
        folder: Where the best are kept while the run goes on; None keeps them in memory only.

    Attributes:
        models: The model chosen of each restart, by its seed.
        facts: Its seed, step and nearness, by the seed as text.
    """

    def __init__(self, reference: Series, seeds: list[int], config: EvaluateConfig, *, seed: int, folder: Path | None):
        self.reference, self.seeds, self.config, self.seed, self.folder = reference, seeds, config, seed, folder
        self.measures = attractor_measures(reference.x, config)
        self.runs = min(MOST_RUNS, max(2, AFFORDABLE_VALUES // max(reference.x.size, 1)))
        self.models: dict[int, Model] = {}
        self.facts: dict[str, dict[str, Any]] = {}
        for path in sorted(folder.glob("best-*.safetensors")) if folder is not None else ():
            facts = read_facts(path)
            self.models[facts["seed"]], self.facts[str(facts["seed"])] = open_model(path), facts

    def consider(self, models: Model, step: int, usable: list[int]) -> None:
        """Compare the free runs of the replicas `usable` with the training data, and keep those worth keeping."""
        for i in usable:
            model, seed = replica(models, i), self.seeds[i]
            nearness, error = self._nearness(model)
            known = self.facts.get(str(seed))
            nearest = [nearness, error] if known is None else min([nearness, error], known["nearest"])
            if known is not None and (step <= known["step"] or not _agree([nearness, error], nearest)):
                continue
            self.models[seed] = model
            self.facts[str(seed)] = {"seed": seed, "step": step, "nearness": nearness, "nearest": nearest}
            if self.folder is not None:
                save_model(model, self.folder / f"best-{seed}.safetensors", self.facts[str(seed)])

    def best(self) -> tuple[Model, dict[str, Any]] | None:
        """The model chosen, its seed, step and nearness, and the same of the best moment of every restart.

        None if there has not been a candidate.
        """
        if not self.facts:
            return None
        facts = min(self.facts.values(), key=_order)
        return self.models[facts["seed"]], {**facts, "restarts": dict(self.facts)}

    def _nearness(self, model: Model) -> tuple[float, float]:
        """Logarithm of the mean over free runs, averaged over the measures, which have no common unit; and its error.

        The error is the spread over the runs: the recording is the same for all candidates.
        """
        found = free_runs(model, self.reference, self.runs, seed=self.seed)
        noise = granted_noise(model, found, self.config, seed=self.seed)
        runs = with_noise(found, noise, seed=self.seed)
        values = [[measure(found.reference.x, x, key=self.seed).value for x in runs] for measure in self.measures]
        clipped = np.clip(values, 1e-12, 1e12)
        means = clipped.mean(axis=1)
        errors = clipped.std(axis=1, ddof=1) / means / math.sqrt(self.runs)
        return float(np.log(means).mean()), float(np.linalg.norm(errors)) / len(means)


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


def _agree(one: list[float], other: list[float]) -> bool:
    """Whether two means with standard errors differ by less than twice the error of their difference."""
    return abs(one[0] - other[0]) <= 2 * math.hypot(one[1], other[1])


def _order(facts: dict[str, Any]) -> tuple[float, int, int]:
    return facts["nearness"], facts["step"], facts["seed"]
