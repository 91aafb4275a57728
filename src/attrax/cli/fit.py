"""`attrax fit`: learns a model of a recording and scores it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attrax.cli.fit_options import (
    Alpha,
    Budget,
    Clip,
    Dynamics,
    Estimator,
    Forcing,
    Hidden,
    Hierarchical,
    Kinds,
    Latent,
    LearningRate,
    Observation,
    Restarts,
    Tau,
    Updates,
    Window,
)
from attrax.cli.grouped_help import JUDGING, MODEL, OUTPUT, RECORDING, TRAINING, under_headings
from attrax.cli.option_flags import NOTHING, Options, with_options
from attrax.cli.options import RUNS, Components, Json, Quiet, assign, given, kinds_of, words
from attrax.data.repair.repair_options import RepairOptions
from attrax.reading.read_options import ReadOptions
from attrax.registries import PRESETS

if TYPE_CHECKING:
    from attrax.reconstruct.settings.configuration import Config


@under_headings(
    {
        RECORDING: "pca phases lags embed steps noise",
        MODEL: "dynamics latent hidden observation kinds hierarchical",
        TRAINING: (
            "preset config seed forcing alpha estimator tau window budget updates restarts learning_rate clip set_"
        ),
        JUDGING: "test force",
        OUTPUT: "out report",
    }
)
@with_options(ReadOptions, RepairOptions)
def fit(
    source: Annotated[
        list[str] | None,
        typer.Argument(
            help="Files or a glob (.csv .npy .parquet .nc .h5 ...), or a system such as lorenz63.", show_default=False
        ),
    ] = None,
    test: Annotated[
        list[str] | None, typer.Option(help="File with a separate test recording. Default: the last fifth of the rows.")
    ] = None,
    preset: Annotated[str, typer.Option(help=f"{kinds_of(PRESETS)} Default: auto.")] = "",
    config: Annotated[Path | None, typer.Option(help="TOML file with settings, such as a run's config.toml.")] = None,
    seed: Annotated[
        int | None,
        typer.Option(help="Random seed; the same seed gives the same model. Restarts use the next seeds. Default: 0."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Run folder. Default: a new one in ./runs.")] = None,
    options: Options = NOTHING,
    pca: Components = None,
    phases: Annotated[
        str | None,
        typer.Option(
            help="Clocks, drives and angles among the channels: auto, none, or theta=angle:360,t=clock:3,force=wave. "
            "Default: auto."
        ),
    ] = None,
    force: Annotated[bool | None, typer.Option("--force", help="Train even if the recording is too short.")] = None,
    lags: Annotated[str | None, typer.Option(help="Delay embedding: forward lags in steps, e.g. 0,20,68.")] = None,
    embed: Annotated[
        str | None,
        typer.Option(help="auto: choose the lags from the data, where channels are no state; none. Default: auto."),
    ] = None,
    steps: Annotated[int | None, typer.Option(help="Rows of a built-in system. Default: 100000.")] = None,
    noise: Annotated[
        float | None, typer.Option(help="Observation noise of a built-in system, 0.05 = 5 %. Default: 0.05.")
    ] = None,
    dynamics: Dynamics = None,
    latent: Latent = None,
    hidden: Hidden = None,
    observation: Observation = None,
    kinds: Kinds = None,
    hierarchical: Hierarchical = None,
    forcing: Forcing = None,
    alpha: Alpha = None,
    estimator: Estimator = None,
    tau: Tau = None,
    window: Window = None,
    budget: Budget = None,
    updates: Updates = None,
    restarts: Restarts = None,
    learning_rate: LearningRate = None,
    clip: Clip = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="Any other setting, e.g. train.batch_size=32. Repeatable.")
    ] = None,
    report: Annotated[
        bool, typer.Option(help="Write report.html and figures/. Default: they are written.", show_default=False)
    ] = True,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Train a model of a recording, and compare its free runs with held-out data."""
    from attrax.reconstruct.settings.configuration import configure

    settings = {
        **given(seed=seed),
        "tune": given(budget=budget),
        "data": options
        | given(
            source=source,
            test=test,
            phases=words(phases),
            pca=pca,
            force=force,
            lags=words(lags),
            embed=embed,
            steps=steps,
            noise=noise,
        ),
        "model": given(
            dynamics=given(kind=dynamics, hidden_dim=hidden),
            latent_dim=latent,
            observation=given(kind=observation),
            kinds=words(kinds),
            subject_dim=hierarchical,
        ),
        "train": given(forcing=given(kind=forcing, alpha=alpha, estimator=estimator, tau=tau))
        | given(window=window, updates=updates, restarts=restarts, learning_rate=learning_rate, clip=clip),
    }
    assign(settings, set_ or [])
    start(configure(preset, config, settings), out, quiet=quiet, json=json, report=report)


def start(config: "Config", out: Path | None, *, quiet: bool, json: bool, report: bool = True) -> None:
    """Load the recordings of a configuration, train and score in a new run folder, and show the outcome."""
    from attrax.reconstruct.preparation.recordings import load_recordings

    if not config.data.source:
        raise typer.BadParameter("give a file or the name of a built-in system, for example: attrax fit lorenz63")
    recordings = load_recordings(config)

    # From here on the data are good, and the heavy imports are worth their time.
    from attrax.cli.outcome import show_outcome
    from attrax.runs.console import Console, show_path
    from attrax.runs.folder import new_run_path
    from attrax.runs.job import run_job

    console = Console(quiet=quiet)
    folder = out or new_run_path(RUNS, recordings.train.name, config)
    console.say("run", f"{show_path(folder)}   seed {config.seed}   preset {config.preset}")
    show_outcome(run_job(config, recordings, folder=folder, console=console), folder, console, json=json, report=report)
