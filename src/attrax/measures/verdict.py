"""Verdict: what a table of scores means, in a word.

A score alone says nothing. Between its floor (the data against themselves) and its null (a linear stochastic model) it
says how much of the way from linear to perfect a model has come; `attrax.measures.row` has the gates of one measure.

- `NOT RECONSTRUCTED`: a free run diverged or never came near the data; or no measure of the attractor that can tell
  is better than linear.
- `LINEAR IS ENOUGH`: the linear null is at the floor on every measure of the attractor, and no forecast of the model
  is surely better than linear.
- `PARTLY`: everything between.
- `RECONSTRUCTED`: some measure of the attractor can tell, every one that can is good, and some forecast has skill or
  is surely better than linear.

The last condition is what tells dynamics from a distribution: white noise and shuffled data have an attractor that can
be imitated, but nothing in them can be foreseen. Of two models on the same data the better never gets the worse word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import floor, log10

from attrax.measures.row import Grade, Row
from attrax.measures.score import Flag, Score


class Outcome(StrEnum):
    """The verdict in one word."""

    RECONSTRUCTED = "RECONSTRUCTED"
    PARTLY = "PARTLY"
    NOT_RECONSTRUCTED = "NOT RECONSTRUCTED"
    LINEAR_IS_ENOUGH = "LINEAR IS ENOUGH"


@dataclass(frozen=True)
class Verdict:
    """What was found, and why.

    Attributes:
        outcome: The verdict.
        rows: The rows it rests on.
        reasons: Sentences that explain it, the decisive one first.
    """

    outcome: Outcome
    rows: tuple[Row, ...]
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        head = f"{'':<10}{'model':>18}{'floor':>18}{'linear null':>18}   verdict"
        table = [
            f"{row.name:<10}{cell(row.model):>18}{cell(row.floor):>18}{cell(row.null):>18}   {row.grade}"
            for row in self.rows
        ]
        return "\n".join([head, *table, f"VERDICT  {self.outcome}", f"  {self.reasons[0]}"])


def judge(rows: Sequence[Row], *, diverged: int, runs: int = 1, doubts: Sequence[str] = ()) -> Verdict:
    """Read a table of scores.

    Args:
        rows: One row a measure. `D_stsp` and `D_H` describe the attractor, the others forecasts.
        diverged: How many free runs left every finite bound.
        runs: How many there were.
        doubts: Reasons from outside the table why the verdict can be `PARTLY` at best, such as too short a recording.

    Returns: The verdict with its reasons.

    Example:
        >>> def score(value, protocol):
        ...     return Score(value, 0.01, protocol, 1000, 0)
        >>> attractor = Row("D_H", *(score(value, "D_H") for value in (0.06, 0.05, 0.14)))
        >>> judge([attractor], diverged=0).outcome.value
        'PARTLY'
        >>> forecast = Row("PE(20)", score(0.12, "PE"), null=score(0.41, "PE"))
        >>> judge([attractor, forecast], diverged=0).outcome.value
        'RECONSTRUCTED'
    """
    rows = tuple(rows)
    outcome, reason = _decide(rows, diverged, runs)
    if outcome is Outcome.RECONSTRUCTED and doubts:
        outcome, reason = Outcome.PARTLY, f"at best: {doubts[0]}"
    return Verdict(outcome, rows, (reason, *_sentences(rows)))


def _decide(rows: tuple[Row, ...], diverged: int, runs: int) -> tuple[Outcome, str]:
    attractor = [row for row in rows if row.of_attractor]
    flags = {flag for row in attractor for flag in row.model.flags}
    if diverged or Flag.DIVERGED in flags:
        return (
            Outcome.NOT_RECONSTRUCTED,
            f"{diverged} of {runs} free runs diverged" if runs > 1 else "a free run diverged",
        )
    if Flag.EMPTY in flags:
        return Outcome.NOT_RECONSTRUCTED, "a free run never came near the data"
    foreseen = [row for row in rows if not row.of_attractor and (row.skilled or row.better_than_linear)]
    linear = [row.linear_at_floor for row in attractor if row.linear_at_floor is not None]
    if linear and all(linear):
        if not any(row.better_than_linear for row in foreseen):
            return Outcome.LINEAR_IS_ENOUGH, "a linear stochastic model is as close to the data as the data themselves"
        return Outcome.PARTLY, "forecasts are better than linear, but no measure of the attractor can tell"
    telling = [row.grade for row in attractor if row.grade not in (Grade.SATURATED, Grade.UNKNOWN)]
    if not telling:
        return Outcome.PARTLY, "no measure of the attractor can tell: a longer recording may"
    if all(grade == Grade.NO_BETTER for grade in telling):
        return Outcome.NOT_RECONSTRUCTED, "no better than linear on any measure of the attractor"
    if not all(grade == Grade.GOOD for grade in telling):
        return Outcome.PARTLY, _shortfall(attractor)
    if any(row.grade == Grade.UNKNOWN for row in attractor):
        return Outcome.PARTLY, "the recording never comes back to where it was: a trend, or too short"
    if not foreseen:
        return (
            Outcome.PARTLY,
            "the free run looks like the data, but nothing in them can be foreseen better than linearly",
        )
    return Outcome.RECONSTRUCTED, "near the floor on every measure of the attractor that can tell, and forecasts hold"


def _shortfall(attractor: list[Row]) -> str:
    """Names the measures that failed, the worst first."""
    order = (Grade.NO_BETTER, Grade.POOR, Grade.FAIR)
    failed = sorted((row for row in attractor if row.grade in order), key=lambda row: order.index(row.grade))
    return "not good enough: " + ", ".join(f"{row.name} is {row.grade}" for row in failed)


def _sentences(rows: tuple[Row, ...]) -> tuple[str, ...]:
    return tuple(f"{row.name} is {cell(row.model)}: {row.grade}" for row in rows)


def cell(score: Score | None) -> str:
    """A score as it stands in a table: value and standard error, to as many digits as that has.

    Example:
        >>> cell(Score(0.3142, 0.0512, "D_H", 1, 0)), cell(Score(0.3142, None, "D_H", 1, 0)), cell(None)
        ('0.31 ± 0.05', '0.314', '-')
        >>> cell(Score(2.9e45, 3e44, "PE(20)", 1, 0))
        '2.9e+45 ± 3e+44'
    """
    if score is None:
        return "-"
    error = score.std_error
    if error is None or not 0 < error < float("inf"):
        return f"{score.value:.3g}" if error is None or error == 0 else f"{score.value:.3g} ± {error:g}"
    decimals = max(0, -floor(log10(float(f"{error:.1g}"))))
    if decimals > 4 or abs(score.value) >= 1e5:
        return f"{score.value:.2g} ± {error:.1g}"
    return f"{score.value:.{decimals}f} ± {error:.{decimals}f}"
