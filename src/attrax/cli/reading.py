"""Reading: the options that say how a recording lies in its file, the same for every command that reads one."""

from typing import Annotated, Any

import typer

from attrax.cli.options import given, words

Channels = Annotated[
    str | None, typer.Option(help="Columns to keep, comma separated, globs allowed; common: those in all files.")
]
Drop = Annotated[str | None, typer.Option(help="Columns to leave out, comma separated; constant: all such.")]
Inputs = Annotated[str | None, typer.Option(help="Columns that are external inputs; globs allowed.")]
Time = Annotated[str | None, typer.Option(help="Name of the time column or dimension.")]
Dt = Annotated[float | None, typer.Option(help="Time between two rows.")]
Transpose = Annotated[bool | None, typer.Option("--transpose", help="Channels are in rows.")]
Sep = Annotated[str | None, typer.Option(help="What separates cells of a text file: a character, tab or space.")]
Decimal = Annotated[str | None, typer.Option(help="Decimal mark of a text file: . or ,")]
Axes = Annotated[str | None, typer.Option(help="Names of the axes of a 3-D array, e.g. trial,time,channel.")]
Var = Annotated[str | None, typer.Option(help="Variables to read from a NetCDF, HDF5 or NPZ file.")]
Stack = Annotated[str | None, typer.Option(help="Dimensions of a variable that become channels, e.g. lat,lon.")]


def reading(
    *,
    channels: str | None,
    drop: str | None,
    inputs: str | None,
    time: str | None,
    dt: float | None,
    transpose: bool | None,
    sep: str | None,
    decimal: str | None,
    axes: str | None,
    var: str | None,
    stack: str | None,
) -> dict[str, Any]:
    """The settings of reading that the user gave."""
    return given(
        channels=words(channels),
        drop=words(drop),
        inputs=words(inputs),
        time=time,
        dt=dt,
        transpose=transpose,
        sep=sep,
        decimal=decimal,
        axes=words(axes),
        var=words(var),
        stack=words(stack),
    )
