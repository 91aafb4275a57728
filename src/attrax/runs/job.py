"""The job behind every fit: complete the settings, train, score, and write the run folder.

The command line, `attrax.fit`, studies and `attrax resume` all call `run_job` or `continue_job`. The scikit-learn
estimator and `attrax bench` call `learn_all`, which only trains, because they score models themselves.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from attrax.core.errors import Interrupted, RunError
from attrax.data.series import Dataset
from attrax.models.hierarchical_model import HierarchicalModel
from attrax.models.model import Model
from attrax.optimise import Callback
from attrax.reconstruct.judging.instability import divergence_notice
from attrax.reconstruct.judging.judged_rows import judged_share
from attrax.reconstruct.judging.run_scores import judge
from attrax.reconstruct.learning.learned import Learned
from attrax.reconstruct.learning.parts import NO_PARTS, Parts
from attrax.reconstruct.learning.selection import runner_up
from attrax.reconstruct.preparation.preparation import Recordings, completed, prepare
from attrax.reconstruct.preparation.recordings import load_recordings
from attrax.reconstruct.settings.configuration import Config
from attrax.runs.console import Console, show_path
from attrax.runs.folder import Run, start_run
from attrax.runs.folder_lock import locked
from attrax.runs.hierarchy import HierarchicalReconstruction, check_several, subject_path
from attrax.runs.machine_faults import told_as_errors
from attrax.runs.reconstruction import Reconstruction
from attrax.runs.sameness import check_unchanged_config, check_unchanged_data
from attrax.runs.settling import settle
from attrax.runs.training import learn, resume_line

QUIET = Console(quiet=True)


def learn_all(config: Config, recording: Dataset, parts: Parts = NO_PARTS) -> tuple[Config, Learned[Model], Recordings]:
    """Train on a recording without scoring the model, for callers that score it themselves.

    Training is the same as in `run_job`. With the setting `data.in_sample` every row is used for training.

    Args:
        config: The settings.
        recording: The recording, from `attrax.reading.load_raw`.
        parts: Objects that replace what the settings name.

    Returns: The complete configuration, the result of training, and the prepared recordings.
    """
    recordings = prepare(config, recording)
    config = settle(completed(config, recordings), recordings.train, QUIET, parts=parts)
    return config, learn(config, recordings.train, QUIET, parts=parts), recordings


@told_as_errors()
def run_job(
    config: Config,
    recordings: Recordings,
    *,
    folder: str | Path | None = None,
    console: Console = QUIET,
    callbacks: Sequence[Callback] = (),
    parts: Parts = NO_PARTS,
) -> Reconstruction | HierarchicalReconstruction:
    """Complete the configuration, train, score, and write a run folder if one is given.

    Args:
        config: The settings.
        recordings: The recordings, prepared with these settings.
        folder: The run folder. Nothing is written if not given.
        console: Where progress is shown.
        callbacks: Functions called after every chunk of updates. If one returns True, training ends.
        parts: Objects that replace what the settings name.

    Raises:
        Interrupted: Ctrl-C or a stop signal; a checkpoint has been written if there is a run folder.
        RunError: Every restart failed, or the folder is in use.
        ConfigError: C594 if a hierarchical model is to be trained on recordings of a single subject.
    """
    config = completed(config, recordings)
    if config.model.subject_dim:
        check_several(recordings.train)
    if folder is None:
        return _learn_and_judge(config, recordings, None, console, callbacks, parts)
    run = start_run(Path(folder), config, recordings)
    with locked(run.path):
        return _learn_and_judge(config, recordings, run, console, callbacks, parts)


@told_as_errors()
def continue_job(
    folder: str | Path,
    *,
    read: Callable[[Config], Recordings] = load_recordings,
    console: Console = QUIET,
    callbacks: Sequence[Callback] = (),
    parts: Parts = NO_PARTS,
) -> Reconstruction | HierarchicalReconstruction:
    """Continue a run from its last checkpoint. The result is the same as without the interruption.

    Args:
        folder: The run folder.
        read: A function that reads the recordings for the configuration of the run.
        console: Where progress is shown.
        callbacks: As in `run_job`.
        parts: As in `run_job`.

    Raises:
        RunError: R302 if there is no run, R307 if it has finished, R301 if the recording or the settings have changed
            since it was started, R319 if another process is writing it.
    """
    run = Run.open(Path(folder))
    check_unchanged_config(run)
    if run.finished:
        raise RunError(
            "R307",
            "the run has finished",
            where=str(run.path),
            why="there is nothing left to continue",
            fix=f"attrax evaluate {run.path}",
        )
    with locked(run.path):
        run.remove_leftovers()
        recordings = read(run.config)
        check_unchanged_data(run, recordings)
        run.set_status("running")
        return _learn_and_judge(run.config, recordings, run, console, callbacks, parts)


def _learn_and_judge(
    config: Config,
    recordings: Recordings,
    run: Run | None,
    console: Console,
    callbacks: Sequence[Callback],
    parts: Parts,
) -> Reconstruction | HierarchicalReconstruction:
    """Train, score and save. If `run` holds a checkpoint, training continues from it and gives the same bits."""
    _show_preparation(recordings, console)
    with _end_recorded(run):
        config = settle(config, recordings.train, console, run, parts)
        learned = learn(config, recordings.train, console, run, callbacks, parts)
        console.say("restarts", runner_up(learned.facts))
        judged = _judge_subjects if config.model.subject_dim else _judge_one
        result = judged(learned, config, recordings, run, console)
        if run is not None:
            result.keep(run)
    return result


@contextmanager
def _end_recorded(run: Run | None) -> Iterator[None]:
    """Write `interrupted` or `failed` into the run folder if the block ends so; explain failures of the machine."""
    try:
        with told_as_errors():
            yield
    except Interrupted:
        _record_end(run, "interrupted")
        raise
    except KeyboardInterrupt:
        _record_end(run, "interrupted")
        raise Interrupted("stopped" + resume_line(run)) from None
    except Exception as failure:
        _record_end(run, "failed", reason=str(failure))
        raise


def _record_end(run: Run | None, status: str, **facts: str) -> None:
    # On a full disk not even the status can be written; the run is then as if it had been killed.
    with suppress(OSError, RunError):
        if run is not None and run.info["status"] != status:
            run.set_status(status, **facts)


def _show_preparation(recordings: Recordings, console: Console) -> None:
    """Show the repairs of the recordings, and remarks on the quality of the data."""
    for part, sentences in recordings.preparation.done.items():
        for sentence in sentences:
            console.say("repaired", sentence if part == "recording" else f"{sentence} (test recording)")
    for notice in recordings.notices:
        console.say("note", notice)


def _judge_one(
    learned: Learned[Model], config: Config, recordings: Recordings, run: Run | None, console: Console
) -> Reconstruction:
    """Score the model on the test recording."""
    console.say("judging", f"free runs on {judged_share(recordings.test.longest)}the test recording")
    with console.counted("judging") as count:
        evaluation = judge(learned, config, recordings, progress=count)
    told = divergence_notice(evaluation.simulation, config, diverged=evaluation.diverged, runs=evaluation.runs)
    if told is not None:
        again = "fit again with" if run is None else f"attrax fit --config {show_path(run.path / 'config.toml')}"
        _show_and_log(run, console, "note", told[0])
        _show_and_log(run, console, "try", f"{again} {told[1]}")
    return Reconstruction(learned, config, recordings, None if run is None else run.path, judged=evaluation)


def _judge_subjects(
    learned: Learned[HierarchicalModel], config: Config, recordings: Recordings, run: Run | None, console: Console
) -> HierarchicalReconstruction:
    """Score the model of every subject that has test data."""
    names = recordings.train.subjects
    parts: dict[str, Reconstruction] = {}
    console.say("judging", f"free runs of {len(names)} subjects on their test recordings")
    with console.counted("judging") as count:
        for i, name in enumerate(names):
            own = recordings.of_subject(name)
            if len(own.test) == 0:
                console.say("note", f"{name} is not judged: its recording is too short to hold rows out for testing")
                continue
            restarts = {seed: model.subject(name) for seed, model in learned.restarts.items()}
            alone = Learned(learned.model.subject(name), learned.facts, learned.history, restarts)
            evaluation = judge(alone, config, own)
            place = None if run is None else subject_path(run.path, name)
            parts[name] = Reconstruction(alone, config.for_subject(name), own, place, judged=evaluation)
            count(i + 1, len(names))
    return HierarchicalReconstruction(learned, config, recordings, None if run is None else run.path, parts=parts)


def _show_and_log(run: Run | None, console: Console, label: str, text: str) -> None:
    console.say(label, text)
    if run is not None:
        run.log(text)
