"""Reconstruction: a trained model, how true it is, and everything one may ask of it."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.measures import Verdict
from attrax.models.model import Model
from attrax.plots.figure import Figure
from attrax.reconstruct import run_figures
from attrax.reconstruct.evidence import Evidence, gather_evidence
from attrax.reconstruct.forecasting.ensemble import Ensemble, calibration_rows, ensemble_of
from attrax.reconstruct.forecasting.filled_recording import USUAL_LEVEL, Filled, fill_recording, with_gaps
from attrax.reconstruct.forecasting.forecast import continue_source
from attrax.reconstruct.judging.evaluation import Evaluation, scores_as_json
from attrax.reconstruct.learning.learned import Learned
from attrax.reconstruct.preparation.preparation import Recordings
from attrax.reconstruct.preparation.recordings import source_as_trained
from attrax.reconstruct.settings.configuration import Config
from attrax.runs.evidence_file import save_evidence
from attrax.runs.folder import Run
from attrax.runs.model_file import save_model
from attrax.runs.page_file import write_page
from attrax.runs.tree_file import file_sha256


@dataclass(frozen=True)
class Reconstruction:
    """A trained model, and how true it is.

    Attributes:
        learned: The model that was chosen, where it comes from, and the training record.
        evaluation: Its scores on the test recording.
        config: All settings of the run.
        recordings: What it was trained on and judged by.
    """

    learned: Learned[Model]
    evaluation: Evaluation
    config: Config
    recordings: Recordings

    @property
    def model(self) -> Model:
        """The model that was chosen."""
        return self.learned.model

    @property
    def history(self) -> list[dict[str, Any]]:
        """The training record: means over each chunk of updates, one value a restart."""
        return self.learned.history

    @property
    def verdict(self) -> Verdict:
        """The table of scores and the word above it."""
        return self.evaluation.verdict

    def forecast(self, source: Any, n: int, *, inputs: Float[np.ndarray, "n input"] | None = None) -> Any:
        """What follows a recording, with its names and its time axis going on.

        Args:
            source: A recording as `attrax.load` takes it, of the channels the model was trained on. It is read and
                repaired as the training recording was.
            n: Number of steps.
            inputs: Future external inputs, for a model that is driven.

        Returns: The kind of object that `source` is, a DataFrame for a DataFrame.
        Raises: DataError for a recording that cannot be used, or that has several series.
        """
        return continue_source(self.model, self.config, self.recordings.preparation.projection, source, n, inputs)

    def fill(self, source: Any, *, level: float = USUAL_LEVEL) -> Filled:
        """A recording with its gaps filled by what the model expects of the missing values, given all observed ones.

        Args:
            source: A recording as `attrax.load` takes it, of the channels the model was trained on; one series.
            level: Share of the missing values that the intervals shall hold.

        Raises: DataError for a recording that cannot be used, or that has several series; ConfigError C604 for a model
            of counts, levels or labels.
        """
        dataset = source_as_trained(with_gaps(self.config), self.recordings.preparation.projection, source)
        return fill_recording(self.model, self.config, dataset, level=level)

    def ensemble(self, level: float = 0.9) -> Ensemble:
        """All restarts as one forecaster, whose intervals hold so many of the values that come.

        They are calibrated on the validation part, if `train.validation_fraction` has kept one, and else on rows that
        the members were trained on, which makes them too narrow where a model has learned its data by heart.

        Args:
            level: Share of the values that the intervals shall hold.

        Raises: ConfigError C583 for a run with a single restart, C584 for too short a recording.
        """
        judges = calibration_rows(self.config, self.recordings.train)
        return ensemble_of(self.learned.restarts, self.learned.facts["restarts"], judges, level)

    @cached_property
    def evidence(self) -> Evidence:
        """The arrays that figures and reports are drawn from; made when first asked for."""
        return gather_evidence(self.model, self.evaluation, self.config, self.recordings.train)

    def plot_attractor(self) -> Figure:
        """Test data and free run in one state space; notebooks show it, `attrax.plots` draws it anywhere."""
        return run_figures.attractor(self.evidence)

    def plot_spectra(self) -> Figure:
        """Power spectra of test data and free run."""
        return run_figures.spectra(self.evidence)

    def plot_distributions(self) -> Figure:
        """How often test data and free run take each value."""
        return run_figures.distributions(self.evidence)

    def plot_return_map(self) -> Figure:
        """Each maximum against the next, of test data and free run."""
        return run_figures.return_map(self.evidence)

    def plot_free_run(self) -> Figure:
        """Test data and free run over time."""
        return run_figures.free_run(self.evidence)

    def plot_forecast(self) -> Figure:
        """Forecasts from a few moments of the test data, beside what came."""
        return run_figures.forecasts(self.evidence)

    def plot_training(self) -> Figure:
        """Loss and forcing strength over the updates, a line a restart."""
        return run_figures.training(self.history, self.config, self.learned.facts)

    def report(self, path: str | Path = "report.html") -> Path:
        """Write the report of this reconstruction: one HTML page that opens offline.

        Args:
            path: The file.

        Returns: The file.
        Raises: RunError R304 if it cannot be written.
        """
        # Through the front door, as a user would: pages are made above runs, but people look for them here.
        import attrax

        return write_page(Path(path), attrax.report.report_of(self))

    def scores_as_json(self) -> dict[str, Any]:
        """The verdict and how the restarts compared, as they are kept in `scores.json`."""
        return {**scores_as_json(self.evaluation), "restarts": self.learned.facts["restarts"]}

    def save(self, folder: str | Path) -> Path:
        """Write a run folder with the model, the scores, the configuration and the training record.

        Raises:
            RunError: the folder is in use, or cannot be written.
        """
        run = open_run(Path(folder), self.config, self.recordings)
        record_history(run, self.history)
        self.keep(run)
        return run.path

    def keep(self, run: Run) -> None:
        """Write the model, its scores and what figures are drawn from into `run`, which is finished then."""
        save_model(self.model, run.model_path, self.learned.facts)
        several = self.learned.restarts if len(self.learned.restarts) > 1 else {}
        for seed, model in several.items():
            save_model(model, run.restart_path(seed), self.learned.facts["restarts"][str(seed)])
        run.save_scores(self.scores_as_json())
        save_evidence(self.evidence, run.path)
        run.set_status("finished", model_sha256=file_sha256(run.model_path), verdict=self.verdict.outcome.value)


def open_run(folder: Path, config: Config, recordings: Recordings) -> Run:
    """A new run folder that says what the recordings are and what was done to them.

    Raises:
        RunError: the folder is in use, or cannot be written.
    """
    run = Run.create(folder, config, data=recordings.hashes())
    run.save_data(recordings.preparation.as_json())
    return run


def record_history(run: Run, history: list[dict[str, Any]]) -> None:
    """Write a training record into a run folder."""
    for entry in history:
        run.record(entry["step"], {name: value for name, value in entry.items() if name != "step"})
