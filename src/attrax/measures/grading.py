r"""Grading of one measure: the score of a model compared with the floor, a linear model and chance.

With $M$, $F$ and $N$ the scores of the model, the floor and the linear model (the *null*), and $e_M$, $e_N$ their
standard errors, the grade of a measure of the attractor is

- *unknown* without a floor, or if the floor is saturated or infinite, because the recording never returns to earlier
  states;
- *saturated* if $N - 2 e_N \le 1.5 F$ and $M - 2 e_M \le 1.5 F$: linear noise may be as close to the data as one part
  of the data to another;
- *no better than linear* if $M \ge N$;
- *good* if both $M$ and the upper end of its confidence interval $M + 2 e_M$ are close to $F$: $M \le 1.5 F$ or $M$ in
  the first quarter of the way from $F$ to $N$, and $M + 2 e_M \le 1.5 F$ or in the first half of the way;
- *fair* if $M$ is in the first 70 % of the way, *poor* if it is beyond.

Forecasts have no floor. They are *better than linear* if the intervals $M \pm 2 e_M$ and $N \pm 2 e_N$ do not
overlap, and they have *skill* if $M + 2 e_M$ is less than half the error of a constant forecast of the mean.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from attrax.core.errors import ConfigError
from attrax.measures.score import Flag, Score

ATTRACTOR_MEASURES = frozenset({"D_stsp", "D_H"})
"""Names of the measures of the attractor, which a reconstruction must pass; all others describe forecasts."""

SURE = 2.0
"""Half the width of the 95 % confidence interval of a score, in standard errors."""

FLOOR_FACTOR = 1.5
"""A score up to this many times the floor is at the floor: recordings of one system differ by about as much."""

GOOD_SHARE = 0.25
"""Largest part of the way from floor to null for the grade *good*."""

SURE_SHARE = 0.5
"""Largest part of the way from floor to null for the upper end of the confidence interval of a good score."""

FAIR_SHARE = 0.7
"""Largest part of the way from floor to null for the grade *fair*."""

SKILL_SHARE = 0.5
"""Largest error of a forecast with skill, as a share of the error of a constant forecast of the mean."""


class Grade(StrEnum):
    """The grade of a model on one measure."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    NO_BETTER = "no better than linear"
    SATURATED = "undecided: linear is at the floor"
    UNKNOWN = "undecided: nothing to compare with"


@dataclass(frozen=True)
class Row:
    """One row of the table behind a verdict: the score of the model on one measure, and the scores it is compared with.

    Lower scores are better.

    Attributes:
        name: The symbol of the measure, for example `D_stsp`.
        model: Score of the model.
        floor: Score of a perfect model, estimated from the data; None if there is none.
        null: Score of a linear model; None if there is none.
        chance: Score of a constant forecast of the mean; for forecasts only.

    Raises:
        ConfigError: C523 if the scores have different protocols.

    Example:
        >>> model, floor, null = (Score(value, 0.01, "D_H", 1000, 0) for value in (0.06, 0.05, 0.14))
        >>> Row("D_H", model, floor, null).grade.value
        'good'
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
                    why="scores of different protocols do not measure the same and cannot be compared",
                    fix=f"compute the {label} with the measure that scored the model",
                )

    @property
    def of_attractor(self) -> bool:
        """Whether the measure describes the attractor; otherwise it describes forecasts."""
        return self.name in ATTRACTOR_MEASURES

    @property
    def linear_at_floor(self) -> bool | None:
        """Whether the linear model is at the floor, within its error; None if one of the two is unknown."""
        floor, null = _known(self.floor), _known(self.null)
        if floor is None or null is None or self.null is None:
            return None
        return bool(lower_bound(self.null) <= FLOOR_FACTOR * floor)

    @property
    def better_than_linear(self) -> bool:
        """Whether the model is better than the linear model, beyond the errors of both."""
        return self.null is not None and upper_bound(self.model) < lower_bound(self.null)

    @property
    def skilled(self) -> bool:
        """Whether the forecasts have skill: with their error, at most half the error of a constant forecast."""
        chance = _known(self.chance)
        return chance is not None and upper_bound(self.model) <= SKILL_SHARE * chance

    @property
    def grade(self) -> Grade:
        """The grade of the model on this measure."""
        value, floor, null = self.model.value, _known(self.floor), _known(self.null)
        if self.floor is not None and (floor is None or Flag.SATURATED in self.floor.flags):
            return Grade.UNKNOWN
        if null is None:
            return _grade_by_floor(self.model, floor)
        at_floor = FLOOR_FACTOR * (floor or 0.0)
        if self.linear_at_floor and lower_bound(self.model) <= at_floor:
            return Grade.SATURATED
        if not value < null:
            return Grade.NO_BETTER
        way = null - (floor or 0.0)
        near = max(at_floor, (floor or 0.0) + GOOD_SHARE * way)
        sure = max(at_floor, (floor or 0.0) + SURE_SHARE * way)
        if value <= near and upper_bound(self.model) <= sure:
            return Grade.GOOD
        return Grade.FAIR if value <= (floor or 0.0) + FAIR_SHARE * way else Grade.POOR


def upper_bound(score: Score) -> float:
    """The upper end of the 95 % confidence interval of a score; infinite if it is unknown.

    Args:
        score: The score.
    """
    end = score.value + SURE * (score.std_error or 0.0)
    return float(end) if np.isfinite(end) else np.inf


def lower_bound(score: Score) -> float:
    """The lower end of the 95 % confidence interval of a score; minus infinity if its error is not finite.

    Args:
        score: The score.
    """
    end = score.value - SURE * (score.std_error or 0.0)
    return -np.inf if np.isnan(end) else float(end)


def _grade_by_floor(model: Score, floor: float | None) -> Grade:
    if floor is None:
        return Grade.UNKNOWN if np.isfinite(model.value) else Grade.POOR
    return Grade.GOOD if upper_bound(model) <= FLOOR_FACTOR * floor else Grade.POOR


def _known(score: Score | None) -> float | None:
    return score.value if score is not None and np.isfinite(score.value) else None
