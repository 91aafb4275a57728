r"""Tuning: short trainings (probes) choose the settings that were not given.

One setting is chosen after the other; by default the forcing only. The number of hidden units and the length of the
windows can be chosen, too, but on the recordings tried they made little difference in such short trainings. For each
value a few replicas are trained with the usual schedule, but for fewer updates and without the last rows of the
training data. The distance between these rows and free runs of the replicas decides (`nearness_to`). The value in use
stays unless another one is nearer by a fifth and by more than the error of the comparison.

The learning rate, the number of candidates and the loss are the same for all probes. They train on the same windows,
so differences between them come from the setting alone.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from attrax.core.errors import DataError
from attrax.core.number_text import number_text, share_text
from attrax.data.series import Dataset
from attrax.kernels.threads import in_threads
from attrax.optimise import Progress, TrainState, fit
from attrax.reconstruct.learning.build import Training, build_batches, build_training, replica, with_strengths
from attrax.reconstruct.learning.model_store import AbstractModelStore
from attrax.reconstruct.learning.parts import Parts
from attrax.reconstruct.learning.selection import Nearness, nearness_to
from attrax.reconstruct.settings.choice import DynamicsChoice, ForcingChoice
from attrax.reconstruct.settings.configuration import Config
from attrax.reconstruct.settings.cost import CORES, update_seconds
from attrax.reconstruct.settings.sections import TUNABLE

FORCING, UNITS, WINDOW, UPDATES = TUNABLE

STRENGTHS = (0.05, 0.125, 0.3, 0.5)
VALUES: dict[str, tuple[Any, ...]] = {
    FORCING: tuple({"kind": "generalized", "alpha": alpha, "alternatives": ()} for alpha in STRENGTHS),
    UNITS: (100, 200),
    WINDOW: (30, 75, 200),
}
"""The values that are tried for each setting, beside the value in use."""

SEEDS = 2
"""Replicas of each value. Their mean distance counts, because a single short training may fail by chance."""

SHARE = 0.1
"""Updates of a probe, as a share of those of the training."""

BUDGET_SHARE = 1 / 3
"""Largest share of the budget for the probes of one setting; values that cost more are not tried."""

HELD_OUT = 0.2
"""Share of the training rows that the free runs of probes are compared with."""

CLEARLY = math.log(1.25)
"""How much nearer another value must be: the distance is a fifth smaller."""

PROBE = "probe-"
"""Prefix of the names under which results of probes are stored."""


class Trial(NamedTuple):
    """The result of the probes of one value of a setting.

    Attributes:
        value: The value.
        nearness: Mean over the replicas of the log of the distance between free runs and data; lower is better.
        error: Its standard error.
    """

    value: Any
    nearness: float
    error: float


class TuningStopped(Exception):  # noqa: N818 - a request, not a failure
    """Raised if the user stops a run while probes are trained."""


@dataclass(frozen=True)
class Tuning:
    """The choice of settings for one recording.

    Args:
        train: The training recordings.
        parts: Objects that replace what the settings name.
        tell: Called with a label and a sentence after each choice.
        watch: Called after every chunk of updates with a remark; if it returns True, `TuningStopped` is raised.
        store: Keeps the results, so that a resumed run does not repeat them.
    """

    train: Dataset
    parts: Parts
    tell: Callable[[str, str], None]
    watch: Callable[[str], bool]
    store: AbstractModelStore

    def choose(self, config: Config) -> Config:
        """The configuration with a value for every open setting, and none left open.

        Args:
            config: The complete configuration; `tune.settings` names the open settings.

        Raises: TuningStopped if the user stops the run.
        """
        for name in config.tune.settings:
            if name != UPDATES:
                config = config.tuned({name: self._chosen(config, name)}).with_updates()
        return config.model_copy(update={"tune": config.tune.model_copy(update={"settings": ()})})

    def _chosen(self, config: Config, name: str) -> Any:
        now = value_of(config, name)
        values = [now, *(v for v in VALUES[name] if v != now)]
        values = [v for v in values if v == now or self._fits(config.tuned({name: v}), name)]
        if len(values) < 2:
            return now
        trials = self._trials(config, name, values)
        if not trials or trials[0].value != now:
            self.tell("probes", f"too few rows for short trainings: {name.rpartition('.')[2]} {label(now)} stays")
            return now
        best = decide(trials)
        self.tell("probes", sentence(name, trials, best))
        return (
            with_alternative(best.value, runner_up_trial(trials, best).value)
            if config.train.restarts > 1
            else best.value
        )

    def _fits(self, config: Config, name: str) -> bool:
        """Whether the rows suffice for the windows, and the budget for the probes."""
        rows = min(len(series) for series in self.train)
        cost = update_seconds(config) * SEEDS * _probe_updates(config)
        dear = cost > BUDGET_SHARE * CORES * config.tune.budget
        return not dear and not (name == WINDOW and config.train.window > (1 - HELD_OUT) * rows / 4)

    def _trials(self, config: Config, name: str, values: Sequence[Any]) -> list[Trial]:
        stored = f"{PROBE}{name.replace('.', '-')}"
        kept = self.store.read(stored)
        if kept is not None:
            return [Trial(*trial) for trial in kept[1]["trials"]]
        model, trials = None, []
        for probe in _probes(config, name, values):
            found = self._run(probe, name)
            if found is None:
                continue
            model, nearness = found
            trials += [_trial(v, nearness[i * SEEDS : (i + 1) * SEEDS]) for i, v in enumerate(probe.values)]
        # The value in use comes first.
        trials.sort(key=lambda trial: values.index(trial.value))
        if model is not None:
            self.store.save(stored, model, {"trials": [list(trial) for trial in trials]})
        return trials

    def _run(self, probe: "_Probe", name: str) -> tuple[Any, list[tuple[float, float]]] | None:
        """Train the replicas of a probe and measure their free runs; None if the rows do not suffice."""
        seeds = [probe.config.seed + i for i in range(SEEDS)] * len(probe.values)
        try:
            training = build_training(probe.config, self.train, seeds, self.parts)
        except DataError:
            return None
        state = training.start
        if len(probe.values) > 1:
            state = with_strengths(state, [value["alpha"] for value in probe.values for _ in range(SEEDS)])
        trained = self._trained(probe, training, state, name)
        nearness = nearness_to(training.judges, probe.config)
        models = [replica(trained.model, i) for i in range(len(seeds))]
        return models[0], in_threads(lambda model: self._measured(nearness, model), models)

    def _trained(self, probe: "_Probe", training: Training, state: TrainState, name: str) -> TrainState:
        shown = ", ".join(label(value) for value in probe.values)

        def follow(progress: Progress) -> bool:
            done = int(progress.state.step) / progress.total
            return self.watch(f"short trainings, {name.rpartition('.')[2]} {shown}: {share_text(done)} done")

        trained = fit(
            training.models,
            training.objective,
            build_batches(probe.config, training.data),
            training.plan,
            key=training.keys,
            replicas=len(training.keys),
            callbacks=[follow],
            resume=state,
        )
        if int(trained.state.step) < training.plan.updates and not bool(trained.state.stopped.all()):
            raise TuningStopped
        return trained.state

    def _measured(self, nearness: Nearness, model: Any) -> tuple[float, float]:
        if self.watch("comparing free runs of the probes with the data"):
            raise TuningStopped
        return nearness(model)


def value_of(config: Config, name: str) -> Any:
    """The value of a setting by its name, such as `train.window`; the forcing is a dictionary of its settings."""
    value: Any = config
    for part in name.split("."):
        value = getattr(value.settings, part) if isinstance(value, DynamicsChoice) else getattr(value, part)
    return value.model_dump() if isinstance(value, ForcingChoice) else value


def label(value: Any) -> str:
    """A value as text.

    Example:
        >>> label({"kind": "generalized", "alpha": 0.3}), label({"kind": "adaptive", "decay": 0.9}), label(200)
        ('alpha 0.3', 'adaptive', '200')
    """
    if isinstance(value, dict):
        return f"alpha {value['alpha']:g}" if "alpha" in value else str(value["kind"])
    return f"{value:g}"


def decide(trials: Sequence[Trial]) -> Trial:
    """The nearest trial if it is clearly nearer than the first one, which is the value in use; otherwise the first one.

    Example:
        >>> decide([Trial(50, 0.0, 0.05), Trial(200, -0.1, 0.05)]).value
        50
        >>> decide([Trial(50, 0.0, 0.05), Trial(200, -0.5, 0.05)]).value
        200
    """
    first, nearest = trials[0], min(trials, key=lambda trial: trial.nearness)
    return nearest if _clearly_nearer(nearest, first) else first


def runner_up_trial(trials: Sequence[Trial], best: Trial) -> Trial:
    """The trial that every second restart uses, too: the value in use, or if it is the best, the nearest other one.

    Another value that is clearly further from the data than the value in use does not count; then it is `best` itself.

    Example:
        >>> first, second, third = Trial(0.125, 0.0, 0.05), Trial(0.3, 0.1, 0.05), Trial(0.5, 0.05, 0.05)
        >>> trials = [first, second, third]
        >>> runner_up_trial(trials, first).value, runner_up_trial(trials, second).value
        (0.5, 0.125)
        >>> runner_up_trial([first, Trial(0.3, 0.7, 0.05)], first).value
        0.125
    """
    first, others = trials[0], [trial for trial in trials if trial.value != best.value]
    if best.value != first.value or not others:
        return first
    nearest = min(others, key=lambda trial: trial.nearness)
    return best if _clearly_nearer(best, nearest) else nearest


def _clearly_nearer(one: Trial, other: Trial) -> bool:
    """Whether one trial is nearer to the data by a fifth and by more than the error of the comparison."""
    return one.nearness < other.nearness - max(CLEARLY, math.hypot(one.error, other.error))


def with_alternative(chosen: Any, other: Any) -> Any:
    """The chosen forcing, with another strength as an alternative for every second restart.

    Short trainings favour strong forcing, which learns faster but, on some recordings, ends further from the data.
    With both strengths in the training, the free runs at its end decide.

    Example:
        >>> weak, strong = ({"kind": "generalized", "alpha": a, "alternatives": ()} for a in (0.125, 0.5))
        >>> with_alternative(strong, weak)
        {'kind': 'generalized', 'alpha': 0.5, 'alternatives': (0.125,)}
    """
    strengths = [value["alpha"] for value in (chosen, other) if isinstance(value, dict) and "alpha" in value]
    return {**chosen, "alternatives": tuple(strengths[1:])} if len(strengths) == 2 and chosen != other else chosen


def sentence(name: str, trials: Sequence[Trial], best: Trial) -> str:
    """What the probes found, as a sentence.

    Example:
        >>> sentence("train.window", [Trial(75, 0.0, 0.1), Trial(200, 0.7, 0.1)], Trial(75, 0.0, 0.1))
        'window 75 (free runs with 200: 2.01 times as far from the data)'
        >>> sentence("train.window", [Trial(75, 0.0, 0.1), Trial(200, -0.1, 0.1)], Trial(75, 0.0, 0.1))
        'window 75 (free runs with 200: 0.905 times as far from the data, below 1 perhaps by chance)'
    """
    others = ", ".join(
        f"{label(t.value)}: {number_text(math.exp(min(t.nearness - best.nearness, 50)))} times"
        for t in trials
        if t.value != best.value
    )
    nearer = ", below 1 perhaps by chance" * any(t.nearness < best.nearness for t in trials)
    return f"{name.rpartition('.')[2]} {label(best.value)} (free runs with {others} as far from the data{nearer})"


class _Probe(NamedTuple):
    """Replicas that are trained side by side.

    Attributes:
        config: The settings of the short training.
        values: The values of the setting; more than one only if the replicas can have different values.
    """

    config: Config
    values: tuple[Any, ...]


def _probes(config: Config, name: str, values: Sequence[Any]) -> Iterator[_Probe]:
    """The short trainings for the values of a setting: one for all strengths, otherwise one for each value."""
    updates = _probe_updates(config)
    fraction = config.train.validation_fraction or HELD_OUT
    short = {UPDATES: updates, "train.validation_fraction": fraction, "train.restarts": SEEDS}
    strengths = tuple(value for value in values if isinstance(value, dict) and "alpha" in value)
    if strengths:
        yield _Probe(config.tuned({**short, name: strengths[0]}), strengths)
    for value in (value for value in values if value not in strengths):
        yield _Probe(config.tuned({**short, name: value}), (value,))


def _probe_updates(config: Config) -> int:
    chunk = config.train.chunk
    return max(round(SHARE * config.train.updates / chunk), 1) * chunk


def _trial(value: Any, found: Sequence[tuple[float, float]]) -> Trial:
    nearness, errors = np.array(found).T
    spread = nearness.std(ddof=1) if len(nearness) > 1 else 0.0
    error = math.hypot(float(np.linalg.norm(errors)) / len(errors), float(spread) / math.sqrt(len(nearness)))
    return Trial(value, float(nearness.mean()), error)
