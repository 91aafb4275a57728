"""The analysis job: take a map apart, show on one screen what was found, and write it down."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from attrax.core.errors import ConfigError, RunError
from attrax.core.result import Result
from attrax.core.spec import nearest
from attrax.reconstruct.findings.finding import Finding, Task, make_task, plain
from attrax.reconstruct.findings.target import Target
from attrax.registries import ANALYSES
from attrax.runs.analysis_target import find_target
from attrax.runs.console import Console, show_path
from attrax.runs.figure_files import write_figures
from attrax.runs.tree_file import write_atomically


@dataclass(frozen=True, eq=False)
class Analysis:
    """Everything that was found about a map.

    Attributes:
        name: What was analyzed.
        findings: One for each analysis, in the order they were made.
        folder: Where `save` writes if it is not told otherwise.
    """

    name: str
    findings: tuple[Finding, ...]
    folder: Path

    def __getitem__(self, name: str) -> Finding:
        """The finding of one analysis: `found["fixed_points"].facts["x"]` are fixed points in the units of the data."""
        for finding in self.findings:
            if finding.name == name:
                return finding
        raise KeyError(f"{name!r} is not among {', '.join(finding.name for finding in self.findings)}")

    def __repr__(self) -> str:
        lines = [f"{finding.name:<14}{line}" for finding in self.findings for line in told(finding)[:2]]
        return "\n".join([f"Analysis of {self.name}", *lines])

    def as_json(self) -> dict[str, dict]:
        """The findings by name, as they are written to files."""
        return {finding.name: finding_as_json(finding) for finding in self.findings}

    def save(self, folder: str | Path | None = None, *, quiet: bool = False) -> Path:
        """Write the findings as JSON into `analysis/` and their figures into `figures/`.

        Args:
            folder: Where to; a run folder shows them in its report.
            quiet: Show no progress.

        Returns: The folder.
        Raises: RunError R304 if it cannot be written.
        """
        path = self.folder if folder is None else Path(folder)
        _write(self.findings, path, Console(quiet=quiet))
        return path


def analyze(
    source: Any,
    *,
    only: Sequence[str] = (),
    order: int = 4,
    steps: int = 400_000,
    budget: int = 200_000,
    seed: int = 0,
    quiet: bool = False,
) -> Analysis:
    """Take a map apart: its attractor, exponents, fixed points, cycles, manifolds, regions, and its basins.

    States are given in the units of the recording, and those of the latent space beside them. A model of a recording
    of a built-in system is compared with the system, too.

    Args:
        source: A fit, a run folder, a model or its file, a dynamics, or the name of a built-in system.
        only: Names of the analyses wanted; empty for all.
        order: Longest cycles searched for.
        steps: Steps of the averages along orbits.
        budget: Most region sequences, or Newton steps, solved for each order of cycles.
        seed: Chooses starts and searches.
        quiet: Show nothing.

    Returns: The `Analysis`; `found.save(folder)` writes it.

    Raises:
        ConfigError: C540 for a name that is no analysis.
        RunError, ModelFileError, DataError: there is nothing to analyze at `source`.
    Cost: Two minutes for a network of 3 latent and 100 hidden units on two cores, most of it for the cycles.

    Example:
        >>> found = analyze("henon", only=["lyapunov"], steps=20_000, quiet=True)
        >>> found["lyapunov"].facts["exponents"].round(1)
        array([ 0.4, -1.6])
    """
    wanted = _wanted(only)
    target = find_target(source, seed=seed)
    console = Console(quiet=quiet)
    console.say("analyzing", f"{target.name}: {_describe(target)}")
    if target.note:
        console.say("note", target.note)
    task = make_task(target, order=order, steps=steps, budget=budget, seed=seed)
    made = {name: _perform(name, task, console) for name in wanted}
    for name in only:
        if made[name] is None:
            console.say(name, "has no meaning here: " + ANALYSES.spec(name).needs)
    return Analysis(target.name, tuple(finding for finding in made.values() if finding is not None), target.folder)


def finding_as_json(finding: Finding) -> dict:
    """Plain values: the outcome with its sentence, the names of the figures, and the facts."""
    outcome = {"result": finding.result.name, "message": finding.result.message}
    return {**outcome, "figures": [figure.name for figure in finding.figures], **plain(finding.facts)}


def told(finding: Finding) -> tuple[str, ...]:
    """What a person should read of a finding."""
    failed = finding.result is not Result.SUCCESSFUL
    return (*finding.lines, finding.result.message) if failed else finding.lines


def _wanted(only: Sequence[str]) -> tuple[str, ...]:
    for name in only:
        if name not in ANALYSES.names:
            raise ConfigError(
                "C540",
                f"unknown analysis {name!r}",
                where="--only",
                why="analyses are: " + ", ".join(ANALYSES.names),
                fix=f"--only {nearest(name, ANALYSES.names)}",
            )
    specs = {name: spec for name, spec in ANALYSES.specs().items() if not only or name in only}
    return tuple(sorted(specs, key=lambda name: specs[name].place))


def _describe(target: Target) -> str:
    kind = type(target.dynamics).__name__
    return f"{kind}, {target.dynamics.latent_dim} states, time step {target.dynamics.dt:g} {target.unit}".rstrip()


def _perform(name: str, task: Task, console: Console) -> Finding | None:
    with console.counted(_label(name)) as count:
        finding = ANALYSES.spec(name).implementation(task, count)
    if finding is None:
        return None
    for i, line in enumerate(told(finding)):
        console.say("" if i else _label(name), line)
    if finding.rows:
        console.table(finding.columns, finding.rows)
    return replace(finding, name=name)


def _label(name: str) -> str:
    """The first word of a name, as the margin of the screen is narrow."""
    return name.split("_")[0].removesuffix("s")


def _write(findings: Sequence[Finding], folder: Path, console: Console) -> None:
    figures = [figure for finding in findings for figure in finding.figures]
    try:
        (folder / "analysis").mkdir(parents=True, exist_ok=True)
        for finding in findings:
            text = json.dumps(finding_as_json(finding), indent=1, allow_nan=False)
            write_atomically(folder / "analysis" / f"{finding.name}.json", f"{text}\n".encode())
        with console.counted("figures") as count:
            written = write_figures(figures, folder / "figures", progress=count)
    except OSError as failure:
        raise RunError(
            "R304",
            "the analysis cannot be written",
            where=str(folder),
            why=failure.strerror or "not writable",
            fix="choose a folder you may write to with --out",
        ) from None
    names = " ".join(path.stem for path in written)
    console.say("wrote", f"{show_path(folder / 'analysis')}: {' '.join(f.name for f in findings)} (.json)")
    console.say("figures", f"{show_path(folder / 'figures')}: {names} (.png .svg .csv)")
