"""Hierarchy: a trained model of many subjects, and the run folder it leaves: a folder of ordinary runs.

`subjects/NAME` of the folder of a hierarchical run is the run folder of one subject, with an ordinary model, scores and
evidence; whatever is done with a run can be done with it. The recording and the training are those of all together.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jax
import numpy as np

from attrax.core.errors import ConfigError
from attrax.core.scans.sequential import Sequential
from attrax.data.series import Dataset
from attrax.measures.verdict import value_with_error
from attrax.models.hierarchical_model import HierarchicalModel
from attrax.optimise import ExponentialDecay, Plan, radam
from attrax.plots.figure import Figure
from attrax.plots.subjects import subjects_figure
from attrax.reconstruct.learning.build import build_loss
from attrax.reconstruct.preparation.recordings import source_as_trained
from attrax.runs.figure_files import write_figures
from attrax.runs.folder import Run
from attrax.runs.model_file import save_model
from attrax.runs.output import write_table
from attrax.runs.reconstruction import AbstractReconstruction, Reconstruction
from attrax.runs.tree_file import file_sha256
from attrax.train.inference import infer_subjects

SUBJECTS = "subjects"
VECTORS = "subjects.csv"
SHOWN = 20
"""Subjects that are printed."""


@dataclass(frozen=True, eq=False)
class HierarchicalReconstruction(AbstractReconstruction[HierarchicalModel]):
    """A trained model of many subjects, and how true it is of each: what `attrax.fit(data, subjects=3)` returns.

    Attributes:
        parts: The ordinary reconstruction of every subject that has rows to be judged by.
    """

    parts: dict[str, Reconstruction] = field(default_factory=dict)

    def __repr__(self) -> str:
        lines = [f"  {name}: {part.verdict.outcome}" for name, part in self.parts.items()]
        more = [f"  and {len(lines) - SHOWN} others"] if len(lines) > SHOWN else []
        about = f"{len(self.model.subjects)} subjects, {self.config.model.describe()}"
        return "\n".join([f"HierarchicalReconstruction of {self.name}: {about}", *lines[:SHOWN], *more])

    @property
    def reconstructed(self) -> bool:
        """Whether no subject was found `NOT RECONSTRUCTED`."""
        return all(part.reconstructed for part in self.parts.values())

    def subject(self, name: str) -> Reconstruction:
        """One subject's reconstruction: its model, verdict, figures, forecasts, report.

        Raises: ConfigError C591 for a name that is not among the subjects, C593 for one that was not judged.
        """
        self.model.row(name)
        if name not in self.parts:
            raise ConfigError(
                "C593",
                f"subject {name!r} was not judged",
                where=f"{self.name}: its recording is one of {len(self.model.subjects)}",
                why="it has too few rows to hold some out; the model was trained on all of them",
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

    def keep(self, run: Run) -> None:
        """Write the model, subject vectors, scores and a run each subject into `run`, which is finished then."""
        save_model(self.model, run.model_path, self.learned.facts)
        run.save_scores(self.scores_as_json())
        _write_vectors(run.path / VECTORS, self.model)
        write_figures([self.plot_subjects()], run.path / "figures")
        for name, part in self.parts.items():
            folder = subject_path(run.path, name)
            if (folder / "run.json").is_file():
                # A run that was stopped while it wrote its subjects writes the rest when it is resumed.
                part.keep(Run.open(folder))
                continue
            folder.parent.mkdir(exist_ok=True)
            part.save(folder)
        words = [part.verdict.outcome.value for part in self.parts.values()]
        counts = ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words))
        run.set_status("finished", model_sha256=file_sha256(run.model_path), verdict=counts)


def subject_path(folder: Path, subject: str) -> Path:
    """The run folder of one subject in the run folder of all."""
    return folder / SUBJECTS / _file_name(subject)


def _write_vectors(path: Path, model: HierarchicalModel) -> None:
    """Name, vector and principal features of every subject."""
    vectors, features = np.asarray(model.vectors, np.float64), model.features()
    columns = [f"l{k + 1}" for k in range(vectors.shape[1])] + [f"feature{k + 1}" for k in range(features.shape[1])]
    write_table(path, ("subject", *columns), model.subjects, np.hstack([vectors, features]))


def _file_name(subject: str) -> str:
    """A name that every file system takes."""
    return re.sub(r"[^\w.+-]", "_", subject)


def check_several(train: Dataset) -> None:
    """Refuse to learn what subjects share from the recordings of one (C594)."""
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
