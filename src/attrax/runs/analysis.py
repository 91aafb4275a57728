"""The analysis job: take a map apart, write down what was found, and show it on one screen."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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
    """Everything that was found.

    Attributes:
        findings: One for each analysis, in the order they were made.
        folder: Where `analysis/` and `figures/` were written.
    """

    findings: tuple[Finding, ...]
    folder: Path

    def as_json(self) -> dict[str, dict]:
        """The findings by name, as they were written to files."""
        return {finding.name: finding_as_json(finding) for finding in self.findings}


def analyze(
    source: str,
    *,
    order: int,
    steps: int,
    budget: int,
    seed: int,
    only: Sequence[str],
    out: Path | None,
    console: Console,
) -> Analysis:
    """Analyze the model of a run, a model file, or a built-in system.

    Args:
        source: A run folder, a model file, or the name of a system.
        order: Longest cycles searched for.
        steps: Steps of the averages along orbits.
        budget: Most region sequences, or Newton steps, solved for each order of cycles.
        seed: Chooses starts and searches.
        only: Names of the analyses wanted; empty for all.
        out: Where to write; the run folder, or a folder beside the model, if not given.
        console: Where to show it.

    Raises:
        ConfigError: C540 for a name that is no analysis.
        RunError, ModelFileError, DataError: there is nothing to analyze at `source`.
    """
    wanted = _wanted(only)
    target = find_target(source, seed=seed)
    folder = out or target.folder
    console.say("analyzing", f"{target.name}: {_describe(target)}")
    if target.note:
        console.say("note", target.note)
    task = make_task(target, order=order, steps=steps, budget=budget, seed=seed)
    made = {name: _perform(name, task, console) for name in wanted}
    for name in only:
        if made[name] is None:
            console.say(name, "has no meaning here: " + ANALYSES.spec(name).needs)
    findings = tuple(finding for finding in made.values() if finding is not None)
    _write(findings, folder, console)
    return Analysis(findings, folder)


def finding_as_json(finding: Finding) -> dict:
    """Plain values: the outcome with its sentence, and the facts."""
    return {"result": finding.result.name, "message": finding.result.message, **plain(finding.facts)}


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
    failed = finding.result is not Result.SUCCESSFUL
    lines = (*finding.lines, finding.result.message) if failed else finding.lines
    for i, line in enumerate(lines):
        console.say("" if i else _label(name), line)
    if finding.rows:
        console.table(finding.columns, finding.rows)
    return finding


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
