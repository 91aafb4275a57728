"""What the fits of one system and of many subjects have in common: model, recordings, settings, and a run folder."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Generic

from attrax.core.errors import RunError
from attrax.reconstruct.learning.learned import Learned, Trained
from attrax.reconstruct.preparation.preparation import Recordings
from attrax.reconstruct.preparation.recordings import load_recordings
from attrax.reconstruct.settings.configuration import Config
from attrax.runs.folder import IN_USE, Run, start_run
from attrax.runs.machine_faults import told_as_errors
from attrax.runs.sameness import check_unchanged_data


@dataclass(frozen=True, eq=False)
class AbstractReconstruction(ABC, Generic[Trained]):
    """What the fits of one system and of many subjects have in common.

    Attributes:
        learned: The chosen model, its seed and step, and the training history.
        config: All settings of the run.
        prepared: Training and test recordings; None for an opened run, which reads them again when they are needed.
        folder: The run folder, if there is one.
        given: The object in memory that the training recording was read from, such as a data frame, if it has labels
            that forecasts go on with; None for files and arrays.

    For developers: implement `reconstructed`, `scores_as_json` and `keep`.
    """

    learned: Learned[Trained]
    config: Config
    prepared: Recordings | None = None
    folder: Path | None = None
    given: Any = None

    @property
    def model(self) -> Trained:
        """The model that was chosen."""
        return self.learned.model

    @property
    def history(self) -> list[dict[str, Any]]:
        """The training history: loss and other values, means over each chunk of updates, one for each restart."""
        return self.learned.history

    @cached_property
    def recordings(self) -> Recordings:
        """Training and test recordings. An opened run reads them again when they are first used.

        Raises: RunError R306 if the recording was an array, R301 if it has changed; DataError if the file is missing.
        """
        if self.prepared is not None:
            return self.prepared
        found = load_recordings(self.config)
        if self.folder is not None:
            check_unchanged_data(Run.open(self.folder), found, fix="restore the file, or fit a new model to it")
        return found

    @property
    def source(self) -> Any:
        """What forecasts look like: the object that the fit was given, else its file if it is the only one."""
        files = self.config.data.source
        return files[0] if self.given is None and len(files) == 1 else self.given

    @property
    def name(self) -> str:
        """The name of the recording."""
        if self.prepared is not None:
            return self.prepared.train.name
        return "" if self.folder is None else Run.open(self.folder).info["data"].get("name", self.folder.name)

    @property
    def recorded_inputs(self) -> tuple[str, ...] | None:
        """Names of the external inputs of the recording, in the order of the model; None if they are not known."""
        if self.prepared is not None:
            found = self.prepared.preparation.found
        else:
            found = {} if self.folder is None else Run.open(self.folder).data()["found"]
        return tuple(found["recording"]["inputs"]) if "recording" in found else None

    @told_as_errors()
    def save(self, folder: str | Path) -> Path:
        """Write a run folder: model, scores, settings and training history. `attrax.open_run` opens it again.

        Args:
            folder: The new folder; it must not exist, or be empty.

        Returns: The folder.
        Raises: RunError R303 if the folder is in use, R304 if it cannot be written.
        """
        try:
            run = start_run(Path(folder), self.config, self.recordings)
        except RunError as failure:
            if failure.code == IN_USE:
                failure.fix = f"fit.save({f'{folder}-2'!r})  # or another folder that is new"
            raise
        run.record_all(self.history)
        self.keep(run)
        return run.path

    @property
    @abstractmethod
    def reconstructed(self) -> bool:
        """Whether no verdict is `NOT RECONSTRUCTED`."""

    @abstractmethod
    def scores_as_json(self) -> dict[str, Any]:
        """The contents of `scores.json`."""

    @abstractmethod
    def keep(self, run: Run) -> None:
        """Write the model and its scores into the run folder `run`, and mark it as finished."""
