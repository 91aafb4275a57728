"""`HierarchicalReconstruction`: a trained model of many subjects, its verdicts, and its run folder.

In the run folder, `subjects/NAME` is the run folder of one subject, with an ordinary model and scores. Every command
that takes a run also takes such a folder.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jax
import numpy as np

from attrax.core.errors import ConfigError
from attrax.core.html_text import paragraph, table
from attrax.core.safe_text import file_name
from attrax.core.scans.sequential import Sequential
from attrax.data.column_names import composed
from attrax.data.series import Dataset
from attrax.measures.verdict import value_with_error
from attrax.models.hierarchical_model import HierarchicalModel
from attrax.optimise import ExponentialDecay, Plan, radam
from attrax.plots.figure import Figure
from attrax.plots.subjects import subjects_figure
from attrax.reconstruct.learning.build import build_loss
from attrax.reconstruct.preparation.recordings import source_as_trained
from attrax.runs.abstract_reconstruction import AbstractReconstruction
from attrax.runs.figure_files import write_figures
from attrax.runs.folder import Run, start_run
from attrax.runs.model_file import save_model
from attrax.runs.output import write_table
from attrax.runs.reconstruction import Reconstruction
from attrax.runs.tree_file import file_sha256
from attrax.train.inference import infer_subjects

SUBJECTS = "subjects"
VECTORS = "subjects.csv"
SHOWN = 20
"""Largest number of subjects that are printed."""


@dataclass(frozen=True, eq=False)
class HierarchicalReconstruction(AbstractReconstruction[HierarchicalModel]):
    """A trained model of many subjects, with a verdict for each: the result of `attrax.fit(data, subjects=3)`.

    Attributes:
        parts: The `Reconstruction` of every subject that has test data, by the name of the subject.

    Example:
        >>> import attrax
        >>> fit = attrax.fit(["anna.csv", "ben.csv", "cleo.csv"], subjects=2)  # doctest: +SKIP
        >>> fit.outcomes, fit.subject("anna").verdict  # doctest: +SKIP
    """

    parts: dict[str, Reconstruction] = field(default_factory=dict)

    def __repr__(self) -> str:
        lines = [f"  {name}: {part.verdict.outcome}" for name, part in self.parts.items()]
        more = [f"  and {len(lines) - SHOWN} others"] if len(lines) > SHOWN else []
        about = f"{len(self.model.subjects)} subjects, {self.config.model.describe()}"
        return "\n".join([f"HierarchicalReconstruction of {self.name}: {about}", *lines[:SHOWN], *more])

    def _repr_html_(self) -> str:
        """What a notebook shows: the model, and the scores and the verdict of each subject."""
        columns, lines = self.table() if self.parts else ((), [])
        about = paragraph(repr(self).splitlines()[0])
        return about + paragraph(self.outcomes, strong=True) + table(columns, lines[:SHOWN])

    @property
    def reconstructed(self) -> bool:
        """Whether no subject has the verdict `NOT RECONSTRUCTED`."""
        return all(part.reconstructed for part in self.parts.values())

    @property
    def outcomes(self) -> str:
        """How many subjects have which verdict: `2 RECONSTRUCTED, 1 PARTLY`."""
        words = [part.verdict.outcome.value for part in self.parts.values()]
        return ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words))

    def subject(self, name: str) -> Reconstruction:
        """The `Reconstruction` of one subject: its model, verdict, figures, forecasts and report.

        Raises: ConfigError C591 if there is no subject of that name, C593 if it has no test data and so no verdict.
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
        """The headings and the rows of a table with the scores and the verdict of each subject, as texts."""
        first = next(iter(self.parts.values())).verdict
        columns = ("subject", *(row.name for row in first.rows), "verdict")
        lines = [
            (name, *(value_with_error(row.model) for row in part.verdict.rows), part.verdict.outcome.value)
            for name, part in self.parts.items()
        ]
        return columns, lines

    def infer(self, data: Any, *, updates: int = 500, learning_rate: float = 0.02) -> HierarchicalModel:
        """Learn the parameter vectors of new subjects from short recordings; the shared networks do not change.

        Args:
            data: Recordings of one or several subjects, in any form that `attrax.load` reads. They are repaired in the
                same way as the training recordings.
            updates: Number of updates of the vectors. Raise it if the loss still falls.
            learning_rate: Learning rate at the first update; it falls to a fiftieth of this.

        Returns: A model of the new subjects.
        Raises: DataError for recordings that cannot be used; ConfigError C592 if the vectors diverge.
        """
        dataset = source_as_trained(self.config, self.recordings.preparation.projection, data, self.model.channels)
        c = self.config.train
        return infer_subjects(
            self.model,
            dataset,
            build_loss(c, Sequential(), like=self.model),
            Plan(updates, ExponentialDecay(learning_rate, learning_rate / 50, updates), radam(c.clip), c.chunk),
            window=c.window,
            batch_size=c.batch_size,
            key=jax.random.key(self.config.seed),
        )

    def plot_subjects(self) -> Figure:
        """Scatter plot of the subjects by the principal components of their vectors."""
        return subjects_figure(self.model.features(), self.model.subjects)

    def scores_as_json(self) -> dict[str, Any]:
        """The verdicts and scores of all subjects, as they are written to `scores.json`."""
        return {SUBJECTS: {name: part.scores_as_json() for name, part in self.parts.items()}}

    def keep(self, run: Run) -> None:
        """Write the model, vectors, scores and one run folder for each subject into `run`, and mark it as finished."""
        save_model(self.model, run.model_path, self.learned.facts)
        run.save_scores(self.scores_as_json())
        _write_vectors(run.path / VECTORS, self.model)
        write_figures([self.plot_subjects()], run.path / "figures")
        for name, part in self.parts.items():
            folder = subject_path(run.path, name)
            folder.parent.mkdir(exist_ok=True)
            # A run that was stopped while it wrote its subjects writes them again when it is resumed.
            started = (folder / "run.json").is_file()
            place = Run.open(folder) if started else start_run(folder, part.config, part.recordings)
            place.record_all(part.history)
            part.keep(place)
        run.finish(model_sha256=file_sha256(run.model_path), verdict=self.outcomes)


def subject_path(folder: Path, subject: str) -> Path:
    """The run folder of one subject inside the run folder of a hierarchical model."""
    return folder / SUBJECTS / file_name(subject)


def _write_vectors(path: Path, model: HierarchicalModel) -> None:
    """Write a CSV file with the name, the vector and the principal components of every subject."""
    vectors, features = np.asarray(model.vectors, np.float64), model.features()
    columns = [f"l{k + 1}" for k in range(vectors.shape[1])] + [f"feature{k + 1}" for k in range(features.shape[1])]
    write_table(path, ("subject", *columns), model.subjects, np.hstack([vectors, features]))


def check_several(train: Dataset) -> None:
    """Check that there are at least two subjects with different names.

    Raises: ConfigError C594 if not.
    """
    names: Sequence[str] = train.subjects
    # Some file systems take names for one that differ only in their case, or in how they write accents.
    files = {composed(file_name(name)).casefold() for name in names}
    if len(names) < 2 or len(files) < len(names):
        raise ConfigError(
            "C594",
            "a hierarchical model needs several subjects with names of their own",
            where=f"{train.source}: {len(train)} series of {len(names)} subjects: {', '.join(names[:20])}",
            why="it learns what subjects share and in what they differ",
            fix="give a file for each subject: attrax fit a.csv b.csv c.csv --hierarchical 3",
        )
