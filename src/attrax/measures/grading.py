r"""Grading of one measure: the score of a model compared with the floor, a linear model and chance.

With $M$, $F$ and $N$ the scores of the model, the floor and the linear model (the *null*), and $e_M$, $e_N$ their
standard errors, the grade of a measure of the attractor is

- *unknown* without a floor, or if the floor is saturated or infinite, because the recording never returns to earlier
  states;
- *saturated* if $N - 2 e_N \le 1.5 F$ and $M - 2 e_M \le 1.5 F$: linear noise may be as close to the data as one part
  of the data to another;
- *no better than linear* unless $M$ is less than $N$ by more than two standard errors of their difference, or good and
  nearer to $F$ than to $N$;
- *good* if $M \le 2 F + \min(e_F, F/2)$ and $M + e_M \le 2 (F + e_F)$: at most two floors, errors counted,
  whatever $N$ is. Without a floor, if $M \le N / 4$;
- *fair* if $M$ is in the first 70 % of the way from $F$ to $N$, *poor* if it is beyond.

Forecasts have no floor. They are *better than linear* if the intervals $M \pm 2 e_M$ and $N \pm 2 e_N$ do not
overlap, and *worse than linear* if they do not overlap in the other order. They have *skill* if $M + 2 e_M$ is less
than half the error of a constant forecast of the mean, and they are not worse than linear.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from attrax.core.errors import ConfigError
from attrax.measures.measure_names import measure_named
from attrax.measures.score import Flag, Score

SURE = 2.0
"""Half the width of the 95 % confidence interval of a score, in standard errors."""

FLOOR_FACTOR = 1.5
"""A score up to this many times the floor is at the floor: recordings of one system differ by about as much."""

GOOD_FACTOR = 2.0
"""Largest score, with its standard error, for the grade *good*, in floors."""

GOOD_SHARE = 0.25
"""Largest part of the score of the linear model for the grade *good*, where there is no floor."""

FAIR_SHARE = 0.7
"""Largest part of the way from floor to null for the grade *fair*."""

SKILL_SHARE = 0.5
"""Largest error of a forecast with skill, as a share of the error of a constant forecast of the mean."""


class Grade(StrEnum):
    """The grade of a model on one measure.

    Example:
        >>> Grade("fair") is Grade.FAIR
        True
    """

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
        neighbours: Score of forecasts from nearest neighbours in the training recording; for forecasts only.
        matched: The same row at the length of the floor, where the floor could be measured on shorter stretches only.
            Scores of shorter stretches are higher, so that only these can be compared with it. The grade is theirs.

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
    neighbours: Score | None = None
    matched: "Row | None" = None

    def __post_init__(self):
        for label, score, allowed in (
            ("null", self.null, (self.model.protocol,)),
            ("chance", self.chance, (self.model.protocol,)),
            ("neighbours", self.neighbours, (self.model.protocol,)),
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
        spec = measure_named(self.name)
        return spec is not None and spec.of_attractor

    @property
    def linear_at_floor(self) -> bool | None:
        """Whether the linear model is at the floor, within its error; None if one of the two is unknown."""
        if self.matched is not None:
            return self.matched.linear_at_floor
        floor, null = _known(self.floor), _known(self.null)
        if floor is None or null is None or self.null is None:
            return None
        return bool(lower_bound(self.null) <= FLOOR_FACTOR * floor)

    @property
    def better_than_linear(self) -> bool:
        """Whether the model is better than the linear model, beyond the errors of both."""
        return self.null is not None and upper_bound(self.model) < lower_bound(self.null)

    @property
    def worse_than_linear(self) -> bool:
        """Whether the model is worse than the linear model, beyond the errors of both."""
        return self.null is not None and lower_bound(self.model) > upper_bound(self.null)

    @property
    def skilled(self) -> bool:
        """Whether forecasts have skill: at most half the error of a constant one, and not worse than linear."""
        chance = _known(self.chance)
        return chance is not None and upper_bound(self.model) <= SKILL_SHARE * chance and not self.worse_than_linear

    @property
    def neighbours_gain(self) -> float:
        """By which share nearest neighbours are better than the linear model; 0 if not beyond the errors of both."""
        if self.neighbours is None or self.null is None or upper_bound(self.neighbours) >= lower_bound(self.null):
            return 0.0
        return 1 - self.neighbours.value / self.null.value

    @property
    def grade(self) -> Grade:
        """The grade of the model on this measure."""
        if self.matched is not None:
            return self.matched.grade
        value, floor, null = self.model.value, _known(self.floor), _known(self.null)
        if self.floor is not None and (floor is None or Flag.SATURATED in self.floor.flags):
            return Grade.UNKNOWN
        if self.null is None or null is None:
            return _grade_by_floor(self.model, self.floor)
        if self.linear_at_floor and lower_bound(self.model) <= FLOOR_FACTOR * (floor or 0.0):
            return Grade.SATURATED
        surely_better = null - value > SURE * np.hypot(_known_error(self.model), _known_error(self.null))
        good = value <= GOOD_SHARE * null if self.floor is None else near_floor(self.model, self.floor)
        if good and (surely_better or 2 * value < (floor or 0.0) + null):
            return Grade.GOOD
        if not surely_better:
            return Grade.NO_BETTER
        return Grade.FAIR if value <= (floor or 0.0) + FAIR_SHARE * (null - (floor or 0.0)) else Grade.POOR


def near_floor(model: Score, floor: Score) -> bool:
    """Whether a score is at most two floors, the errors of both counted.

    Args:
        model: The score.
        floor: The floor. Its error and that of the score come from the same recording in large part, so the upper ends
            of both are compared; but an unsure floor counts as at most half a floor more.
    """
    end, error = model.value + (model.std_error or 0.0), _known_error(floor)
    return bool(
        model.value <= GOOD_FACTOR * floor.value + min(error, 0.5 * floor.value)
        and np.isfinite(end)
        and end <= GOOD_FACTOR * (floor.value + error)
    )


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


def _grade_by_floor(model: Score, floor: Score | None) -> Grade:
    if floor is None:
        return Grade.UNKNOWN if np.isfinite(model.value) else Grade.POOR
    return Grade.GOOD if near_floor(model, floor) else Grade.POOR


def _known(score: Score | None) -> float | None:
    return score.value if score is not None and np.isfinite(score.value) else None


def _known_error(score: Score) -> float:
    return score.std_error if score.std_error is not None and np.isfinite(score.std_error) else 0.0
