"""Selection of the model: which restart, after how many updates. The test data are not used.

The teacher-forcing loss hardly distinguishes good free runs from bad ones, and late in training a single update may
turn a chaotic attractor into a cycle. Therefore free runs of every restart are compared with the training data after
fixed numbers of updates; each such model is a candidate. The free runs start from several rows, because a single one
may miss the basin of a spurious attractor. For each restart the last candidate is kept that is not significantly worse
than its best one, because more training improves forecasts. The best of these becomes the model.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from attrax.core.number_text import number_text
from attrax.core.simulator import AbstractSimulator
from attrax.data.repair.resampling import evenly
from attrax.data.series import Dataset, Series
from attrax.kernels.threads import in_threads
from attrax.models.hierarchical_model import HierarchicalModel
from attrax.models.model import Model
from attrax.reconstruct.judging.evaluation import (
    added_noise,
    as_recorded,
    attractor_measures,
    compared_columns,
    with_lines,
)
from attrax.reconstruct.judging.free_runs import free_runs
from attrax.reconstruct.judging.judged_rows import judged_rows
from attrax.reconstruct.learning.build import replica
from attrax.reconstruct.learning.latent_model import latent_model, read_series
from attrax.reconstruct.learning.learned import Learned
from attrax.reconstruct.learning.model_store import AbstractModelStore
from attrax.reconstruct.settings.configuration import Config
from attrax.reconstruct.settings.sections import EvaluateConfig, TrainConfig

FIRST_SHARE = 0.5

BEST = "best-"
"""Prefix of the names of the best models in the store."""

MOST_RUNS = 10
"""Number of free runs of a candidate. A basin with a fifth of the data is then found with a probability of 90 %."""

AFFORDABLE_VALUES = 3_000_000
"""Largest number of values in all free runs of a candidate; for long recordings there are fewer runs, at least two."""

AGREEMENT = 1.5
"""Restarts agree if the second best is at most this factor further from the data than the best. Different recordings of
the same system differ by about this factor."""


Nearness = Callable[[Any], tuple[float, float]]


class CandidateSchedule:
    """After how many updates candidates are compared with the data, and when training can stop early.

    Candidates are spread evenly over the second half of the training, or over the whole training if it may stop early.
    The last candidate is at the end.

    Args:
        train: The training settings.
    """

    def __init__(self, train: TrainConfig):
        first = 0.0 if train.patience else FIRST_SHARE * train.updates
        self.due = np.linspace(first, train.updates, train.candidates + 1)[1:]
        self.chunk, self.updates, self.patience = train.chunk, train.updates, train.patience

    def has(self, step: int) -> bool:
        """Whether a candidate is due in the chunk of updates that ends at `step`."""
        return step >= self.updates or bool(((self.due > step - self.chunk) & (self.due <= step)).any())

    def exhausted(self, nearest: int, step: int) -> bool:
        """Whether there were `patience` candidates since the update `nearest` of the best one."""
        return bool(self.patience) and int(((self.due > nearest) & (self.due <= step)).sum()) >= self.patience


class Selection:
    """The best candidate of every restart so far.

    Candidates depend only on the plan, and the comparison uses fixed random keys, so a resumed run selects the same
    models.

    Args:
        nearness: Function that returns the distance between the free runs of a model and the training data (lower is
            better), and its standard error.
        seeds: The seed of each restart.
        moments: After how many updates candidates are compared.
        store: Keeps the best models during the run.

    Attributes:
        models: The selected model of each restart, by seed.
        facts: Seed, number of updates and distance of each selected model, by the seed as text; and those of the
            nearest candidate, which may be an earlier one.
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

    @property
    def steps(self) -> dict[str, int]:
        """The names under which the best models are stored, and the number of updates of each."""
        return {f"{BEST}{seed}": facts["step"] for seed, facts in self.facts.items()}

    def settled(self, step: int) -> bool:
        """Whether no restart has improved for `patience` candidates, so that training can stop."""
        nearest = max((facts["nearest_step"] for facts in self.facts.values()), default=0)
        return self.moments.exhausted(nearest, step)

    def consider(self, models: Any, step: int, usable: list[int]) -> None:
        """If a candidate is due, compare the free runs of the replicas `usable` with the data and keep the best."""
        if self.moments.has(step):
            self.compare(models, step, usable)

    def compare(self, models: Any, step: int, usable: list[int]) -> None:
        """Compare the free runs of the replicas `usable` with the data, and keep the best."""
        candidates = [replica(models, i) for i in usable]
        for i, model, found in zip(usable, candidates, in_threads(self.nearness, candidates), strict=True):
            seed, near = self.seeds[i], list(found)
            known = self.facts.get(str(seed), {"step": 0, "nearest": near, "nearest_step": step})
            if step <= known["step"] or not agree(near, min(near, known["nearest"])):
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
        """The best model and its facts, including those of every restart; None if there was no candidate yet."""
        if not self.facts:
            return None
        facts = nearest_restart(self.facts)
        return self.models[facts["seed"]], {**facts, "restarts": dict(self.facts)}


def nearness_to(train: Dataset, config: Config) -> Nearness:
    """Create the function that measures the distance of the free runs of a model from the longest series of `train`.

    Of a very long series, the first rows are taken, as in the final evaluation. For a hierarchical model it is the mean
    over subjects. The measures are those of the final evaluation, except for counts, levels and labels: for them,
    latent states of free runs are compared with latent states inferred from the recording. This does not measure how
    well these states explain the recording, which the loss already does.
    """
    # Free runs have a constant time step, also if the training data are irregular.
    train = evenly(train, train[0].dt)
    if config.model.kinds:
        return _StateNearness(with_lines(judged_rows(train.longest)), config.evaluate, seed=config.seed)

    def near(part: Dataset) -> _FreeRunNearness:
        return _FreeRunNearness(with_lines(judged_rows(part.longest)), config.evaluate, config.data.lags, config.seed)

    if not config.model.subject_dim:
        return near(train)
    own = {name: near(train.of_subject(name)) for name in train.subjects}

    def mean(model: HierarchicalModel) -> tuple[float, float]:
        found = np.array([nearness(model.subject(name)) for name, nearness in own.items()])
        return float(found[:, 0].mean()), float(np.linalg.norm(found[:, 1])) / len(found)

    return mean


class _FreeRunNearness:
    """The log of the mean over free runs, averaged over the measures, and its standard error.

    The logarithm is used because the measures have different units. The error comes from the spread over the runs only,
    because the recording is the same for all candidates.
    """

    def __init__(self, reference: Series, config: EvaluateConfig, lags: Sequence[int], seed: int):
        self.reference, self.config, self.seed = reference, config, seed
        self.columns = compared_columns(lags, reference.obs_dim)
        self.measures = attractor_measures(reference.x[:, self.columns], config)
        self.runs = min(MOST_RUNS, max(2, AFFORDABLE_VALUES // max(reference.x.size, 1)))

    def __call__(self, model: AbstractSimulator) -> tuple[float, float]:
        found = free_runs(model, self.reference, self.runs, seed=self.seed)
        noise = added_noise(model, found, self.config, seed=self.seed)
        runs = as_recorded(found, noise, seed=self.seed)
        x = found.reference.x[:, self.columns]
        simulated = [run[:, self.columns] for run in runs]
        values = [[measure(x, run, key=self.seed).value for run in simulated] for measure in self.measures]
        clipped = np.clip(values, 1e-12, 1e12)
        means = clipped.mean(axis=1)
        errors = clipped.std(axis=1, ddof=1) / means / math.sqrt(len(runs))
        return float(np.log(means).mean()), float(np.linalg.norm(errors)) / len(means)


class _StateNearness:
    """The same for latent states: those of free runs, and those that the model infers from the recording."""

    def __init__(self, recording: Series, config: EvaluateConfig, *, seed: int):
        self.recording, self.config, self.seed = recording, config, seed

    def __call__(self, model: Model) -> tuple[float, float]:
        near = _FreeRunNearness(read_series(model, self.recording), self.config, (), self.seed)
        return near(latent_model(model))


def nearest_restart(restarts: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The facts of the restart whose free runs are nearest to the training data."""
    return min(restarts.values(), key=_order)


def ranked(restarts: dict[str, Any]) -> dict[int, tuple[int, float]]:
    """Rank the restarts by their distance from the training data, the nearest first.

    Returns: For each seed, the number of updates of the selected model, and its distance relative to the nearest.

    Example:
        >>> ranked({str(seed): {"seed": seed, "step": 100, "nearness": near} for seed, near in ((0, 1.0), (1, 0.0))})
        {1: (100, 1.0), 0: (100, 2.718281828459045)}
        >>> ranked({})
        {}
    """
    order = sorted(restarts.values(), key=_order)
    return {found["seed"]: (found["step"], _times(order[0], found)) for found in order}


def agreeing(learned: Learned[Model]) -> tuple[Model, ...]:
    """The models of the other restarts whose free runs are about as near to the training data as the chosen one's.

    Args:
        learned: The result of a training.
    """
    places = ranked(learned.facts.get("restarts", {}))
    near = [seed for seed, (_, times) in places.items() if times <= AGREEMENT and seed != learned.facts.get("seed")]
    return tuple(learned.restarts[seed] for seed in near if seed in learned.restarts)


def runner_up(facts: dict[str, Any]) -> str:
    """One sentence on whether the second best restart agrees with the best one.

    Example:
        >>> near, far = ({"seed": i, "step": 1, "nearness": 0.1 * i} for i in (0, 1))
        >>> runner_up({**near, "restarts": {"0": near, "1": far}})
        'best of 2 restarts; the 2nd best agrees: 1.11 times as far from the training data'
    """
    restarts = facts["restarts"]
    if len(restarts) < 2:
        return "one restart only: it is not known whether another would agree"
    ratio = list(ranked(restarts).values())[1][1]
    agrees = "agrees" if ratio <= AGREEMENT else "does not agree"
    far = f"{number_text(ratio)} times as far from the training data"
    return f"best of {len(restarts)} restarts; the 2nd best {agrees}: {far}"


def _times(best: dict[str, Any], other: dict[str, Any]) -> float:
    """The distance from the training data as a multiple of that of the best restart."""
    return math.exp(min(other["nearness"] - best["nearness"], 700.0))


def agree(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether two means with standard errors differ by less than twice the error of their difference."""
    return abs(one[0] - other[0]) <= 2 * math.hypot(one[1], other[1])


def _order(facts: dict[str, Any]) -> tuple[float, int, int]:
    return facts["nearness"], facts["step"], facts["seed"]
