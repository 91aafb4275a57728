"""Hierarchy: one model of many subjects as a job, and the run folder it leaves: a folder of ordinary runs.

`subjects/NAME` of the folder of a hierarchical run is the run folder of one subject, with an ordinary model, scores and
evidence; whatever is done with a run can be done with it. The recording and the training are those of all together.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np

from attrax.core.errors import ConfigError, RunError
from attrax.core.scans.sequential import Sequential
from attrax.data.series import Dataset
from attrax.measures.verdict import Outcome, value_with_error
from attrax.models.hierarchical_model import HierarchicalModel
from attrax.optimise import ExponentialDecay, Plan, radam
from attrax.plots.figure import Figure
from attrax.plots.subjects import subjects_figure
from attrax.reconstruct.learning.build import build_loss
from attrax.reconstruct.learning.learned import Learned
from attrax.reconstruct.learning.selection import runner_up
from attrax.reconstruct.preparation.preparation import Recordings
from attrax.reconstruct.preparation.recordings import source_as_trained
from attrax.reconstruct.settings.configuration import Config
from attrax.runs.console import Console
from attrax.runs.figure_files import write_figures
from attrax.runs.folder import Run
from attrax.runs.job import judge, learn, stopped_while_judging, tell_preparation
from attrax.runs.model_file import save_model
from attrax.runs.output import write_table
from attrax.runs.reconstruction import Reconstruction, open_run, record_history
from attrax.runs.tree_file import file_sha256
from attrax.train.inference import infer_subjects

SUBJECTS = "subjects"
VECTORS = "subjects.csv"


@dataclass(frozen=True)
class HierarchicalReconstruction:
    """A trained model of many subjects, and how true it is of each.

    Attributes:
        learned: The hierarchical model that was chosen, where it comes from, and the training record.
        parts: The ordinary reconstruction of every subject that has rows to be judged by.
        config: All settings of the run.
        recordings: What it was trained on and judged by.
    """

    learned: Learned[HierarchicalModel]
    parts: dict[str, Reconstruction]
    config: Config
    recordings: Recordings

    @property
    def model(self) -> HierarchicalModel:
        """The model that was chosen; `model.subject(name)` is the ordinary one of a subject."""
        return self.learned.model

    @property
    def reconstructed(self) -> bool:
        """Whether no subject was found `NOT RECONSTRUCTED`."""
        return all(part.verdict.outcome is not Outcome.NOT_RECONSTRUCTED for part in self.parts.values())

    def subject(self, name: str) -> Reconstruction:
        """One subject's reconstruction: its model, verdict, figures, forecasts, report.

        Raises: ConfigError C591 for a name that is not among the subjects, C593 for one that was not judged.
        """
        self.model.row(name)
        if name not in self.parts:
            raise ConfigError(
                "C593",
                f"subject {name!r} was not judged",
                where=f"its recording has {len(self.recordings.train.of_subject(name).longest):,} rows",
                why="too few to hold some out; it was trained on all of them",
                fix=f"fit.model.subject({name!r})  # its model",
            )
        return self.parts[name]

    def table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Names of columns, and a line of texts for each subject: its scores and its verdict."""
        first = next(iter(self.parts.values())).verdict
        columns = ("subject", *(row.name for row in first.rows), "verdict")
        lines = [
            (name, *(value_with_error(row.model) for row in part.verdict.rows), part.verdict.outcome.value)
            for name, part in self.parts.items()
        ]
        return columns, lines

    def infer(self, data: Any, *, updates: int = 500, learning_rate: float = 0.02) -> HierarchicalModel:
        """The models of new subjects from short recordings; the group stays as it is, only their vectors are learned.

        Args:
            data: Recordings of one or several subjects, as `attrax.load` takes them; they are repaired as the training
                recordings were.
            updates: Updates of the vectors.
            learning_rate: At the first update; it falls to a fiftieth.

        Raises: DataError for recordings that cannot be used; ConfigError C592 if the vectors grow beyond all bounds.
        """
        dataset = source_as_trained(self.config, self.recordings.preparation.projection, data)
        c = self.config.train
        return infer_subjects(
            self.model,
            dataset,
            build_loss(c, Sequential()),
            Plan(updates, ExponentialDecay(learning_rate, learning_rate / 50, updates), radam(c.clip), c.chunk),
            window=c.window,
            batch_size=c.batch_size,
            key=jax.random.key(self.config.seed),
        )

    def plot_subjects(self) -> Figure:
        """Where each subject stands among the others."""
        return subjects_figure(self.model.features(), self.model.subjects)

    def scores_as_json(self) -> dict[str, Any]:
        """The verdicts and scores of all subjects, as they are kept in `scores.json`."""
        return {SUBJECTS: {name: part.scores_as_json() for name, part in self.parts.items()}}

    def save(self, folder: str | Path) -> Path:
        """Write a run folder: model, subject vectors, scores, configuration, training record, and a run each subject.

        Raises:
            RunError: the folder is in use, or cannot be written.
        """
        run = open_run(Path(folder), self.config, self.recordings)
        record_history(run, self.learned.history)
        _finish(run, self)
        return run.path


def reconstruct_hierarchy(
    config: Config, recordings: Recordings, console: Console, run: Run | None = None
) -> HierarchicalReconstruction:
    """Train one model of all subjects of a complete configuration, and judge every subject by its own test recording.

    If `run` holds a checkpoint, training continues from it, bit for bit.

    Raises:
        Interrupted: somebody asked the run to stop; a checkpoint has been written if there is a run folder.
        RunError: every restart failed.
        ConfigError: C594, the recordings are of one subject.
    """
    _check_several(recordings.train)
    tell_preparation(recordings, console)
    try:
        learned = learn(config, recordings.train, console, run)
        console.say("restarts", runner_up(learned.facts))
        parts = _judged(learned, config, recordings, console)
    except KeyboardInterrupt:
        raise stopped_while_judging(run) from None
    result = HierarchicalReconstruction(learned, parts, config, recordings)
    if run is not None:
        _finish(run, result)
    return result


def subject_folder(folder: Path, subject: str | None) -> Path:
    """The run folder of one subject of a hierarchical run; without a subject, the folder itself.

    Raises:
        RunError: R312, no such subject in the run.
    """
    if subject is None:
        return folder
    part = folder / SUBJECTS / _file_name(subject)
    if not (part / "run.json").is_file():
        known = sorted(path.parent.name for path in folder.glob(f"{SUBJECTS}/*/run.json"))
        raise RunError(
            "R312",
            f"no subject {subject!r} in the run",
            where=str(folder),
            why=f"subjects are: {', '.join(known[:20])}" if known else "it is not a finished run of many subjects",
            fix=f"--subject {known[0]}" if known else f"leave out --subject {subject}",
        )
    return part


def _judged(
    learned: Learned[HierarchicalModel], config: Config, recordings: Recordings, console: Console
) -> dict[str, Reconstruction]:
    """The reconstruction of every subject that the test recording has rows of."""
    names = recordings.train.subjects
    parts: dict[str, Reconstruction] = {}
    console.say("judging", f"free runs of {len(names)} subjects on their test recordings")
    with console.counted("judging") as count:
        for i, name in enumerate(names):
            test = recordings.test.of_subject(name)
            if len(test) == 0:
                console.say("note", f"{name} is not judged: its recording is too short to hold rows out")
                continue
            own = Recordings(recordings.train.of_subject(name), test, recordings.preparation)
            restarts = {seed: model.subject(name) for seed, model in learned.restarts.items()}
            alone = Learned(learned.model.subject(name), learned.facts, learned.history, restarts)
            parts[name] = Reconstruction(alone, judge(alone.model, config, own), config.for_subject(name), own)
            count(i + 1, len(names))
    return parts


def _finish(run: Run, result: HierarchicalReconstruction) -> None:
    save_model(result.model, run.model_path, result.learned.facts)
    run.save_scores(result.scores_as_json())
    _write_vectors(run.path / VECTORS, result.model)
    write_figures([result.plot_subjects()], run.path / "figures")
    for name, part in result.parts.items():
        folder = run.path / SUBJECTS / _file_name(name)
        if (folder / "run.json").is_file():
            # A run that was stopped while it wrote its subjects writes the rest when it is resumed.
            part.keep(Run.open(folder))
            continue
        folder.parent.mkdir(exist_ok=True)
        part.save(folder)
    words = [part.verdict.outcome.value for part in result.parts.values()]
    counts = ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words))
    run.set_status("finished", model_sha256=file_sha256(run.model_path), verdict=counts)


def _write_vectors(path: Path, model: HierarchicalModel) -> None:
    """Name, vector and principal features of every subject."""
    vectors, features = np.asarray(model.vectors, np.float64), model.features()
    columns = [f"l{k + 1}" for k in range(vectors.shape[1])] + [f"feature{k + 1}" for k in range(features.shape[1])]
    write_table(path, ("subject", *columns), model.subjects, np.hstack([vectors, features]))


def _file_name(subject: str) -> str:
    """A name that every file system takes."""
    return re.sub(r"[^\w.+-]", "_", subject)


def _check_several(train: Dataset) -> None:
    names: Sequence[str] = train.subjects
    files = {_file_name(name) for name in names}
    if len(names) < 2 or len(files) < len(names):
        raise ConfigError(
            "C594",
            "a hierarchical model needs several subjects with names of their own",
            where=f"{train.source}: {len(train)} series of {len(names)} subjects: {', '.join(names[:20])}",
            why="it learns what subjects share and in what they differ",
            fix="give a file for each subject: attrax fit a.csv b.csv c.csv --hierarchical 3",
        )
