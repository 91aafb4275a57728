"""`attrax.analyze`: run the analyses of a map, show their results on the screen, and write them to files."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from attrax.core.errors import RunError
from attrax.core.html_text import paragraph, table
from attrax.core.plain_values import plain
from attrax.core.random_seed import checked_seed
from attrax.core.result import Result
from attrax.plots.page_charts import page_figure
from attrax.reading.read_options import listed_names
from attrax.reconstruct.findings.finding import AnalysisTask, Finding, make_analysis_task
from attrax.reconstruct.findings.target import Target
from attrax.registries import ANALYSES, DICTIONARIES
from attrax.runs.analysis_target import find_target
from attrax.runs.console import Console, show_path
from attrax.runs.figure_files import write_figures
from attrax.runs.tree_file import write_atomically

CHARTS = "charts"
"""The folder in `analysis/` with the figures as a page draws them."""


@dataclass(frozen=True, eq=False)
class Analysis:
    """The results of all analyses of one map.

    Attributes:
        name: Name of the model or system that was analyzed.
        findings: The result of each analysis, in the order in which they were run.
        folder: The folder that `save` writes to if no other is given.
        warning: Says that the model was judged and is not RECONSTRUCTED; empty otherwise.

    Example:
        >>> from attrax.core import Result
        >>> found = Analysis("henon", (Finding(Result.SUCCESSFUL, {"largest": 0.42}, name="lyapunov"),), Path("henon"))
        >>> found["lyapunov"].facts["largest"]
        0.42
    """

    name: str
    findings: tuple[Finding, ...]
    folder: Path
    warning: str = ""

    def __getitem__(self, name: str) -> Finding:
        """The result of one analysis: `found["fixed_points"].facts["x"]` are fixed points in the units of the data."""
        for finding in self.findings:
            if finding.name == name:
                return finding
        raise KeyError(f"{name!r} is not among {', '.join(finding.name for finding in self.findings)}")

    def __repr__(self) -> str:
        lines = [f"{finding.name:<14}{line}" for finding in self.findings for line in screen_lines(finding)[:2]]
        warning = [f"WARNING: {self.warning}"] if self.warning else []
        return "\n".join([*warning, f"Analysis of {self.name}", *lines])

    def _repr_html_(self) -> str:
        """What a notebook shows: the warning if there is one, and the first lines of each analysis."""
        rows = [(finding.name, line) for finding in self.findings for line in screen_lines(finding)[:2]]
        warning = paragraph(f"Warning: {self.warning}.", strong=True) if self.warning else ""
        return warning + paragraph(f"Analysis of {self.name}") + table(("analysis", "found"), rows)

    def as_json(self) -> dict[str, dict]:
        """The results by name of the analysis, as they are written to files."""
        return {finding.name: finding_as_json(finding) for finding in self.findings}

    def save(self, folder: str | Path | None = None, *, quiet: bool = False) -> Path:
        """Write the results as JSON into `analysis/` and their figures into `figures/`.

        Args:
            folder: The folder to write to. The report of a run shows what is written to its run folder.
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
    only: str | Sequence[str] = (),
    also: str | Sequence[str] = (),
    order: int = 4,
    steps: int = 400_000,
    budget: int = 200_000,
    seed: int = 0,
    dictionary: str = "radial",
    functions: int = 300,
    quiet: bool = False,
) -> Analysis:
    """Analyze a map: its attractor, Lyapunov exponents, fixed points, cycles, manifolds, linear regions and basins.

    States are given in the units of the recording (`x`) and in the latent space (`z`). If the recording comes from a
    built-in system, the model is also compared with that system.

    Args:
        source: A fit, a run folder, a model or its file, a dynamics, or the name of a built-in system.
        only: Names of the analyses to run; if empty, all but those that run on request.
        also: Names of analyses to run besides. On request: `koopman`, the spectrum of the Koopman operator of the
            recording and of the model (`koopman_spectrum`), half a minute; `topology`, the pieces and holes of both
            and their distance (`measures.TopologicalDistance`), a quarter of a minute, with the extra `topology`.
        order: Search for cycles up to this order (number of steps until the orbit repeats). The cost grows quickly
            with it.
        steps: Number of steps over which averages along orbits are taken. Raise it for smaller standard errors.
        budget: Largest number of region sequences (piecewise-linear maps) or Newton steps (other maps) for each order.
            Raise it if a search was not exhaustive.
        seed: Seed of the initial states and of the searches.
        dictionary: Name of the dictionary of the Koopman operator: `radial`, `polynomial` or `delay`.
        functions: Largest number of its functions; a tenth of the number of rows if that is less.
        quiet: Show nothing.

    Returns: The `Analysis`; `found.save(folder)` writes it to files.

    Raises:
        ConfigError: C512 if a name is not that of an analysis or of a dictionary; C531 for too few functions; C585 if
            `source` cannot be analyzed; C518 for a seed that random keys cannot hold.
        RunError, ModelFileError, DataError: `source` is not a run folder, model file or system that can be opened.
    Cost: Half a minute of processor time for a network of 3 latent and 100 hidden units, half of it compilation.

    Example:
        >>> found = analyze("henon", only=["lyapunov"], steps=20_000, quiet=True)
        >>> found["lyapunov"].facts["exponents"].round(1)
        array([ 0.4, -1.6])
    """
    only, also = listed_names(only), listed_names(also)
    wanted, seed = _chosen_analyses(only, also), checked_seed(seed)
    DICTIONARIES.spec(dictionary, option="--dictionary")
    target = find_target(source, seed=seed)
    console = Console(quiet=quiet)
    if target.warning:
        console.say("WARNING", target.warning)
    console.say("analyzing", f"{target.name}: {_describe(target)}")
    if target.note:
        console.say("note", target.note)
    task = make_analysis_task(
        target, order=order, steps=steps, budget=budget, seed=seed, dictionary=dictionary, functions=functions
    )
    made = {name: _run_analysis(name, task, console) for name in wanted}
    for name in (*only, *also):
        if made[name] is None:
            console.say(name, "not possible here: " + ANALYSES.spec(name).needs)
    findings = tuple(finding for finding in made.values() if finding is not None)
    return Analysis(target.name, findings, target.folder, target.warning)


def finding_as_json(finding: Finding) -> dict:
    """Plain values: the warning if there is one, the outcome with its sentence, names of figures, and the facts."""
    warning = {"warning": finding.warning} if finding.warning else {}
    outcome = {**warning, "result": finding.result.name, "message": finding.result.message}
    return {**outcome, "figures": [figure.name for figure in finding.figures], **plain(finding.facts)}


def screen_lines(finding: Finding) -> tuple[str, ...]:
    """The lines that the screen shows of a finding; if the analysis failed, the last line says why."""
    failed = finding.result is not Result.SUCCESSFUL
    return (*finding.lines, finding.result.message) if failed else finding.lines


def _chosen_analyses(only: Sequence[str], also: Sequence[str]) -> tuple[str, ...]:
    usual = only or tuple(name for name, spec in ANALYSES.specs().items() if not spec.on_request)
    specs = {name: ANALYSES.spec(name, option="--only") for name in (*usual, *also)}
    return tuple(sorted(specs, key=lambda name: specs[name].place))


def _describe(target: Target) -> str:
    kind = type(target.dynamics).__name__
    return f"{kind}, {target.dynamics.latent_dim} states, time step {target.dynamics.dt:g} {target.unit}".rstrip()


def _run_analysis(name: str, task: AnalysisTask, console: Console) -> Finding | None:
    with console.counted(_label(name)) as count:
        finding = ANALYSES.spec(name).implementation(task, count)
    if finding is None:
        return None
    for i, line in enumerate(screen_lines(finding)):
        console.say("" if i else _label(name), line)
    if finding.rows:
        console.table(finding.columns, finding.rows)
    return replace(finding, name=name).with_warning(task.target.warning)


def _label(name: str) -> str:
    """The first word of a name, as the margin of the screen is narrow."""
    return name.split("_")[0].removesuffix("s")


def _write(findings: Sequence[Finding], folder: Path, console: Console) -> None:
    figures = [figure for finding in findings for figure in finding.figures]
    try:
        (folder / "analysis" / CHARTS).mkdir(parents=True, exist_ok=True)
        for finding in findings:
            text = json.dumps(finding_as_json(finding), indent=1, allow_nan=False)
            write_atomically(folder / "analysis" / f"{finding.name}.json", f"{text}\n".encode())
        for figure in figures:
            chart = json.dumps(page_figure(figure).as_json(), allow_nan=False)
            write_atomically(folder / "analysis" / CHARTS / f"{figure.name}.json", chart.encode())
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
    console.say("figures", f"{show_path(folder / 'figures')}: {names} (.png .svg .pdf .csv)")
