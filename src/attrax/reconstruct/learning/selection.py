"""Selection: which restart, at which moment of training, becomes the model. The test data are never looked at.

The loss of teacher forcing hardly tells good free runs from bad ones, and near the end of training one update may turn
a chaotic orbit into a cycle and back. So at fixed steps free runs of every restart, from several places along the
training data, are compared with them. A single run would not do: it misses the basin of a spurious attractor beside
the right one. Of each restart the last moment is kept that cannot be told from its nearest, since more training makes
better forecasts; and of these the nearest.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from attrax.core.simulator import AbstractSimulator
from attrax.data.repair.resampling import evenly
from attrax.data.series import Dataset, Series
from attrax.models.hierarchical_model import HierarchicalModel
from attrax.models.model import Model
from attrax.reconstruct.judging.evaluation import as_recorded, attractor_measures, granted_noise, with_lines
from attrax.reconstruct.judging.free_runs import free_runs
from attrax.reconstruct.learning.build import replica
from attrax.reconstruct.learning.latent_model import latent_model, read_series
from attrax.reconstruct.learning.model_store import AbstractModelStore
from attrax.reconstruct.settings.configuration import Config
from attrax.reconstruct.settings.sections import EvaluateConfig, TrainConfig

FIRST_SHARE = 0.5

BEST = "best-"
"""How the names of the best models of restarts begin in the store."""

MOST_RUNS = 10
"""Free runs of a candidate: a basin that holds a fifth of the data is met with a probability of nine in ten."""

AFFORDABLE_VALUES = 3_000_000
"""Where all runs of a candidate together would hold more values, there are fewer, down to two."""

AGREEMENT = 1.5
"""Restarts agree if the second best is no further than this factor: as far as recordings of one system scatter."""


Nearness = Callable[[Any], tuple[float, float]]


class CandidateSchedule:
    """At which updates candidates are looked at, and when there have been enough of them in vain.

    As many as the settings say are spread evenly over the second half of training; over all of it if training may end
    early. The last is the end.

    Args:
        train: Settings of the training.
    """

    def __init__(self, train: TrainConfig):
        first = 0.0 if train.patience else FIRST_SHARE * train.updates
        self.due = np.linspace(first, train.updates, train.candidates + 1)[1:]
        self.chunk, self.updates, self.patience = train.chunk, train.updates, train.patience

    def has(self, step: int) -> bool:
        """Whether a candidate falls into the chunk that ends at `step`."""
        return step >= self.updates or bool(((self.due > step - self.chunk) & (self.due <= step)).any())

    def exhausted(self, nearest: int, step: int) -> bool:
        """Whether too many candidates have come and gone since the nearest one."""
        return bool(self.patience) and int(((self.due > nearest) & (self.due <= step)).sum()) >= self.patience


class Selection:
    """The best moment of every restart so far.

    Candidates come at steps that follow from the plan alone and are judged without randomness of their own, so a
    resumed run that meets some of them again chooses the same ones.

    Args:
        nearness: How near the free runs of a model are to the training data, lower is nearer; and its standard error.
        seeds: The seed of each restart.
        moments: When to look.
        store: Where the best are kept while the run goes on.

    Attributes:
        models: The model chosen of each restart, by its seed.
        facts: Its seed, step and nearness, by the seed as text; and the nearest moment, which may be an earlier one.
    """

    def __init__(self, nearness: Nearness, seeds: list[int], moments: CandidateSchedule, store: AbstractModelStore):
        self.nearness, self.seeds, self.moments, self.store = nearness, seeds, moments, store
        self.models: dict[int, Any] = {}
        self.facts: dict[str, dict[str, Any]] = {}
        for name in store.names():
            found = store.read(name) if name.startswith(BEST) else None
            if found is not None:
                model, facts = found
                self.models[facts["seed"]], self.facts[str(facts["seed"])] = model, facts

    def settled(self, step: int) -> bool:
        """Whether no restart has come nearer to the data for as many candidates as patience allows."""
        nearest = max((facts["nearest_step"] for facts in self.facts.values()), default=0)
        return self.moments.exhausted(nearest, step)

    def consider(self, models: Any, step: int, usable: list[int]) -> None:
        """Compare the free runs of the replicas `usable` with the data, if a candidate is due; keep the best."""
        if self.moments.has(step):
            self.compare(models, step, usable)

    def compare(self, models: Any, step: int, usable: list[int]) -> None:
        """Compare the free runs of the replicas `usable` with the data, and keep the best."""
        for i in usable:
            model, seed = replica(models, i), self.seeds[i]
            near = list(self.nearness(model))
            known = self.facts.get(str(seed), {"step": 0, "nearest": near, "nearest_step": step})
            if step <= known["step"] or not _agree(near, min(near, known["nearest"])):
                continue
            nearest, nearest_step = min((known["nearest"], known["nearest_step"]), (near, step))
            self.models[seed] = model
            self.facts[str(seed)] = {
                "seed": seed,
                "step": step,
                "nearness": near[0],
                "nearest": nearest,
                "nearest_step": nearest_step,
            }
            self.store.save(f"{BEST}{seed}", model, self.facts[str(seed)])

    def best(self) -> tuple[Any, dict[str, Any]] | None:
        """The model chosen, its seed, step and nearness, and the same of the best moment of every restart.

        None if there has not been a candidate.
        """
        if not self.facts:
            return None
        facts = min(self.facts.values(), key=_order)
        return self.models[facts["seed"]], {**facts, "restarts": dict(self.facts)}


def nearness_to(train: Dataset, config: Config) -> Nearness:
    """The nearness of a model to the longest series of `train`; of a hierarchical one, the mean over subjects.

    Candidates are judged as the model will be in the end, but for those of counts, levels and labels: the states of
    their free runs are compared with those that they read from the recording. That says whether a model continues what
    it reads, and nothing of how much that is; the reconstruction in the loss answers for it.
    """
    # Free runs have one step, even where the rows trained on do not.
    train = evenly(train, train[0].dt)
    if config.model.kinds:
        return _StateNearness(with_lines(train.longest), config.evaluate, seed=config.seed)
    if not config.model.subject_dim:
        return _FreeRunNearness(with_lines(train.longest), config.evaluate, seed=config.seed)
    own = {
        name: _FreeRunNearness(with_lines(train.of_subject(name).longest), config.evaluate, seed=config.seed)
        for name in train.subjects
    }

    def mean(model: HierarchicalModel) -> tuple[float, float]:
        found = np.array([near(model.subject(name)) for name, near in own.items()])
        return float(found[:, 0].mean()), float(np.linalg.norm(found[:, 1])) / len(found)

    return mean


class _FreeRunNearness:
    """Logarithm of the mean over free runs, averaged over the measures, which have no common unit; and its error.

    The error is the spread over the runs: the recording is the same for all candidates.
    """

    def __init__(self, reference: Series, config: EvaluateConfig, *, seed: int):
        self.reference, self.config, self.seed = reference, config, seed
        self.measures = attractor_measures(reference.x, config)
        self.runs = min(MOST_RUNS, max(2, AFFORDABLE_VALUES // max(reference.x.size, 1)))

    def __call__(self, model: AbstractSimulator) -> tuple[float, float]:
        found = free_runs(model, self.reference, self.runs, seed=self.seed)
        noise = granted_noise(model, found, self.config, seed=self.seed)
        runs = as_recorded(found, noise, seed=self.seed)
        values = [[measure(found.reference.x, x, key=self.seed).value for x in runs] for measure in self.measures]
        clipped = np.clip(values, 1e-12, 1e12)
        means = clipped.mean(axis=1)
        errors = clipped.std(axis=1, ddof=1) / means / math.sqrt(len(runs))
        return float(np.log(means).mean()), float(np.linalg.norm(errors)) / len(means)


class _StateNearness:
    """The same for the states of a model and those that it reads from the recording, other ones for every model."""

    def __init__(self, recording: Series, config: EvaluateConfig, *, seed: int):
        self.recording, self.config, self.seed = recording, config, seed

    def __call__(self, model: Model) -> tuple[float, float]:
        near = _FreeRunNearness(read_series(model, self.recording), self.config, seed=self.seed)
        return near(latent_model(model))


def ranked(restarts: dict[str, Any]) -> dict[int, tuple[int, float]]:
    """By the seed of each restart, the nearest first: the update of its best moment, and how far it was from the data.

    The distance is a multiple of that of the nearest.

    Example:
        >>> ranked({str(seed): {"seed": seed, "step": 100, "nearness": near} for seed, near in ((0, 1.0), (1, 0.0))})
        {1: (100, 1.0), 0: (100, 2.718281828459045)}
        >>> ranked({})
        {}
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
    ratio = list(ranked(restarts).values())[1][1]
    agrees = "agrees" if ratio <= AGREEMENT else "does not agree"
    return f"best of {len(restarts)} restarts; the 2nd best {agrees}: {ratio:.3g} times as far from the training data"


def _times(best: dict[str, Any], other: dict[str, Any]) -> float:
    """How many times as far from the training data as the best."""
    return math.exp(min(other["nearness"] - best["nearness"], 700.0))


def _agree(one: list[float], other: list[float]) -> bool:
    """Whether two means with standard errors differ by less than twice the error of their difference."""
    return abs(one[0] - other[0]) <= 2 * math.hypot(one[1], other[1])


def _order(facts: dict[str, Any]) -> tuple[float, int, int]:
    return facts["nearness"], facts["step"], facts["seed"]
