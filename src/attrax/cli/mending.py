"""Mending: the options that repair a recording, the same for every command that prepares one."""

from typing import Annotated, Any

import typer

from attrax.cli.options import given, words

Missing = Annotated[
    str | None, typer.Option(help="Missing values: mask (train around them), interpolate, or split at them.")
]
Resample = Annotated[str | None, typer.Option(help="New even time step, e.g. 4ms or 0.004.")]
Every = Annotated[int | None, typer.Option(help="Keep one row in so many, low-pass filtered first.")]
Detrend = Annotated[str | None, typer.Option(help="Channels to free of their linear trend, or all.")]
Sort = Annotated[bool | None, typer.Option("--sort", help="Put the rows in the order of time.")]
Duplicates = Annotated[str | None, typer.Option(help="Rows that share a time: mean, first or drop.")]


def mending(
    *,
    missing: str | None,
    resample: str | None,
    every: int | None,
    detrend: str | None,
    sort: bool | None,
    duplicates: str | None,
) -> dict[str, Any]:
    """The settings of repairs that the user gave."""
    return given(
        missing=missing,
        resample=resample,
        every=every,
        detrend=words(detrend),
        sort=sort,
        duplicates=duplicates,
    )
