"""The job: train, choose, judge, and leave a run folder behind that proves it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np
from jaxtyping import Float

from attrax.core.errors import Interrupted
from attrax.core.result import Result
from attrax.core.scaling import Scaling
from attrax.data.scaling import fit_scaling, standardize
from attrax.data.series import Dataset
from attrax.measures import Verdict
from attrax.models.model import Model
from attrax.plots.figure import Figure
from attrax.runs import run_figures
from attrax.runs.build import build_plan, build_replicas, choose_scan, replica, replica_seeds
from attrax.runs.checkpoint import load_checkpoint, save_checkpoint
from attrax.runs.config import Config
from attrax.runs.console import Console, show_path
from attrax.runs.continuation import continue_source
from attrax.runs.evaluation import Evaluation, evaluate, scores_as_json, without_gaps
from attrax.runs.evidence import Evidence, gather_evidence
from attrax.runs.folder import Run
from attrax.runs.instability import divergence_notice, no_finite_loss, rollback_notice
from attrax.runs.interrupts import StopRequest, stop_requests
from attrax.runs.model_file import save_model
from attrax.runs.preparation import Recordings
from attrax.runs.selection import Selection, is_candidate, runner_up
from attrax.runs.tree_file import file_sha256
from attrax.train import fit
from attrax.train.fit import Failure, Progress
from attrax.train.state import TrainState


class Learned(NamedTuple):
    """What training left behind.

    Attributes:
        model: The model that was chosen.
        facts: Its seed, the step it was taken at, and how near its free run is to the training data.
        history: Means of loss and alpha over each chunk of updates, one value a restart.
    """

    model: Model
    facts: dict[str, Any]
    history: list[dict[str, Any]]


@dataclass(frozen=True)
class Reconstruction:
    """A trained model, and how true it is.

    Attributes:
        learned: The model that was chosen, where it comes from, and the training record.
        evaluation: Its scores on the test recording.
        config: All settings of the run.
        recordings: What it was trained on and judged by.
    """

    learned: Learned
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

        Returns: The kind of object that `source` is, as `attrax.data.continued` says: a DataFrame follows a DataFrame.
        Raises: DataError for a recording that cannot be used, or that has several series.
        """
        return continue_source(self.model, self.config, self.recordings.preparation.projection, source, n, inputs)

    @cached_property
    def evidence(self) -> Evidence:
        """The arrays that figures and reports are drawn from; made when first asked for."""
        return gather_evidence(self.model, self.evaluation, self.config.evaluate)

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
        # The one place that looks up the house: a method is where people seek it.
        from attrax.report.page import write_page
        from attrax.report.run_report import report_of

        return write_page(Path(path), report_of(self))

    def scores_as_json(self) -> dict[str, Any]:
        """The verdict and how the restarts compared, as they are kept in `scores.json`."""
        return {**scores_as_json(self.evaluation), "restarts": self.learned.facts["restarts"]}

    def save(self, folder: str | Path) -> Path:
        """Write a run folder with the model, the scores, the configuration and the training record.

        Raises:
            RunError: the folder is in use, or cannot be written.
        """
        run = open_run(Path(folder), self.config, self.recordings)
        for entry in self.history:
            run.record(entry["step"], {name: value for name, value in entry.items() if name != "step"})
        _finish(run, self)
        return run.path


def open_run(folder: Path, config: Config, recordings: Recordings) -> Run:
    """A new run folder that says what the recordings are and what was done to them.

    Raises:
        RunError: the folder is in use, or cannot be written.
    """
    run = Run.create(folder, config, data=recordings.hashes())
    run.save_data(recordings.preparation.as_json())
    return run


def reconstruct_recordings(
    config: Config, recordings: Recordings, console: Console, run: Run | None = None
) -> Reconstruction:
    """Train the model of a complete configuration on one part of a recording and judge it by the other.

    If `run` holds a checkpoint, training continues from it, bit for bit.

    Raises:
        Interrupted: somebody asked the run to stop; a checkpoint has been written if there is a run folder.
        RunError: every restart failed.
    """
    for part, sentences in recordings.preparation.done.items():
        for sentence in sentences:
            console.say("repaired", sentence if part == "recording" else f"{sentence} (test recording)")
    for notice in recordings.notices:
        console.say("note", notice)
    try:
        learned = learn(config, recordings.train, console, run)
        console.say("judging", "free runs on the test recording")
        with console.counted("judging") as count:
            evaluation = evaluate(
                learned.model,
                recordings.test,
                recordings.train,
                config.evaluate,
                doubts=recordings.preparation.doubts,
                seed=config.seed,
                progress=count,
            )
        console.say("restarts", runner_up(learned.facts))
        _tell_divergence(evaluation, config, console, run)
    except KeyboardInterrupt:
        raise Interrupted("stopped" + _resume_line(run)) from None
    result = Reconstruction(learned, evaluation, config, recordings)
    if run is not None:
        _finish(run, result)
    return result


def _tell_divergence(evaluation: Evaluation, config: Config, console: Console, run: Run | None) -> None:
    told = divergence_notice(evaluation.simulation, config, diverged=evaluation.diverged, runs=evaluation.runs)
    if told is not None:
        again = "fit again with" if run is None else f"attrax fit --config {show_path(run.path / 'config.toml')}"
        for label, text in zip(("note", "try"), (told[0], f"{again} {told[1]}"), strict=True):
            console.say(label, text)
            if run is not None:
                run.log(text)


def learn(config: Config, train: Dataset, console: Console, run: Run | None = None) -> Learned:
    """Train every restart of a complete configuration; the model whose free run is nearest to the data."""
    scaling = fit_scaling(train) if config.data.standardize else Scaling.identity(train[0].obs_dim)
    models, keys = build_replicas(config, train[0], scaling)
    gaps = any(series.mask is not None for series in train)
    scan, remark = choose_scan(config, gaps=gaps, obs_dim=train[0].obs_dim)
    plan = build_plan(config, scan)
    resume = _restore(run, TrainState.create(models, plan.loss))
    console.say("device", _device())
    if remark is not None:
        console.say("note", remark)
        if run is not None:
            run.log(remark)
    console.say("model", _describe(config, replica(models, 0)))
    selection = Selection(
        without_gaps(train.longest),
        np.asarray(replica_seeds(config)).tolist(),
        seed=config.seed,
        path=None if run is None else run.best_path,
    )
    with stop_requests() as stop:
        done = 0 if resume is None else int(resume.step)
        with console.progress("training", plan.updates, done) as move:
            keeper = _Keeper(config, console, run, stop, move, selection)
            trained = fit(models, standardize(train, scaling), plan, key=keys, callbacks=[keeper], resume=resume)
    if Result.INTERRUPTED in trained.result:
        raise _stopped(run, trained.state)
    if selection.model is None:
        if run is not None:
            run.set_status("failed")
        raise no_finite_loss(config, train, keeper.failures)
    model, facts = selection.best()
    console.say("chosen", f"seed {facts['seed']}, step {facts['step']:,}: its free run is nearest to the training data")
    return Learned(model, facts, keeper.history)


class _Keeper:
    """The callback between chunks: shows progress, keeps the record, writes checkpoints, passes on requests to stop."""

    def __init__(
        self,
        config: Config,
        console: Console,
        run: Run | None,
        stop: StopRequest,
        move: Callable[[int, str], None],
        selection: Selection,
    ):
        self.config, self.console, self.run, self.stop, self.move = config, console, run, stop, move
        self.selection = selection
        self.history = [] if run is None else run.history()
        self.failures: list[Failure] = []
        self.saved = time.monotonic()

    def __call__(self, progress: Progress) -> bool:
        step = int(progress.state.step)
        values = {name: [float(v) for v in value] for name, value in progress.record.items()}
        self.history.append({"step": step, **values})
        self.move(step, f"loss {np.nanmin(progress.record['loss'], initial=np.inf):.3g}")
        self._report(progress.failures)
        train = self.config.train
        if is_candidate(step, train.chunk, train.updates, train.candidates):
            usable = np.flatnonzero(~np.asarray(progress.state.stopped)).tolist()
            self.selection.consider(progress.state.model, step, usable)
        if self.run is not None:
            self.run.record(step, values)
            if time.monotonic() - self.saved >= self.config.train.checkpoint_seconds:
                _checkpoint(self.run, progress.state)
                self.saved = time.monotonic()
        return self.stop.made

    def _report(self, failures: Sequence[Failure]) -> None:
        self.failures += failures
        for failure in failures:
            message = rollback_notice(failure, self.config.seed + failure.replica, self.config)
            self.console.say("note", message)
            if self.run is not None:
                self.run.log(message)


def _restore(run: Run | None, like: TrainState) -> TrainState | None:
    if run is None:
        return None
    path = run.latest_checkpoint()
    if path is None:
        run.forget_after(0)
        return None
    state = load_checkpoint(path, like)
    run.forget_after(int(state.step))
    run.log(f"resumed at step {int(state.step)}")
    return state


def _checkpoint(run: Run, state: TrainState) -> None:
    save_checkpoint(run.checkpoint_path(int(state.step)), state)
    run.prune_checkpoints()


def _stopped(run: Run | None, state: TrainState) -> Interrupted:
    step = int(state.step)
    if run is not None:
        _checkpoint(run, state)
        run.set_status("interrupted", step=step)
    return Interrupted(f"stopped at step {step:,}" + _resume_line(run))


def _resume_line(run: Run | None) -> str:
    if run is None:
        return "; without a run folder nothing was kept (folder=... keeps it)"
    return f"; what was done is kept\nresume with:  attrax resume {show_path(run.path)}"


def _finish(run: Run, result: Reconstruction) -> None:
    save_model(result.model, run.model_path, result.learned.facts)
    run.save_scores(result.scores_as_json())
    result.evidence.save(run.path)
    run.set_status("finished", model_sha256=file_sha256(run.model_path), verdict=result.verdict.word.value)


def _device() -> str:
    device = jax.devices()[0]
    return f"{device.platform.upper()} ({device.device_kind})" if device.platform != "cpu" else "CPU"


def _describe(config: Config, model: Model) -> str:
    c, t = config.model, config.train
    size = sum(leaf.size for leaf in jax.tree.leaves(model) if hasattr(leaf, "size"))
    forcing = {
        "generalized": f"GTF alpha {t.alpha:g}",
        "adaptive": f"adaptive GTF ({t.estimator})",
        "sparse": f"sparse forcing every {t.tau} steps",
    }[t.forcing]
    return (
        f"{c.describe()}, {c.observation} observation, "
        f"{size:,} parameters; {forcing}; {t.restarts} restart{'s' if t.restarts > 1 else ''}"
    )
