"""Caution: a verdict that cannot be better than the recording it rests on."""

from dataclasses import replace

from attrax.measures import Word
from attrax.runs.evaluation import Evaluation


def capped(evaluation: Evaluation, caution: str) -> Evaluation:
    """The evaluation, with `PARTLY` in place of `RECONSTRUCTED` where there is reason for caution.

    Args:
        evaluation: What the judges said.
        caution: The reason; empty if there is none.
    """
    verdict = evaluation.verdict
    if not caution or verdict.word is not Word.RECONSTRUCTED:
        return evaluation
    return replace(
        evaluation, verdict=replace(verdict, word=Word.PARTLY, reasons=(f"at best: {caution}", *verdict.reasons))
    )
