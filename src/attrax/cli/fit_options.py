"""The options of `attrax fit` for the model and for its training, with their defaults in words."""

from typing import Annotated

import typer

from attrax.cli.options import kinds_of
from attrax.registries import DYNAMICS, ESTIMATORS, FORCINGS, OBSERVATIONS

Dynamics = Annotated[str | None, typer.Option(help=f"{kinds_of(DYNAMICS)} Default: clipped.")]
Latent = Annotated[
    int | None, typer.Option(help="Number of latent states. Default: one for each channel, at least three.")
]
Hidden = Annotated[
    int | None,
    typer.Option(
        help="Number of hidden units, for dynamics with a hidden layer. "
        "Default: 100, and 200 with more than three latent states.",
    ),
]
Observation = Annotated[
    str | None, typer.Option(help=f"How channels follow from states. {kinds_of(OBSERVATIONS)} Default: identity.")
]
Kinds = Annotated[
    str | None,
    typer.Option(help="Channels of other kinds: name or glob=observation, e.g. spikes*=poisson,stage=categorical."),
]
Hierarchical = Annotated[
    int | None,
    typer.Option(min=0, help="One model of many subjects (one file each) that mix this many shared networks."),
]
Forcing = Annotated[str | None, typer.Option(help=f"{kinds_of(FORCINGS)} Default: chosen by short trainings.")]
Alpha = Annotated[float | None, typer.Option(help="Forcing strength, 0 to 1. Default: chosen by short trainings.")]
Estimator = Annotated[str | None, typer.Option(help=f"How adaptive forcing estimates alpha. {kinds_of(ESTIMATORS)}")]
Tau = Annotated[int | None, typer.Option(help="Steps between two corrections, for sparse forcing. Default: 25.")]
Window = Annotated[
    int | None,
    typer.Option(help="Rows in a training window. Default: two cycles of the fastest channel, 75 to 200 rows."),
]
Budget = Annotated[
    str | None,
    typer.Option(help="Time for training on two cores, e.g. 10min; sets the number of updates. Default: 3min."),
]
Updates = Annotated[
    int | None, typer.Option(help="Parameter updates, in place of --budget. Default: as many as --budget allows.")
]
Restarts = Annotated[int | None, typer.Option(help="Models trained in parallel; the best is kept. Default: 4.")]
LearningRate = Annotated[
    float | None, typer.Option("--learning-rate", "--lr", help="Learning rate at the start. Default: 0.01.")
]
Clip = Annotated[float | None, typer.Option(help="Largest norm of a gradient; 0 clips none. Default: 1.")]
