"""Restores an evaluation from the files of a run folder: its scores, and the evidence of a report."""

from typing import Any

import numpy as np

from attrax.core.result import Result
from attrax.core.simulator import Simulation
from attrax.data.series import Series
from attrax.measures import Outcome, Row, Score, Verdict
from attrax.measures.gates.compared import GateResult
from attrax.measures.motion import Motion, MotionKind
from attrax.reconstruct.evidence import Evidence
from attrax.reconstruct.judging.evaluation import Evaluation


def evaluation_of(scores: dict[str, Any], evidence: Evidence) -> Evaluation:
    """The evaluation whose values are those of `scores.json`.

    Its free run and its reference are the first rows of those that were compared, in single precision.

    Args:
        scores: The values that `scores_as_json` returned.
        evidence: The arrays of the report.
    """
    # Older files have neither gates, nor further forecasts, nor answers.
    rows, further = (tuple(map(_row, scores.get(key, ()))) for key in ("rows", "further_forecasts"))
    gates = tuple(GateResult(**gate) for gate in scores.get("gates", ()))
    x = evidence.free_run.astype(np.float64)
    ended = Result.SUCCESSFUL if np.isfinite(x).all() else Result.DIVERGED
    motion = scores.get("motion")
    answers = tuple(scores.get("answers", ()))
    return Evaluation(
        verdict=Verdict(
            Outcome(scores["verdict"]),
            rows,
            tuple(scores["reasons"]),
            further,
            gates,
            None if motion is None else _motion(motion),
            answers,
        ),
        valid_time=_score(scores["valid_prediction_time"]),
        simulation=Simulation(x, ended),
        reference=Series(
            evidence.data.astype(np.float64), dt=evidence.dt, channels=evidence.channels, unit=evidence.unit
        ),
        runs=scores["free_runs"],
        diverged=round(scores["share_diverged"] * scores["free_runs"]),
        noise=tuple(scores["observation_noise"]),
        added=tuple(scores.get("noise_added_to_test", ())),
    )


def _motion(entry: dict[str, Any]) -> Motion:
    return Motion(**{**entry, "kind": MotionKind(entry["kind"])})


def _row(entry: dict[str, Any]) -> Row:
    others = {part: _kept(entry.get(part)) for part in ("floor", "null", "chance", "neighbours")}
    matched = entry.get("matched")
    return Row(entry["name"], _score(entry["model"]), **others, matched=matched and _row(matched))


def _kept(score: dict[str, Any] | None) -> Score | None:
    return None if score is None else _score(score)


def _score(score: dict[str, Any]) -> Score:
    """A score from its JSON values. JSON has no infinity and stores it as null."""
    value = float("inf") if score["value"] is None else score["value"]
    return Score(**{**score, "value": value, "flags": tuple(score["flags"])})
