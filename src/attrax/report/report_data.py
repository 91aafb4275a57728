"""`ReportData`: everything that a report shows, from a run folder or from a reconstruction in memory."""

import platform
import shlex
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from attrax.core.errors import RunError
from attrax.reconstruct.evidence import Evidence
from attrax.reconstruct.explaining.explanation_findings import FORECAST, INFLUENCE
from attrax.reconstruct.findings.analyses.lyapunov import lyapunov_time
from attrax.reconstruct.judging.answers import outcome_warning
from attrax.reconstruct.settings.configuration import Config
from attrax.runs.folder import PACKAGES, Run, unfinished
from attrax.runs.json_file import damaged_file, read_object
from attrax.runs.opened_run import open_system
from attrax.runs.reconstruction import Reconstruction


@dataclass(frozen=True, eq=False)
class ReportData:
    """Everything that a report shows of one run.

    Attributes:
        name: Name of the run.
        config: All settings.
        scores: The content of `scores.json`.
        info: The content of `run.json`.
        history: The training record.
        facts: Seed and step of the selected model, and the ranking of the restarts.
        evidence: The arrays from which figures are drawn.
        preparation: The content of `data.json`: properties of the recordings and repairs.
        analysis: The results of `attrax analyze` by name; empty if it was not run.
        folder: The run folder; None for a reconstruction that was not saved.
    """

    name: str
    config: Config
    scores: dict[str, Any]
    info: dict[str, Any]
    history: list[dict[str, Any]]
    facts: dict[str, Any]
    evidence: Evidence
    preparation: dict[str, Any] = field(default_factory=dict)
    analysis: dict[str, dict[str, Any]] = field(default_factory=dict)
    folder: Path | None = None

    @property
    def lyapunov_time(self) -> float | None:
        """1 / (largest exponent), if it is positive by more than three standard errors; otherwise None."""
        return lyapunov_time(self.analysis.get("lyapunov", {}))

    @property
    def warning(self) -> str:
        """The warning above figures of a model that is not RECONSTRUCTED; empty otherwise."""
        return outcome_warning(self.scores["verdict"])

    @property
    def undelayed(self) -> Evidence:
        """The evidence without the delayed copies of channels, since these look like the channels themselves."""
        return self.evidence.undelayed(self.config.data.lags)


def read_report_data(folder: Path) -> ReportData:
    """Read the data of a report from a run folder.

    Runs of early versions have no evidence file; their evidence is computed again from model and recording.

    Raises:
        RunError: R302 if there is no run, R309 if it has not finished.
    """
    run = Run.open(folder)
    if not run.finished or not run.scores_path.is_file():
        raise unfinished(run, "a report needs a model and its scores")
    return report_data_of(open_system(folder))


def report_data_of(fit: Reconstruction) -> ReportData:
    """The data of a report from an `attrax.Reconstruction`, which may never have been saved."""
    if fit.folder is None:
        versions = {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
        info = {"data": fit.recordings.hashes(), "versions": versions, "platform": platform.platform()}
        scores = fit.scores_as_json()
        return ReportData(fit.name, fit.config, scores, info, fit.history, fit.learned.facts, fit.evidence)
    run, folder = Run.open(fit.folder), fit.folder
    return ReportData(
        name=folder.resolve().name,
        config=fit.config,
        scores=run.scores() or fit.scores_as_json(),
        info=run.info,
        history=fit.history,
        facts=fit.learned.facts,
        evidence=fit.evidence,
        preparation=run.data(),
        analysis={path.stem: _analysis(path, folder) for path in sorted((folder / "analysis").glob("*.json"))},
        folder=folder,
    )


def _analysis(path: Path, folder: Path) -> dict[str, Any]:
    """The contents of a file of `attrax analyze` or `attrax explain`.

    Raises: RunError R315 if it is damaged.
    """
    verb = "explain" if path.stem in (FORECAST, INFLUENCE) else "analyze"
    try:
        found = read_object(path)
    except RunError as failure:
        raise damaged_analysis(folder, failure.where, verb) from None
    if not found:
        raise damaged_analysis(folder, str(path), verb)
    return found


def damaged_analysis(folder: Path, where: str, verb: Literal["analyze", "explain"]) -> RunError:
    """The error of an analysis that cannot be understood (R315): unlike the other files it can be made again."""
    again = f"attrax {verb} {shlex.quote(str(folder))}  # makes it again"
    return damaged_file(where, "it is no result of an analysis", again)
