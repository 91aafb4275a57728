"""`attrax record`: simulates a built-in system and writes the recording to a file."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from attrax.cli.options import Json, Quiet, print_json
from attrax.core.random_seed import LARGEST_SEED

if TYPE_CHECKING:
    from attrax.runs.system_recordings import RecordOptions


def record(
    name: Annotated[str | None, typer.Argument(help="A system, such as lorenz63.", show_default=False)] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PARAMETER=VALUE]...", help="Other values of its parameters, such as rho=24."),
    ] = None,
    points: Annotated[int, typer.Option(min=1, help="Number of rows.")] = 10_000,
    per_period: Annotated[
        float, typer.Option(min=0, help="Rows in a dominant period; 0: the default time step.")
    ] = 0.0,
    dt: Annotated[float, typer.Option(min=0, help="Time step, in place of --per-period.")] = 0.0,
    noise: Annotated[float, typer.Option(min=0, help="Noise, as a share of each channel's standard deviation.")] = 0.0,
    seed: Annotated[int, typer.Option(min=0, max=LARGEST_SEED, help="Seed of the initial state and the noise.")] = 0,
    out: Annotated[Path | None, typer.Option(help="File (.csv .npy .parquet), or with --all a folder.")] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Record every system to a .npy file, and write a manifest.")
    ] = False,
    compare: Annotated[Path | None, typer.Option(help="With --all: a manifest to compare with, bit for bit.")] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Record a built-in system, with observation noise if wanted, to test reconstructions against the truth."""
    from attrax.core.number_text import counted
    from attrax.runs.console import Console
    from attrax.runs.output import writer_for
    from attrax.runs.system_recordings import RecordOptions, record_to_file, require_name
    from attrax.systems import catalogue

    sampling = RecordOptions(points=points, per_period=per_period, dt=dt, noise=noise, seed=seed)
    if all_:
        content = _record_all(out or Path("systems"), sampling, compare, quiet)
        if json:
            print_json("record", content)
        return
    wanted, values = require_name(name), _values(parameters or [])
    path, console = out or Path(f"{wanted}.csv"), Console(quiet=quiet)
    catalogue.find(wanted)
    writer_for(path)
    console.say("recording", " ".join([f"{points:,} rows of {wanted}", *(parameters or [])]))
    dataset = record_to_file(wanted, sampling, path, values)
    rows, channels = dataset[0].x.shape
    console.say("wrote", f"{path}: {counted(rows, 'row')}, {counted(channels, 'channel')}, dt {dataset[0].dt:.6g}")
    if json:
        print_json("record", {"file": str(path), "rows": rows, "channels": channels, "dt": dataset[0].dt})


def _values(parameters: Sequence[str]) -> dict[str, float]:
    """The values of parameters by name, from `rho=24`."""
    found = {}
    for text in parameters:
        name, _, value = text.partition("=")
        try:
            found[name] = float(value)
        except ValueError:
            raise typer.BadParameter(f"{text!r} is no parameter with its value, such as rho=24") from None
    return found


def _record_all(folder: Path, sampling: "RecordOptions", compare: Path | None, quiet: bool) -> dict[str, Any]:
    """Record every system; returns what `--json` prints."""
    from attrax.runs.console import Console
    from attrax.runs.system_recordings import changed_systems, record_all
    from attrax.systems import catalogue

    console = Console(quiet=quiet)
    with console.progress("recording", len(catalogue.names())) as move:
        manifest = record_all(folder, sampling, progress=move)
    console.say("wrote", f"{folder}: {len(manifest['series'])} recordings and manifest.json")
    others: Sequence[str] = ()
    if compare is not None:
        others = changed_systems(manifest, compare)
        same = len(manifest["series"]) - len(others)
        console.say("compared", f"{same} recordings bit for bit the same, {len(others)} differ: {', '.join(others)}")
    return {"file": str(folder), "rows": len(manifest["series"]), "differ": list(others)}
