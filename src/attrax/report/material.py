"""Material: everything a report is made from, read from a run folder or taken from a fit in memory."""

import json
import platform
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from attrax.core.errors import RunError
from attrax.reconstruct.evidence import Evidence
from attrax.reconstruct.settings.configuration import Config
from attrax.runs.folder import PACKAGES, Run
from attrax.runs.opened_run import open_system
from attrax.runs.reconstruction import Reconstruction


@dataclass(frozen=True, eq=False)
class Material:
    """What is known about one run.

    Attributes:
        name: What it is called.
        config: All settings.
        scores: The contents of `scores.json`.
        info: The contents of `run.json`.
        history: The training record.
        facts: Seed and step of the chosen model.
        evidence: The arrays that figures are drawn from.
        preparation: The contents of `data.json`: what was found in the recordings and what was repaired.
        analysis: The findings of `attrax analyze` by name; empty if it was not run.
        pictures: The figures of these findings, as PNG files.
        folder: The run folder, if there is one.
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
    pictures: tuple[Path, ...] = ()
    folder: Path | None = None

    @property
    def largest_exponent(self) -> tuple[float, float] | None:
        """The largest Lyapunov exponent and its standard error, if it has been computed."""
        found = self.analysis.get("lyapunov", {})
        if not found.get("exponents") or found["exponents"][0] is None:
            return None
        return float(found["exponents"][0]), float((found.get("std_error") or [0.0])[0] or 0.0)

    @property
    def lyapunov_time(self) -> float | None:
        """One over the largest exponent, if that is surely positive."""
        found = self.largest_exponent
        return None if found is None or found[0] <= 0 or not surely_not_zero(*found) else 1 / found[0]

    @property
    def undelayed(self) -> Evidence:
        """The evidence without delayed copies of its channels, which look like the channels themselves."""
        return self.evidence.undelayed(self.config.data.lags)


def surely_not_zero(value: float, error: float | None) -> bool:
    """Whether an exponent is further from zero than three of its standard errors, as `attrax analyze` judges it."""
    return abs(value) > 3 * (error or 0.0)


def read_material(folder: Path) -> Material:
    """What is in the run folder; arrays that an older program did not keep are made again from model and recording.

    Raises:
        RunError: no run there (R302), or it has not finished (R309).
    """
    run = Run.open(folder)
    if not run.finished or not run.scores_path.is_file():
        raise RunError(
            "R309",
            "the run has not finished",
            where=str(folder),
            why=f"its status is '{run.info['status']}'; a report needs a model and its scores",
            fix=f"attrax resume {folder}",
        )
    return material_of(open_system(folder))


def material_of(fit: Reconstruction) -> Material:
    """The same of a fit that may never have been saved."""
    if fit.folder is None:
        versions = {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
        info = {"data": fit.recordings.hashes(), "versions": versions, "platform": platform.platform()}
        return Material(fit.name, fit.config, fit.scores_as_json(), info, fit.history, fit.learned.facts, fit.evidence)
    run, folder = Run.open(fit.folder), fit.folder
    analysis = {path.stem: _json(path) for path in sorted((folder / "analysis").glob("*.json"))}
    return Material(
        name=folder.resolve().name,
        config=fit.config,
        scores=run.scores() or fit.scores_as_json(),
        info=run.info,
        history=fit.history,
        facts=fit.learned.facts,
        evidence=fit.evidence,
        preparation=_json(folder / "data.json") if (folder / "data.json").is_file() else {},
        analysis=analysis,
        pictures=_pictures(folder, analysis),
        folder=folder,
    )


# What `attrax analyze` draws, by the analysis that draws it; figures of the report itself have other names.
DRAWN = {
    "lyapunov": ("lyapunov",),
    "fixed_points": ("fixed_points", "eigenvalues"),
    "cycles": ("cycles",),
    "manifolds": ("manifolds_1", "manifolds_2", "manifolds_3"),
    "regions": ("regions",),
    "attractors": ("basins",),
    "truth": ("truth",),
}


def _pictures(folder: Path, analysis: dict[str, Any]) -> tuple[Path, ...]:
    paths = [folder / "figures" / f"{name}.png" for found in analysis for name in DRAWN.get(found, ())]
    return tuple(path for path in paths if path.is_file())


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
