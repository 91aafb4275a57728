"""The verdict on a model: one judgment from the scores of all measures.

A score is judged by where it lies between its floor (the score of a perfect model) and its null (the score of a linear
stochastic model); `attrax.measures.grading` defines the grade of one measure. The verdict is

- `NOT RECONSTRUCTED` if a free run diverged or never came near the data, or if no decisive measure of the attractor is
  better than that of a linear model;
- `LINEAR IS ENOUGH` if the linear model is at the floor on every measure of the attractor, and neither the forecasts of
  the model nor those of nearest neighbours are better than that of the linear model, beyond their errors. The model
  must be as good as the linear one: its free runs do not come to rest, and no forecast is worse;
- `RECONSTRUCTED` if there is a decisive measure of the attractor, all of them are good, a forecast has skill or is
  better than that of the linear model, beyond their errors, and the free runs pass all gates of
  `attrax.measures.gates`;
- `PARTLY` in all other cases.

A measure is decisive if its grade is not undecided. The condition on forecasts distinguishes dynamics from a
distribution: the states of white noise or shuffled data can be imitated, but not forecast. Of two models of the same
data, the better one never gets the worse verdict.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from attrax.core.html_text import paragraph, table
from attrax.core.number_text import number_text, share_text
from attrax.measures.gates.compared import GateResult
from attrax.measures.grading import Grade, Row
from attrax.measures.motion import Motion
from attrax.measures.score import Flag, Score


class Outcome(StrEnum):
    """The possible verdicts.

    Example:
        >>> Outcome("PARTLY") is Outcome.PARTLY
        True
    """

    RECONSTRUCTED = "RECONSTRUCTED"
    PARTLY = "PARTLY"
    NOT_RECONSTRUCTED = "NOT RECONSTRUCTED"
    LINEAR_IS_ENOUGH = "LINEAR IS ENOUGH"


@dataclass(frozen=True)
class Verdict:
    """A verdict and the reasons for it.

    Attributes:
        outcome: The verdict.
        rows: The scores, one measure a row.
        reasons: Sentences that explain it, the decisive one first.
        further: Forecasts at horizons that depend on the recording: a quarter, a half and one decorrelation time. They
            count like those of `rows`, which have the same horizons for all recordings.
        gates: What each gate found.
        motion: The long-term behaviour of the free runs; None if it is not known, for example if all diverged.
        answers: Answers to the first questions of a user: long-term behaviour, and how long forecasts are valid.

    Example:
        >>> verdict = Verdict(Outcome.PARTLY, (), ("the spectrum is right, the attractor is not",))
        >>> verdict.outcome.value, verdict.reasons[0]
        ('PARTLY', 'the spectrum is right, the attractor is not')
    """

    outcome: Outcome
    rows: tuple[Row, ...]
    reasons: tuple[str, ...]
    further: tuple[Row, ...] = ()
    gates: tuple[GateResult, ...] = ()
    motion: Motion | None = None
    answers: tuple[str, ...] = ()

    @property
    def all_rows(self) -> tuple[Row, ...]:
        """All scores in the order in which they are shown: the measures, then the forecasts from near to far."""
        return tuple(sorted((*self.rows, *self.further), key=lambda row: _horizon(row.name)))

    def __repr__(self) -> str:
        return "\n".join([f"VERDICT  {self.outcome}", f"  {self.reasons[0]}", *(f"  {text}" for text in self.answers)])

    def _repr_html_(self) -> str:
        """What a notebook shows: the verdict, the answers, and the table of scores."""
        told = [paragraph(str(self.outcome), strong=True), *map(paragraph, (self.reasons[0], *self.answers))]
        rows = [
            (row.name, *map(value_with_error, (row.model, row.floor, row.null)), str(row.grade))
            for row in self.all_rows
        ]
        return "".join(told) + table(("", "model", "floor", "linear", "verdict"), rows)

    def __str__(self) -> str:
        head = f"{'':<10}{'model':>18}{'floor':>18}{'linear null':>18}   verdict"
        lines = [
            f"{row.name:<10}{''.join(map(_column, (row.model, row.floor, row.null)))}   {row.grade}"
            for row in self.all_rows
        ]
        return "\n".join([repr(self), head, *lines])


def _horizon(name: str) -> int:
    """How many rows ahead the forecasts of a measure such as `PE(20)` are; 0 for other measures."""
    found = re.search(r"\((\d+)\)$", name)
    return int(found[1]) if found else 0


def judge(
    rows: Sequence[Row],
    *,
    diverged: int,
    runs: int = 1,
    doubts: Sequence[str] = (),
    further: Sequence[Row] = (),
    gates: Sequence[GateResult] = (),
) -> Verdict:
    """Judge a model from its scores and its gates.

    Args:
        rows: The scores, one measure a row. `D_stsp` and `D_H` describe the attractor, the others forecasts.
        diverged: Number of free runs that diverged.
        runs: Number of free runs.
        doubts: Other reasons for which the verdict can be `PARTLY` at best, such as a recording that is too short.
        further: Scores of forecasts at other horizons.
        gates: What each gate found.

    Returns:
        The verdict with its reasons.

    Example:
        >>> def score(value, protocol):
        ...     return Score(value, 0.01, protocol, 1000, 0)
        >>> attractor = Row("D_H", *(score(value, "D_H") for value in (0.06, 0.05, 0.14)))
        >>> judge([attractor], diverged=0).outcome.value
        'PARTLY'
        >>> forecast = Row("PE(20)", score(0.12, "PE"), null=score(0.41, "PE"))
        >>> judge([attractor, forecast], diverged=0).outcome.value
        'RECONSTRUCTED'
        >>> judge([attractor, forecast], diverged=0, gates=[GateResult("speed", "5 % faster")]).reasons[0]
        'at best: 5 % faster'
    """
    rows, further = tuple(rows), tuple(further)
    outcome, reason = _decide((*rows, *further), diverged, runs)
    failed = [gate.finding for gate in gates if not gate.passed]
    limits = [*failed, *doubts]
    if outcome is Outcome.RECONSTRUCTED and limits:
        outcome, reason, failed = Outcome.PARTLY, f"at best: {limits[0]}", failed[1:]
    return Verdict(outcome, rows, (reason, *failed, *_row_sentences((*rows, *further))), further, tuple(gates))


def _decide(rows: tuple[Row, ...], diverged: int, runs: int) -> tuple[Outcome, str]:
    attractor = [row for row in rows if row.of_attractor]
    forecasts = [row for row in rows if not row.of_attractor]
    flags = {flag for row in attractor for flag in row.model.flags}
    if diverged or Flag.DIVERGED in flags:
        return (
            Outcome.NOT_RECONSTRUCTED,
            f"{diverged} of {runs} free runs diverged" if runs > 1 else "a free run diverged",
        )
    if Flag.EMPTY in flags:
        return Outcome.NOT_RECONSTRUCTED, "a free run never came near the data"
    predictive = [row for row in forecasts if row.skilled or row.better_than_linear]
    linear = [row.linear_at_floor for row in attractor if row.linear_at_floor is not None]
    if linear and all(linear):
        return _decide_linear(forecasts, at_rest=Flag.COLLAPSED in flags)
    decisive = [row.grade for row in attractor if row.grade not in (Grade.SATURATED, Grade.UNKNOWN)]
    if not decisive:
        return Outcome.PARTLY, "no measure of the attractor is decisive; with a longer recording one may be"
    if all(grade == Grade.NO_BETTER for grade in decisive):
        return Outcome.NOT_RECONSTRUCTED, "no better than linear on any measure of the attractor"
    if not all(grade == Grade.GOOD for grade in decisive):
        return Outcome.PARTLY, _shortfall(attractor)
    if any(row.grade == Grade.UNKNOWN for row in attractor):
        return Outcome.PARTLY, "the recording never returns to an earlier state: it has a trend, or is too short"
    if not predictive:
        return (
            Outcome.PARTLY,
            "free runs resemble the data, but no forecast is better than that of a linear model",
        )
    return Outcome.RECONSTRUCTED, "near the floor on every decisive measure of the attractor, and forecasts have skill"


def _decide_linear(forecasts: list[Row], *, at_rest: bool) -> tuple[Outcome, str]:
    """The verdict where the linear model is at the floor on every measure of the attractor."""
    if at_rest:
        return Outcome.NOT_RECONSTRUCTED, "a free run comes to rest, the recording does not"
    if any(row.better_than_linear for row in forecasts):
        return Outcome.PARTLY, "forecasts are better than linear, but no measure of the attractor is decisive"
    unlearned = max(forecasts, key=lambda row: row.neighbours_gain, default=None)
    if unlearned is not None and unlearned.neighbours_gain > 0:
        return Outcome.NOT_RECONSTRUCTED, (
            f"nearest neighbours forecast {share_text(unlearned.neighbours_gain)} better than the linear model "
            f"({unlearned.name}), so there is nonlinear structure that this model has not learned"
        )
    worse = next((row.name for row in forecasts if row.worse_than_linear), "")
    if worse:
        return Outcome.NOT_RECONSTRUCTED, f"a linear model is at the floor, and its forecasts are better: {worse}"
    return Outcome.LINEAR_IS_ENOUGH, "a linear stochastic model is as close to the data as the data themselves"


def _shortfall(attractor: list[Row]) -> str:
    """The measures that are not good, the worst first."""
    order = (Grade.NO_BETTER, Grade.POOR, Grade.FAIR)
    failed = sorted((row for row in attractor if row.grade in order), key=lambda row: order.index(row.grade))
    return "not good enough: " + ", ".join(f"{row.name} is {row.grade}" for row in failed)


def _row_sentences(rows: tuple[Row, ...]) -> tuple[str, ...]:
    return tuple(f"{row.name} is {value_with_error(row.model)}: {row.grade}" for row in rows)


def _column(score: Score | None) -> str:
    return f"{value_with_error(score):>18}"


def value_with_error(score: Score | None) -> str:
    """A score as text for a table: its value and standard error, to as many digits as the error has.

    Args:
        score: The score; None gives a dash.

    Example:
        >>> score = Score(0.3142, 0.0512, "D_H", 1, 0)
        >>> value_with_error(score), value_with_error(Score(0.3142, None, "D_H", 1, 0)), value_with_error(None)
        ('0.31 ± 0.05', '0.314', '–')
    """
    return number_text(None) if score is None else number_text(score.value, score.std_error)
