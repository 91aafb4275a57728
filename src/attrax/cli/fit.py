"""`attrax fit`: learns a model of a recording and scores it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attrax.cli.option_flags import NOTHING, Options, with_options
from attrax.cli.options import Components, Json, Quiet, assign, given, kinds_of, words
from attrax.data.reading.read_options import ReadOptions
from attrax.data.repair.repair_options import RepairOptions
from attrax.registries import DYNAMICS, ESTIMATORS, FORCINGS, OBSERVATIONS, PRESETS

if TYPE_CHECKING:
    from attrax.reconstruct.settings.configuration import Config


@with_options(ReadOptions, RepairOptions)
def fit(
    source: Annotated[
        list[str] | None,
        typer.Argument(
            help="Files or a glob (.csv .npy .parquet .nc .h5 ...), or a system such as lorenz63.", show_default=False
        ),
    ] = None,
    test: Annotated[list[str] | None, typer.Option(help="File with a separate test recording.")] = None,
    preset: Annotated[str, typer.Option(help=kinds_of(PRESETS))] = "",
    config: Annotated[Path | None, typer.Option(help="TOML file with settings, such as a run's config.toml.")] = None,
    seed: Annotated[
        int | None, typer.Option(help="Random seed; the same seed gives the same model. Restarts use the next seeds.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Run folder; default: a new one in ./runs.")] = None,
    options: Options = NOTHING,
    pca: Components = None,
    phases: Annotated[
        str | None,
        typer.Option(
            help="Clocks, drives and angles among the channels: auto, none, or theta=angle:360,t=clock:3,force=wave."
        ),
    ] = None,
    force: Annotated[bool | None, typer.Option("--force", help="Train even if the recording is too short.")] = None,
    lags: Annotated[str | None, typer.Option(help="Delay embedding: forward lags in steps, e.g. 0,20,68.")] = None,
    embed: Annotated[
        str | None, typer.Option(help="auto: choose the lags from the data, where channels are no state; none.")
    ] = None,
    steps: Annotated[int | None, typer.Option(help="Rows of a built-in system.")] = None,
    noise: Annotated[float | None, typer.Option(help="Observation noise of a built-in system, 0.05 = 5 %.")] = None,
    dynamics: Annotated[str | None, typer.Option(help=kinds_of(DYNAMICS))] = None,
    latent: Annotated[int | None, typer.Option(help="Number of latent states.")] = None,
    hidden: Annotated[
        int | None, typer.Option(help="Number of hidden units, for dynamics with a hidden layer.")
    ] = None,
    observation: Annotated[
        str | None, typer.Option(help=f"How channels follow from states. {kinds_of(OBSERVATIONS)}")
    ] = None,
    kinds: Annotated[
        str | None, typer.Option(help="Channels of other kinds, e.g. spikes*=poisson,mood=ordinal:5,stage=categorical.")
    ] = None,
    hierarchical: Annotated[
        int | None,
        typer.Option(min=0, help="One model of many subjects (one file each) that mix this many shared networks."),
    ] = None,
    forcing: Annotated[str | None, typer.Option(help=kinds_of(FORCINGS))] = None,
    alpha: Annotated[float | None, typer.Option(help="Forcing strength, 0 to 1.")] = None,
    estimator: Annotated[
        str | None, typer.Option(help=f"How adaptive forcing estimates alpha. {kinds_of(ESTIMATORS)}")
    ] = None,
    tau: Annotated[int | None, typer.Option(help="Interval of sparse forcing, in steps.")] = None,
    window: Annotated[int | None, typer.Option(help="Rows in a training window.")] = None,
    budget: Annotated[
        str | None, typer.Option(help="Time for training on two cores, e.g. 10min; sets the number of updates.")
    ] = None,
    updates: Annotated[int | None, typer.Option(help="Parameter updates; overrides --budget.")] = None,
    restarts: Annotated[int | None, typer.Option(help="Models trained in parallel; the best is kept.")] = None,
    learning_rate: Annotated[
        float | None, typer.Option("--learning-rate", "--lr", help="Learning rate at the start.")
    ] = None,
    clip: Annotated[float | None, typer.Option(help="Largest norm of a gradient; 0 clips none.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="Any other setting, e.g. train.batch_size=32. Repeatable.")
    ] = None,
    report: Annotated[bool, typer.Option(help="Write report.html and figures/.")] = True,
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
    """Load the recordings of a configuration, do the job in a new run folder, and tell the outcome."""
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
    folder = out or new_run_path(Path("runs"), recordings.train.name, config)
    console.say("run", f"{show_path(folder)}   seed {config.seed}   preset {config.preset}")
    show_outcome(run_job(config, recordings, folder=folder, console=console), folder, console, json=json, report=report)
