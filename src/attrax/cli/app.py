"""The `attrax` program: its list of commands, and how errors are shown.

Exit codes: 0 done, 2 wrong usage or settings, 3 bad data, 4 not reconstructed, 130 interrupted, 141 closed pipe.
"""

import io
import os
import shlex
import sys
import warnings
from contextlib import suppress
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Annotated, Any

import typer
from platformdirs import user_cache_path

from attrax.cli.analyze import analyze
from attrax.cli.bench import bench
from attrax.cli.bifurcation import bifurcation
from attrax.cli.doctor import doctor
from attrax.cli.evaluate import evaluate
from attrax.cli.examples import EXAMPLES
from attrax.cli.explain import explain
from attrax.cli.fill import fill
from attrax.cli.fit import fit
from attrax.cli.forecast import forecast
from attrax.cli.grouped_help import GroupedCommand, GroupedCommands
from attrax.cli.inspect import inspect
from attrax.cli.open_page import open_page
from attrax.cli.record import record
from attrax.cli.remedy import with_command
from attrax.cli.report import report
from attrax.cli.resume import resume
from attrax.cli.schema import schema
from attrax.cli.simulate import simulate
from attrax.cli.study import study
from attrax.cli.sweep import sweep
from attrax.cli.systems import systems
from attrax.core.errors import AttraxError, Interrupted
from attrax.runs.machine_faults import told_as_errors

INTERRUPTED = 130
CLOSED_PIPE = 141


class Stoppable(GroupedCommands):
    """The group of all commands. After Ctrl-C it says how to continue the run; Typer alone would print `Aborted!`."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was typed."""
        try:
            return super().invoke(ctx)
        except Interrupted as interrupt:
            _end(str(interrupt), INTERRUPTED)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that was typed; a file in its place is told how it is meant to be used."""
        if args and args[0] not in self.commands and Path(args[0]).exists():
            raise typer.BadParameter(
                f"{args[0]} is a path, and a command comes first; to learn a model: attrax fit {shlex.quote(args[0])}"
            )
        return super().resolve_command(ctx, args)


app = typer.Typer(
    name="attrax",
    cls=Stoppable,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
COMMANDS = {
    "Learn a model": (inspect, fit, resume, open_page, report, evaluate),
    "Use a model": (analyze, explain, bifurcation, forecast, fill, simulate),
    "Known systems": (systems, record),
    "Many runs": (sweep, study),
    "The installation": (doctor, schema),
}
"""The commands under the headings of the help."""

NAMES = {open_page: "open"}
"""Names of commands that a function cannot have."""

for heading, commands in COMMANDS.items():
    for command in commands:
        name = str(NAMES.get(command, command.__name__))
        app.command(name, cls=GroupedCommand, epilog=EXAMPLES[name], rich_help_panel=heading)(command)
app.add_typer(bench, rich_help_panel="Many runs")


def _show_version(wanted: bool | None) -> bool:
    if wanted:
        typer.echo(f"attrax {version_of('attrax')}")
        raise typer.Exit
    return False


@app.callback()
def program(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Learn dynamical systems from data: a recording in, a proven reconstruction out."""


def keep_compiled_programs() -> None:
    """Set a folder where JAX keeps compiled programs, unless the user has set one or there is none of our own."""
    # Compiled programs are run, so they must not come from somebody else; and without a home there is no cache.
    with suppress(OSError, RuntimeError):
        folder = user_cache_path("attrax") / "compiled"
        if not folder.is_absolute():
            return
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.access(folder, os.W_OK) and getattr(os, "getuid", lambda: folder.stat().st_uid)() == folder.stat().st_uid:
            os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(folder))
            os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
    # JAX continues without its cache, for example if the disk is full, and would say so for every program.
    warnings.filterwarnings("ignore", "Error (reading|writing) persistent compilation cache entry")


def prepare_streams() -> None:
    """Make standard output and standard error writable in any locale, also where they were closed."""
    for descriptor in range(3):
        # Else the next file that is opened takes the number of a closed stream, and its output is written there.
        try:
            os.fstat(descriptor)
        except OSError:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != descriptor:
                os.dup2(nowhere, descriptor)
                os.close(nowhere)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - until the program ends
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def main() -> None:
    """Run the program. Errors that a user or the machine can cause end with a message and an exit code."""
    prepare_streams()
    keep_compiled_programs()
    try:
        with told_as_errors():
            try:
                app()
            finally:
                sys.stdout.flush()
    except AttraxError as failure:
        _end(str(with_command(failure, sys.argv[1:], app)), failure.exit_code)
    except BrokenPipeError:
        _end("", CLOSED_PIPE)


def _end(text: str, exit_code: int) -> None:
    with suppress(OSError):
        sys.stderr.write(f"{text}\n" if text else "")
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        # What is left for a closed pipe would be a message of Python when it ends.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(exit_code)
