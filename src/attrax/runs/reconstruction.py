"""`Reconstruction`: a trained model with its scores, forecasts, figures and report; the result of `attrax.fit`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MethodType, ModuleType
from typing import TYPE_CHECKING, Any

from attrax.core.errors import AttraxError
from attrax.core.html_text import paragraph
from attrax.core.python_advice import python_caller
from attrax.core.whole_numbers import whole_number
from attrax.data.embedding.projection import Projection
from attrax.data.series import Dataset
from attrax.measures import Outcome, Verdict
from attrax.models.model import Model
from attrax.plots.figure import Figure, warned
from attrax.reading.continued import continued, refilled
from attrax.reading.load import load_raw
from attrax.reconstruct import run_figures
from attrax.reconstruct.evidence import Evidence, gather_evidence
from attrax.reconstruct.forecasting.ensemble import Ensemble, calibration_rows, ensemble_of
from attrax.reconstruct.forecasting.filled_recording import (
    USUAL_LEVEL,
    Filled,
    check_settings,
    fill_recording,
    keeping_gaps,
)
from attrax.reconstruct.forecasting.forecast import (
    LONG_RUN,
    continue_recording,
    continue_with_interval,
    run_freely,
)
from attrax.reconstruct.forecasting.forecast_start import USUAL_START, check_start
from attrax.reconstruct.forecasting.future_inputs import inputs_ahead
from attrax.reconstruct.judging.answers import outcome_warning
from attrax.reconstruct.judging.evaluation import Evaluation, scores_as_json
from attrax.reconstruct.judging.run_scores import judge
from attrax.reconstruct.kept_evaluation import evaluation_of
from attrax.reconstruct.learning.filling import Progress
from attrax.reconstruct.preparation.preparation import judged_by
from attrax.reconstruct.preparation.recordings import one_series, reading_of, source_as_trained
from attrax.runs.abstract_reconstruction import AbstractReconstruction
from attrax.runs.evidence_file import has_evidence, open_evidence, save_evidence
from attrax.runs.fit_arguments import READING_ADVICE, SWITCHES
from attrax.runs.folder import Run
from attrax.runs.json_file import damaged_file
from attrax.runs.model_file import save_model
from attrax.runs.page_file import write_page
from attrax.runs.tree_file import MALFORMED, file_sha256

if TYPE_CHECKING:
    from attrax.runs.analysis import Analysis
    from attrax.runs.explanation import Explanation


@dataclass(frozen=True, eq=False)
class Reconstruction(AbstractReconstruction[Model]):
    """A trained model of one system, with its scores: the result of `attrax.fit` and `attrax.open_run`.

    Attributes:
        judged: Scores on the test recording; None for an opened run, which reads them when they are needed.

    Example: after `fit = attrax.fit("ecg.csv")`, see `fit.verdict`, `fit.analyze()` and `fit.forecast(500)`.
    """

    judged: Evaluation | None = None

    def __repr__(self) -> str:
        return f"{self._title}\n{self.verdict}"

    def _repr_html_(self) -> str:
        """What a notebook shows: the model, the verdict, the answers to the first questions of a user, the scores."""
        return paragraph(self._title) + self.verdict._repr_html_()

    @property
    def _title(self) -> str:
        facts = self.learned.facts
        chosen = f"; seed {facts['seed']}, step {facts['step']:,}" if {"seed", "step"} <= facts.keys() else ""
        return f"Reconstruction of {self.name}: {self.config.model.describe()}{chosen}"

    @cached_property
    def evaluation(self) -> Evaluation:
        """The scores on the test recording, each with its floor (data against data) and its linear null model."""
        if self.judged is not None:
            return self.judged
        scores = None if self.folder is None else Run.open(self.folder).scores()
        if scores is None or "free_runs" not in scores or not self._keeps_evidence:
            return judge(self.learned, self.config, self.recordings)
        try:
            return evaluation_of(scores, self.evidence)
        except MALFORMED as failure:
            if isinstance(failure, AttraxError):
                raise
            raise damaged_file(f"{self.folder}/scores.json", repr(failure)) from None

    @property
    def verdict(self) -> Verdict:
        """The table of scores and the outcome, for example `RECONSTRUCTED`, with the reasons for it."""
        return self.evaluation.verdict

    @property
    def outcome(self) -> str:
        """The word of the verdict. An opened run reads it from its folder; empty if it was not judged."""
        if self.judged is not None or self.folder is None:
            return self.verdict.outcome.value
        return (Run.open(self.folder).scores() or {}).get("verdict", "")

    @property
    def warning(self) -> str:
        """The warning above everything that shows a model that is not RECONSTRUCTED; empty for other models."""
        return outcome_warning(self.outcome) if self.outcome else ""

    @property
    def reconstructed(self) -> bool:
        """Whether the verdict is not `NOT RECONSTRUCTED`."""
        return self.verdict.outcome is not Outcome.NOT_RECONSTRUCTED

    @python_caller(READING_ADVICE, SWITCHES)
    def evaluate(self, data: Any = None, *, progress: Callable[[int, int], None] | None = None) -> Evaluation:
        """Score the model again, on its own test recording or on another one.

        Args:
            data: A recording that was not used for training, in any form that `attrax.load` reads. It is repaired in
                the same way as the training recording. The test recording of the run if not given.
            progress: Function called with the number of steps done and their total.

        Raises: DataError for a recording that cannot be used, such as the training recording itself (D116).
        """
        recordings = self.recordings
        if data is not None:
            recordings = judged_by(self.config, recordings, load_raw(data, reading_of(self.config.data, data)))
        return judge(self.learned, self.config, recordings, progress=progress)

    @property
    def analyze(self) -> "Callable[..., Analysis]":
        """Lyapunov exponents, fixed points, cycles, regions and attractors of the model, in units of the recording.

        This is `attrax.analyze` as a method: `fit.analyze(order=6)` is `attrax.analyze(fit, order=6)`.
        """
        return MethodType(_front_door().analyze, self)

    @property
    def explain(self) -> "Callable[..., Explanation]":
        """Which channels and past rows a forecast rests on: `fit.explain(row=99)` is `attrax.explain(fit, row=99)`."""
        return MethodType(_front_door().explain, self)

    def as_seen(self, data: Any = None) -> Dataset:
        """A recording prepared for the model: repaired, projected and embedded like the training recording.

        Args:
            data: The recording, in any form that `attrax.load` reads. The recording of the run, with all its rows, if
                not given.
        """
        return (
            self.recordings.whole
            if data is None
            else source_as_trained(self.config, self._projection, data, self.model.channels, self.recorded_inputs)
        )

    @python_caller(READING_ADVICE, SWITCHES)
    def forecast(
        self, n: int, data: Any = None, *, inputs: Any = None, interval: float | None = None, start: str = USUAL_START
    ) -> Any:
        """Forecast the rows that follow the last row of a recording.

        Args:
            n: Number of steps.
            data: A recording with the channels of the training recording, in any form that `attrax.load` reads. It is
                repaired in the same way. The recording of the run if not given.
            inputs: Future external inputs, if the model has inputs: an array with one row for each step, or a frame or
                a file with a column for each input. Of one with a clock, the rows after the recording are taken.
            interval: Share of future values that prediction intervals are to contain, such as 0.9: all restarts then
                forecast together, and each channel `x` is followed by the ends of its intervals, `x_low` and `x_high`.
                None for the forecast of the chosen model alone.
            start: How the latent state of the last row is found. `last-row` takes it from that row; `inferred` infers
                it from the last 20 rows, which averages observation noise and finds hidden states. Not with `interval`.

        Returns: An object of the same type as `data` (a DataFrame for a DataFrame), with its column names and its time
            axis continued. Without `data`, an object like the one that `attrax.fit` was given. For a NetCDF file or a
            Zarr store, a `Dataset` of xarray with its coordinates; for any other file and for an array, a `Series`.
        Raises: DataError for a recording that cannot be used, or that has several series; ConfigError C583 or C584 if
            intervals cannot be calibrated, as `ensemble`; C531 if `n` is no whole number; C651 for intervals with
            another start; C650 if no state can be inferred.
        """
        n = whole_number(n, "n")
        recording = one_series(self.as_seen(data), "[fit.forecast(n, series) for series in recordings]")
        if inputs is not None:
            inputs = inputs_ahead(self.config, recording, n, inputs)
        check_start(start, interval)
        if interval is None:
            found = continue_recording(self.model, self.config, recording, n, inputs=inputs, start=start)
        else:
            found = continue_with_interval(self.ensemble(interval), self.config, recording, n, inputs=inputs)
        return continued(self.source if data is None else data, found.recording, found.simulation.x, self.config.data)

    @python_caller(READING_ADVICE, SWITCHES)
    def simulate(self, n: int = LONG_RUN, *, inputs: Any = None, seed: int = 0) -> Any:
        """Run the model freely, without data, from a random row of its training recording.

        Args:
            n: Number of steps.
            inputs: External inputs of these steps, as in `forecast`, if the model has inputs.
            seed: Seed of the random row, and of the dynamical noise if the model has some.

        Returns: As `forecast` without `data`: the rows after that row, in the units and with the trends of the
            recording; NaN after a divergence.
        Raises: DataError D122 if the model has inputs and none are given; ConfigError C531 if `n` is no whole number.
        Cost: As `forecast`: about 0.1 s for 10,000 steps.
        """
        n, recording = whole_number(n, "n"), self.recordings.train.longest
        found = run_freely(self.model, self.config, recording, n, seed=seed, future=inputs)
        return continued(self.source, found.recording[: found.row + 1], found.simulation.x, self.config.data)

    @python_caller(READING_ADVICE, SWITCHES)
    def fill(self, data: Any, *, level: float = USUAL_LEVEL, progress: Progress = lambda *_: None) -> Filled:
        """Fill the gaps of a recording with the expected values of the model, given all observed values.

        Args:
            data: A recording of one series with the channels of the training recording, as `attrax.load` takes it.
            level: Share of the missing values that the intervals are to contain, between 0.5 and 1.
            progress: Function called with the number of steps done and their total.

        Raises: DataError for a recording that cannot be used, or that has several series; ConfigError C604 for a model
            of counts, ordered levels or categories.
        """
        check_settings(self.config, level)
        gappy, projection = keeping_gaps(self.config), self._projection
        channels = self.model.channels if projection is None else projection.channels
        dataset = source_as_trained(gappy, None, data, channels, self.recorded_inputs)
        filled = fill_recording(self.model, self.config, dataset, projection=projection, level=level, progress=progress)
        return replace(filled, data=refilled(data, filled.recording, filled.x, gappy.data))

    def ensemble(self, level: float = 0.9) -> Ensemble:
        """All restarts as one forecaster with prediction intervals.

        The intervals are calibrated on the validation data if `train.validation_fraction` sets some aside. Otherwise
        they are calibrated on training data, which makes them too narrow if the models overfit.

        Args:
            level: Share of future values that the intervals are to contain.

        Raises: ConfigError C583 for a run with a single restart, C584 for too short a recording.
        """
        judges = calibration_rows(self.config, self.recordings.train)
        return ensemble_of(self.learned.restarts, self.learned.facts["restarts"], judges, level)

    @cached_property
    def evidence(self) -> Evidence:
        """The arrays that figures and reports are drawn from: read from the run folder, or computed on first use."""
        if self.folder is not None and self._keeps_evidence:
            return open_evidence(self.folder)
        return gather_evidence(self.model, self.evaluation, self.config, self.recordings.train, self.recordings.test)

    def plot_attractor(self) -> Figure:
        """Test data and free run in one state space. Notebooks show the figure; `attrax.plots` writes it to files."""
        return self._warned(run_figures.attractor(self.evidence))

    def plot_spectra(self) -> Figure:
        """Power spectra of test data and free run."""
        return self._warned(run_figures.spectra(self.evidence))

    def plot_distributions(self) -> Figure:
        """Distributions of the values of test data and free run."""
        return self._warned(run_figures.distributions(self.evidence))

    def plot_return_map(self) -> Figure:
        """Return map of test data and free run: each maximum against the one before it."""
        return self._warned(run_figures.return_map(self.evidence))

    def plot_free_run(self) -> Figure:
        """Test data and free run over time."""
        return self._warned(run_figures.free_run(self.evidence))

    def plot_forecast(self) -> Figure:
        """Forecasts from a few times in the test data, together with the true continuations."""
        return self._warned(run_figures.forecasts(self.evidence))

    def plot_components(self) -> Figure | None:
        """Maps of the principal components of a field, with `--pca`; None if the channels are no places of one."""
        known = self.recordings
        projection = known.preparation.projection
        return None if projection is None else run_figures.components(projection, known.train[0].channel_units)

    def plot_training(self) -> Figure:
        """Loss and forcing strength over the updates, one line for each restart."""
        return run_figures.training(self.history, self.config, self.learned.facts)

    def report(self, path: str | Path = "report.html") -> Path:
        """Write the report of this fit: one HTML page that needs no internet connection.

        Args:
            path: The file.

        Returns: The file.
        Raises: RunError R304 if it cannot be written.
        """
        return write_page(Path(path), _front_door().report.report_of(self))

    def scores_as_json(self) -> dict[str, Any]:
        """The scores, the verdict and the comparison of restarts, as they are written to `scores.json`."""
        return {**scores_as_json(self.evaluation), "restarts": self.learned.facts.get("restarts", {})}

    def keep(self, run: Run) -> None:
        """Write the model, its scores and the arrays of its figures into `run`, and mark it as finished."""
        save_model(self.model, run.model_path, self.learned.facts)
        several = self.learned.restarts if len(self.learned.restarts) > 1 else {}
        for seed, model in several.items():
            save_model(model, run.restart_path(seed), self.learned.facts["restarts"][str(seed)])
        run.save_scores(self.scores_as_json())
        save_evidence(self.evidence, run.path)
        run.finish(model_sha256=file_sha256(run.model_path), verdict=self.verdict.outcome.value)

    def _warned(self, figure: Figure) -> Figure:
        """The figure with a warning above it, if the model is not RECONSTRUCTED."""
        return warned(figure, self.warning)

    @property
    def _projection(self) -> Projection | None:
        """The projection to principal components; None without one, and then no recording has to be read."""
        return self.recordings.preparation.projection if self.config.data.pca else None

    @property
    def _keeps_evidence(self) -> bool:
        return self.folder is not None and has_evidence(self.folder)


def _front_door() -> ModuleType:
    """The package `attrax`, with its public names.

    Analysis, explanation and report of a fit are in modules that import this one, so they are found by these names.
    """
    import attrax

    return attrax
