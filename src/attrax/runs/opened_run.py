"""`attrax.open_run`: opens a run folder as the same object that `attrax.fit` returned."""

from pathlib import Path
from typing import Any

from attrax.core.errors import ModelFileError, RunError
from attrax.models.hierarchical_model import HierarchicalModel
from attrax.reconstruct.learning.learned import Learned
from attrax.reconstruct.learning.selection import BEST
from attrax.runs.folder import LATEST, RUNS, Run, latest_run, unfinished
from attrax.runs.hierarchy import HierarchicalReconstruction, subject_path
from attrax.runs.model_file import read_facts, read_model
from attrax.runs.reconstruction import Reconstruction
from attrax.runs.sameness import check_settings_of_finished
from attrax.runs.tree_file import file_sha256


def open_run(folder: str | Path) -> Reconstruction | HierarchicalReconstruction:
    """Open a run folder, written by Python or by the command `attrax fit`.

    The model is read at once; scores and figures are read when they are first used. The folder holds the name of the
    recording, not the recording itself. It is read again only where it is needed: for `evaluate`, `ensemble`, `infer`,
    and for a `forecast` of the recording itself.

    Args:
        folder: The run folder; `latest` is the one in ./runs that changed last.

    Raises:
        RunError: R302 if there is no run, R309 if it has no model yet, R314 if the model of a restart is missing, R301
            if its settings have changed, R315 if a text file is damaged.
        ModelFileError: The model file is damaged, or was written by a newer version.

    Example:
        >>> import attrax, numpy as np, tempfile
        >>> x = np.sin(np.arange(500)[:, None] / 5 + np.array([0.0, 1.0]))
        >>> tiny = {"train": {"updates": 10, "chunk": 10, "window": 20, "restarts": 1}, "evaluate": {"starts": 2}}
        >>> folder = tempfile.mkdtemp() + "/run"
        >>> made = attrax.fit(x, settings=tiny, folder=folder, quiet=True)
        >>> attrax.open_run(folder).verdict == made.verdict
        True
    """
    named = str(folder) == LATEST and not Path(folder).exists()
    run = Run.open((latest_run(RUNS) if named else None) or Path(folder))
    if not run.model_path.is_file():
        raise unfinished(run, "a run has a model when it has finished")
    check_settings_of_finished(run)
    _check_hash(run)
    model, facts = read_model(run.model_path), read_facts(run.model_path)
    if isinstance(model, HierarchicalModel):
        places = {name: subject_path(run.path, name) for name in model.subjects}
        parts = {name: open_system(place) for name, place in places.items() if (place / "run.json").is_file()}
        return HierarchicalReconstruction(Learned(model, facts, run.history()), run.config, None, run.path, parts=parts)
    restarts = {read_facts(path)["seed"]: read_model(path) for path in run.restart_paths()}
    _check_complete(run, facts, restarts)
    if not restarts and "seed" in facts:
        restarts = {facts["seed"]: model}
    return Reconstruction(Learned(model, facts, run.history(), restarts), run.config, None, run.path)


def _check_hash(run: Run) -> None:
    """Check that the model is the one that the run was finished with.

    Raises: ModelFileError M405 if it is not.
    """
    known = run.info.get("model_sha256")
    if known is not None and file_sha256(run.model_path) != known:
        raise ModelFileError(
            "M405",
            "the file has changed since it was written",
            where=str(run.model_path),
            why="run.json has another hash of it: it is damaged, or the model of another run",
            fix="restore the file from a copy",
        )


def _check_complete(run: Run, facts: dict[str, Any], restarts: dict[int, Any]) -> None:
    """Check that the models of all restarts are there: an ensemble of fewer would be another one.

    Raises: RunError R314 if one is missing.
    """
    known = [int(seed) for seed in facts.get("restarts", {})]
    missing = [seed for seed in known if seed not in restarts] if len(known) > 1 else []
    if missing:
        path = run.restart_path(missing[0])
        copy = run.checkpoints / f"{BEST}{missing[0]}.safetensors"
        raise RunError(
            "R314",
            "the model of a restart is missing",
            where=f"{path} ({len(missing)} of {len(known)})",
            why="spreads over restarts and ensembles would silently be those of fewer models",
            fix=f"cp {copy} {path}"
            if copy.is_file()
            else f"restore the file; attrax.open_model({str(run.model_path)!r}) opens the chosen model alone",
        )


def open_system(folder: str | Path, subject: str | None = None) -> Reconstruction:
    """Open the fit of one system: an ordinary run, or one subject of a run of many subjects.

    Args:
        folder: The run folder.
        subject: Name of the subject; required for a run of many subjects, and only allowed there.

    Raises:
        RunError: R312 if there is no such subject, R313 if a subject must be named; the errors of `open_run`.
    """
    fit = open_run(folder)
    parts = fit.parts if isinstance(fit, HierarchicalReconstruction) else {}
    known = ", ".join(list(parts)[:20])
    if subject is None and isinstance(fit, Reconstruction):
        return fit
    if subject is None:
        first = next(iter(parts), "NAME")
        raise RunError(
            "R313",
            "one subject of the run must be named",
            where=str(folder),
            why=f"each has a model of its own; subjects are: {known}",
            fix=f"--subject {first}  # or fit.subject({first!r})",
        )
    if subject not in parts:
        raise RunError(
            "R312",
            f"no subject {subject!r} in the run",
            where=str(folder),
            why=f"subjects are: {known}" if parts else "it is not a run of many subjects",
            fix=f"--subject {next(iter(parts))}" if parts else f"without --subject {subject}",
        )
    return parts[subject]
