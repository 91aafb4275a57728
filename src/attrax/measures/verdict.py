"""Verdict: what a row of numbers means, in words.

A score alone says nothing. Between its floor (the data against themselves) and its null (a linear stochastic model) it
says how much of the way from linear to perfect a model has come; where the null already is at the floor, the measure
cannot tell models apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from attrax.core.errors import ConfigError
from attrax.measures.score import Flag, Score

ATTRACTOR_MEASURES = frozenset({"D_stsp", "D_H"})
"""Names of the measures that a reconstruction must pass; all others describe forecasts."""

FLOOR_FACTOR = 1.5
"""A score up to this many floors is at the floor: recordings of one system scatter by about as much."""

GOOD_SHARE = 0.25
"""Largest share of the way from floor to null that is good."""

FAIR_SHARE = 0.7
"""Largest share of the way from floor to null that is fair."""


class Word(StrEnum):
    """The verdict in one word."""

    RECONSTRUCTED = "RECONSTRUCTED"
    PARTLY = "PARTLY"
    NOT_RECONSTRUCTED = "NOT RECONSTRUCTED"
    LINEAR_IS_ENOUGH = "LINEAR IS ENOUGH"


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
    """

    name: str
    model: Score
    floor: Score | None = None
    null: Score | None = None

    def __post_init__(self):
        for label, score, allowed in (
            ("null", self.null, (self.model.protocol,)),
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
        return None if floor is None or null is None else null <= FLOOR_FACTOR * floor

    @property
    def grade(self) -> Grade:
        """How good the model is on this measure."""
        value, floor, null = self.model.value, _known(self.floor), _known(self.null)
        gate = FLOOR_FACTOR * (floor or 0.0)
        if null is None:
            return _grade_by_floor(value, floor)
        if self.linear_at_floor and value <= gate:
            return Grade.SATURATED
        if not value < null:
            return Grade.NO_BETTER
        share = (value - (floor or 0.0)) / (null - (floor or 0.0))
        if value <= gate or share <= GOOD_SHARE:
            return Grade.GOOD
        return Grade.FAIR if share <= FAIR_SHARE else Grade.POOR


@dataclass(frozen=True)
class Verdict:
    """What was found, and why.

    Attributes:
        word: The verdict.
        rows: The rows it rests on.
        reasons: Sentences that explain it, the decisive one first.
    """

    word: Word
    rows: tuple[Row, ...]
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        head = f"{'':<10}{'model':>18}{'floor':>18}{'linear null':>18}   verdict"
        table = [
            f"{row.name:<10}{_cell(row.model):>18}{_cell(row.floor):>18}{_cell(row.null):>18}   {row.grade}"
            for row in self.rows
        ]
        return "\n".join([head, *table, f"VERDICT  {self.word}", *(f"  {reason}" for reason in self.reasons)])


def judge(rows: Sequence[Row], *, diverged: bool) -> Verdict:
    """Read a table of scores.

    `NOT RECONSTRUCTED` if a simulation diverged or never came near the data, or if the model beats the linear null on
    no measure of the attractor; `LINEAR IS ENOUGH` if the null is at the floor on every measure of the attractor, and
    the model is good on no other measure; `RECONSTRUCTED` if it is good on every measure of the attractor that can
    tell; `PARTLY` otherwise.

    Args:
        rows: One row a measure. `D_stsp` and `D_H` decide, the others are reported beside them.
        diverged: Whether any free run left every finite bound.

    Returns: The verdict with its reasons.

    Example:
        >>> def score(value):
        ...     return Score(value, None, "D_H/hellinger/gauss20bins", 1000, 0)
        >>> judge([Row("D_H", score(0.06), floor=score(0.05), null=score(0.14))], diverged=False).word.value
        'RECONSTRUCTED'
    """
    rows = tuple(rows)
    word, reason = _decide(rows, diverged)
    return Verdict(word, rows, (reason, *_sentences(rows)))


def _decide(rows: tuple[Row, ...], diverged: bool) -> tuple[Word, str]:
    flags = {flag for row in rows if row.of_attractor for flag in row.model.flags}
    if diverged or Flag.DIVERGED in flags:
        return Word.NOT_RECONSTRUCTED, "a simulation diverged"
    if Flag.EMPTY in flags:
        return Word.NOT_RECONSTRUCTED, "a simulation never came near the data"
    attractor = [row for row in rows if row.of_attractor]
    linear = [row.linear_at_floor for row in attractor if row.linear_at_floor is not None]
    good_elsewhere = any(row.grade == Grade.GOOD for row in rows if not row.of_attractor)
    if linear and all(linear) and not good_elsewhere:
        return Word.LINEAR_IS_ENOUGH, "a linear stochastic model is as close to the data as the data themselves"
    telling = [row.grade for row in attractor if row.grade not in (Grade.SATURATED, Grade.UNKNOWN)]
    if not telling:
        return Word.PARTLY, "no measure of the attractor can tell"
    if all(grade == Grade.GOOD for grade in telling):
        return Word.RECONSTRUCTED, "every measure of the attractor that can tell is good"
    if all(grade == Grade.NO_BETTER for grade in telling):
        return Word.NOT_RECONSTRUCTED, "no better than linear on any measure of the attractor"
    return Word.PARTLY, "not every measure of the attractor is good"


def _sentences(rows: tuple[Row, ...]) -> tuple[str, ...]:
    return tuple(f"{row.name} is {_cell(row.model)}: {row.grade}" for row in rows)


def _grade_by_floor(value: float, floor: float | None) -> Grade:
    if floor is None:
        return Grade.UNKNOWN if np.isfinite(value) else Grade.POOR
    return Grade.GOOD if value <= FLOOR_FACTOR * floor else Grade.POOR


def _known(score: Score | None) -> float | None:
    return score.value if score is not None and np.isfinite(score.value) else None


def _cell(score: Score | None) -> str:
    if score is None:
        return "-"
    return f"{score.value:.3g}" if score.std_error is None else f"{score.value:.3g} +/- {score.std_error:.1g}"
