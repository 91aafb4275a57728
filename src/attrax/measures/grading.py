r"""Row: one measure of a verdict, the model's score between floor, null and chance, and the grade that follows.

With $M$, $F$ and $N$ the scores of model, floor and linear null and $e_M$, $e_N$ their standard errors, a measure of
the attractor is

- *unknown* without a floor, or with one that is saturated or infinite: the recording never came back to where it was;
- *saturated* if $N - 2 e_N \le 1.5 F$ and $M - 2 e_M \le 1.5 F$: linear noise may be as close to the data as they are
  to themselves;
- *no better than linear* if $M \ge N$;
- *good* if $M$ is within 1.5 floors or in the first quarter of the way from $F$ to $N$, and so surely that
  $M + 2 e_M$ is within 1.5 floors or in the first half of it;
- *fair* if $M$ is in the first 70 % of the way, *poor* beyond.

A forecast has no floor. It is *better than linear* if the intervals $M \pm 2 e_M$ and $N \pm 2 e_N$ do not meet, and
has *skill* if $M + 2 e_M$ is less than half the error of always forecasting the mean.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from attrax.core.errors import ConfigError
from attrax.measures.score import Flag, Score

ATTRACTOR_MEASURES = frozenset({"D_stsp", "D_H"})
"""Names of the measures that a reconstruction must pass; all others describe forecasts."""

SURE = 2.0
"""Standard errors on either side of a score within which it is taken to lie: 95 % of the time."""

FLOOR_FACTOR = 1.5
"""A score up to this many floors is at the floor: recordings of one system scatter by about as much."""

GOOD_SHARE = 0.25
"""Largest share of the way from floor to null that is good."""

SURE_SHARE = 0.5
"""Largest share of the way from floor to null that a good score may reach within its standard errors."""

FAIR_SHARE = 0.7
"""Largest share of the way from floor to null that is fair."""

SKILL_SHARE = 0.5
"""Largest share of the error of knowing only the mean at which a forecast knows something."""


class Grade(StrEnum):
    """The judgement of one row."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    NO_BETTER = "no better than linear"
    SATURATED = "cannot tell: linear is at the floor"
    UNKNOWN = "cannot tell: nothing to compare with"


@dataclass(frozen=True)
class Row:
    """One measure: the model's score and what it is read against. Lower scores are better.

    Attributes:
        name: The symbol of the measure, for example `D_stsp`.
        model: Score of the model.
        floor: Score of the data against themselves, if there is one.
        null: Score of a linear model, if there is one.
        chance: Score of always forecasting the mean; for forecasts.
    """

    name: str
    model: Score
    floor: Score | None = None
    null: Score | None = None
    chance: Score | None = None

    def __post_init__(self):
        for label, score, allowed in (
            ("null", self.null, (self.model.protocol,)),
            ("chance", self.chance, (self.model.protocol,)),
            ("floor", self.floor, (self.model.protocol, f"{self.model.protocol}/halves")),
        ):
            if score is not None and score.protocol not in allowed:
                raise ConfigError(
                    "C523",
                    "scores of different protocols in one row",
                    where=f"{self.name}: model {self.model.protocol}, {label} {score.protocol}",
                    why="they do not measure the same, so one says nothing about the other",
                    fix=f"compute the {label} with the measure that scored the model",
                )

    @property
    def of_attractor(self) -> bool:
        """Whether the row describes the long run."""
        return self.name in ATTRACTOR_MEASURES

    @property
    def linear_at_floor(self) -> bool | None:
        """Whether the linear null is as close to the data as they are to themselves; None if that is not known."""
        floor, null = _known(self.floor), _known(self.null)
        if floor is None or null is None or self.null is None:
            return None
        return bool(lower(self.null) <= FLOOR_FACTOR * floor)

    @property
    def better_than_linear(self) -> bool:
        """Whether the model is better than the linear null beyond the errors of both."""
        return self.null is not None and upper(self.model) < lower(self.null)

    @property
    def skilled(self) -> bool:
        """Whether the forecasts surely know more than the mean."""
        chance = _known(self.chance)
        return chance is not None and upper(self.model) <= SKILL_SHARE * chance

    @property
    def grade(self) -> Grade:
        """How good the model is on this measure."""
        value, floor, null = self.model.value, _known(self.floor), _known(self.null)
        if self.floor is not None and (floor is None or Flag.SATURATED in self.floor.flags):
            return Grade.UNKNOWN
        if null is None:
            return _grade_by_floor(self.model, floor)
        gate = FLOOR_FACTOR * (floor or 0.0)
        if self.linear_at_floor and lower(self.model) <= gate:
            return Grade.SATURATED
        if not value < null:
            return Grade.NO_BETTER
        way = null - (floor or 0.0)
        near = max(gate, (floor or 0.0) + GOOD_SHARE * way)
        sure = max(gate, (floor or 0.0) + SURE_SHARE * way)
        if value <= near and upper(self.model) <= sure:
            return Grade.GOOD
        return Grade.FAIR if value <= (floor or 0.0) + FAIR_SHARE * way else Grade.POOR


def upper(score: Score) -> float:
    """The upper end of the interval in which a score surely lies; infinite if it is not known."""
    end = score.value + SURE * (score.std_error or 0.0)
    return float(end) if np.isfinite(end) else np.inf


def lower(score: Score) -> float:
    """The lower end of that interval; minus infinity for an error that is not finite, so that nothing is sure."""
    end = score.value - SURE * (score.std_error or 0.0)
    return -np.inf if np.isnan(end) else float(end)


def _grade_by_floor(model: Score, floor: float | None) -> Grade:
    if floor is None:
        return Grade.UNKNOWN if np.isfinite(model.value) else Grade.POOR
    return Grade.GOOD if upper(model) <= FLOOR_FACTOR * floor else Grade.POOR


def _known(score: Score | None) -> float | None:
    return score.value if score is not None and np.isfinite(score.value) else None
