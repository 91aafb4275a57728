"""Shows the result of a finished fit: table of scores, files, exit code."""

from pathlib import Path

import typer

from attrax.cli.options import print_json
from attrax.cli.page import make_page
from attrax.reconstruct.judging.next_steps import next_steps
from attrax.runs.console import Console, show_path
from attrax.runs.hierarchy import SUBJECTS, VECTORS, HierarchicalReconstruction
from attrax.runs.reconstruction import Reconstruction

NOT_RECONSTRUCTED = 4


def show_outcome(
    result: Reconstruction | HierarchicalReconstruction,
    folder: Path,
    console: Console,
    *,
    json: bool,
    report: bool = True,
) -> None:
    """Show the scores, write the report, and exit with code 4 if the verdict is `NOT RECONSTRUCTED`."""
    if isinstance(result, HierarchicalReconstruction):
        _show_subjects(result, show_path(folder), console)
    else:
        _show_one(result, folder, console, report=report)
    if json:
        print_json("fit", {"run": str(folder), **result.scores_as_json()})
    if not result.reconstructed:
        raise typer.Exit(NOT_RECONSTRUCTED)


def warn(fit: Reconstruction, console: Console) -> None:
    """Print the warning of a model that is not RECONSTRUCTED, before anything that shows the model."""
    if fit.warning:
        console.say("WARNING", fit.warning)


def file_content(fit: Reconstruction, file: Path, summary: str) -> dict[str, str]:
    """What `--json` prints of a file that was made with a model."""
    worth = {"verdict": fit.outcome, "warning": fit.warning}
    return {**worth, "run": str(fit.folder), "file": str(file), "summary": summary}


def _show_one(result: Reconstruction, folder: Path, console: Console, *, report: bool) -> None:
    console.evaluation(result.evaluation)
    page = f"{make_page(folder, console).name}  figures/  " if report else ""
    console.say("wrote", f"{show_path(folder)}: {page}model/model.safetensors  scores.json  config.toml  metrics.jsonl")
    steps = next_steps(result.verdict, result.learned.facts, result.config, result.recordings.notices)
    again = f"attrax fit --config {show_path(folder / 'config.toml')}"
    advice = [f"{again} {step.options}  # {step.reason}" for step in steps] or _uses(show_path(folder), page)
    for i, line in enumerate(advice):
        console.say("next" if i == 0 else "", line)


def _uses(path: str, page: str) -> list[str]:
    """What can be done with a model that needs no change."""
    look = [f"attrax open {path}  # the report in the browser"] if page else []
    return [
        *look,
        f"attrax analyze {path}  # its exponents, fixed points, cycles and attractors",
        f"attrax simulate {path} --steps 10000 --out free_run.csv",
    ]


def _show_subjects(result: HierarchicalReconstruction, path: str, console: Console) -> None:
    console.say("VERDICT", result.outcomes)
    console.table(*result.table())
    first = next(iter(result.parts))
    console.say("wrote", f"{path}: {VECTORS}  figures/subjects.png  model/model.safetensors  scores.json  {SUBJECTS}/")
    console.say("next", f"attrax report {path}  # compares subjects; each folder in {SUBJECTS}/ is a run")
    if result.reconstructed:
        console.say("", f"attrax simulate {path} --subject {first} --steps 10000 --out free_run.csv")
