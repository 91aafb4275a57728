"""Trains the models of a run: shows progress, writes the history and checkpoints, and stops on Ctrl-C."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np

from attrax.core.errors import Interrupted
from attrax.core.number_text import number_text
from attrax.data.clock.durations import about
from attrax.data.series import Dataset
from attrax.models.size import number_of_parameters
from attrax.optimise import Callback, Failure, Progress, TrainState
from attrax.reconstruct.judging.answers import noise_text
from attrax.reconstruct.judging.instability import no_finite_loss, rollback_notice
from attrax.reconstruct.learning.build import build_training, replica, replica_seeds
from attrax.reconstruct.learning.learned import Learned
from attrax.reconstruct.learning.model_store import AbstractModelStore, NoStore
from attrax.reconstruct.learning.noise_estimate import noise_allowed, with_noise
from attrax.reconstruct.learning.parts import NO_PARTS, Parts
from attrax.reconstruct.learning.selection import CandidateSchedule, Selection, nearness_to
from attrax.reconstruct.learning.stages import FILLING, FillingStopped, Stages
from attrax.reconstruct.settings.configuration import Config
from attrax.reconstruct.settings.cost import expected_seconds
from attrax.runs.checkpoint import restore, save_checkpoint
from attrax.runs.console import Console, show_path
from attrax.runs.folder import Run
from attrax.runs.interrupts import StopRequest, stop_requests
from attrax.runs.model_file import ModelFolder


def learn(
    config: Config,
    train: Dataset,
    console: Console,
    run: Run | None = None,
    callbacks: Sequence[Callback] = (),
    parts: Parts = NO_PARTS,
) -> Learned[Any]:
    """Train all restarts of a configuration and choose the model whose free runs are nearest to the training data.

    With `model.subject_dim` the model is hierarchical, and the mean distance over subjects decides.

    Args:
        config: The complete configuration.
        train: The training recordings.
        console: Where progress is shown.
        run: The run folder for history and checkpoints. If it holds a checkpoint, training continues from it.
        callbacks: Functions called after every chunk of updates. If one returns True, training ends.
        parts: Objects that replace what the settings name.

    Returns: The chosen model, its seed and step, the training history, and the best model of every restart.

    Raises:
        Interrupted: Ctrl-C or a stop signal; a checkpoint has been written if there is a run folder.
        RunError: Every restart failed.
    """
    training = build_training(config, train, replica_seeds(config), parts)
    plan, remark = training.plan, training.remark
    store = NoStore() if run is None else ModelFolder(run.checkpoints)
    resume = None if run is None else _restore(run, training.start, store, console)
    console.say("device", _device())
    if remark is not None:
        console.say("note", remark)
        if run is not None:
            run.log(remark)
    console.say("model", _describe(config, replica(training.models, 0)))
    console.say(
        "plan", f"{plan.updates:,} updates of each restart; with judging about {about(expected_seconds(config))}"
    )
    nearness = nearness_to(training.judges, config)
    selection = Selection(nearness, replica_seeds(config), CandidateSchedule(config.train), store)
    done = 0 if resume is None else int(resume.step)
    with stop_requests() as stop, console.progress("training", plan.updates, done) as move:
        recorder, user_callbacks = (
            _TrainingRecorder(config, console, run, stop, move, selection),
            _UserCallbacks(callbacks, selection),
        )
        if not selection.settled(done):

            def watch(step: int, passed: int, total: int) -> bool:
                move(step, f"filling gaps, {passed} of {total}")
                return stop.made

            try:
                trained = Stages(training, config, nearness, console.say, watch, store).train(
                    [recorder, user_callbacks], resume
                )
            except FillingStopped as stopped:
                raise _stopped(run, stopped.state, selection) from None
            done = int(trained.state.step)
            if stop.made and done < plan.updates:
                raise _stopped(run, trained.state, selection)
    if user_callbacks.ended:
        console.say("ended", f"by a callback; step {done:,} is the last")
    elif done < plan.updates:
        console.say(
            "settled", f"no restart has improved in {config.train.patience} candidates; step {done:,} is the last"
        )
    best = selection.best()
    if best is None:
        if run is not None:
            run.set_status("failed")
        raise no_finite_loss(config, train, recorder.failures)
    learned = Learned(*best, recorder.history, selection.models)
    if noise_allowed(config):
        with console.counted("noise") as count:
            learned = with_noise(learned, train, config, nearness, count)
    facts = learned.facts
    console.say(
        "chosen", f"seed {facts['seed']}, step {facts['step']:,}: its free runs are nearest to the training data"
    )
    if learned.facts.get("noise_share"):
        console.say("noise", f"free runs get dynamical noise: {noise_text(facts['noise_share'], facts['noise_size'])}")
    return learned


class _TrainingRecorder:
    """Callback after each chunk: shows progress, writes history and checkpoints, and returns True to stop."""

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
        self.move(step, f"loss {number_text(np.nanmin(progress.record['loss'], initial=np.inf))}")
        self._report(progress.failures)
        self.selection.consider(progress.state.model, step, usable(progress.state))
        if self.run is not None:
            self.run.record(step, values)
            if time.monotonic() - self.saved >= self.config.train.checkpoint_seconds:
                _checkpoint(self.run, progress.state, self.selection)
                self.saved = time.monotonic()
        return self.stop.made or self.selection.settled(step)

    def _report(self, failures: Sequence[Failure]) -> None:
        self.failures += failures
        for failure in failures:
            message = rollback_notice(failure, self.config.seed + failure.replica, self.config)
            self.console.say("note", message)
            if self.run is not None:
                self.run.log(message)


class _UserCallbacks:
    """The callbacks of the user. If one of them ends training, the current models also become candidates."""

    def __init__(self, callbacks: Sequence[Callback], selection: Selection):
        self.callbacks, self.selection, self.ended = callbacks, selection, False
        self.steps = sorted({step for callback in callbacks for step in getattr(callback, "steps", ())})

    def __call__(self, progress: Progress) -> bool:
        answers = [callback(progress) for callback in self.callbacks]
        self.ended = any(answers)
        if self.ended:
            state = progress.state
            self.selection.compare(state.model, int(state.step), usable(state))
        return self.ended


def usable(state: TrainState) -> list[int]:
    """Indices of the restarts that are still trained; a restart stops after too many rollbacks."""
    return np.flatnonzero(~np.asarray(state.stopped)).tolist()


def _restore(run: Run, like: TrainState, store: AbstractModelStore, console: Console) -> TrainState | None:
    def tell(sentence: str) -> None:
        console.say("note", sentence)
        run.log(sentence)

    state = restore(run, like, store, tell)
    step = 0 if state is None else int(state.step)
    run.forget_after(step)
    if state is not None:
        run.log(f"resumed at step {step}")
    return state


def _checkpoint(run: Run, state: TrainState, selection: Selection) -> None:
    fillings = {name: 0 for name in ModelFolder(run.checkpoints).names() if name.startswith(FILLING)}
    save_checkpoint(run.checkpoint_path(int(state.step)), state, selection.steps | fillings)
    run.prune_checkpoints()


def _stopped(run: Run | None, state: TrainState, selection: Selection) -> Interrupted:
    step = int(state.step)
    if run is not None:
        _checkpoint(run, state, selection)
        run.set_status("interrupted", step=step)
    return Interrupted(f"stopped at step {step:,}" + resume_line(run))


def resume_line(run: Run | None) -> str:
    """How to continue after a stop, as the end of a sentence."""
    if run is None:
        return "; nothing was saved, because there is no run folder (give one with folder=...)"
    return f"; the last checkpoint is kept\nresume with:  attrax resume {show_path(run.path)}"


def _device() -> str:
    device = jax.devices()[0]
    return f"{device.platform.upper()} ({device.device_kind})" if device.platform != "cpu" else "CPU"


def _describe(config: Config, model: Any) -> str:
    c, t = config.model, config.train
    mixed = f"{c.subject_dim} networks mixed by {len(model.subjects)} subjects: " if c.subject_dim else ""
    return (
        f"{mixed}{c.describe()}, {c.observation.spec.title} observation, "
        f"{number_of_parameters(model):,} parameters; {t.told}; {t.restarts} restart{'s' if t.restarts > 1 else ''}"
    )
