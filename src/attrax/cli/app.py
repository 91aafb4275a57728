"""The `attrax` program: its list of commands, and how errors are shown.

Exit codes: 0 done, 2 wrong usage or settings, 3 bad data, 4 not reconstructed, 130 interrupted.
"""

import os
import sys
from contextlib import suppress
from typing import Any

import typer
import typer.core
from platformdirs import user_cache_path

from attrax.cli.analyze import analyze
from attrax.cli.bench import bench
from attrax.cli.doctor import doctor
from attrax.cli.evaluate import evaluate
from attrax.cli.fill import fill
from attrax.cli.fit import fit
from attrax.cli.forecast import forecast
from attrax.cli.inspect import inspect
from attrax.cli.record import record
from attrax.cli.remedy import with_command
from attrax.cli.report import report
from attrax.cli.resume import resume
from attrax.cli.simulate import simulate
from attrax.cli.study import study
from attrax.cli.sweep import sweep
from attrax.cli.systems import systems
from attrax.core.errors import AttraxError, Interrupted

INTERRUPTED = 130


class Stoppable(typer.core.TyperGroup):
    """The group of all commands. It says how a stopped run goes on, where its library would only say `Aborted!`."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was typed."""
        try:
            return super().invoke(ctx)
        except Interrupted as interrupt:
            sys.stderr.write(f"{interrupt}\n")
            sys.exit(INTERRUPTED)


app = typer.Typer(
    name="attrax",
    cls=Stoppable,
    help="Learn dynamical systems from data: a recording in, a proven reconstruction out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
COMMANDS = (
    inspect,
    fit,
    resume,
    evaluate,
    analyze,
    simulate,
    forecast,
    fill,
    report,
    doctor,
    study,
    sweep,
    systems,
    record,
)
for command in COMMANDS:
    app.command()(command)
app.add_typer(bench)


def keep_compiled_programs() -> None:
    """Set a folder where JAX keeps compiled programs, unless the user has set one or it cannot be written."""
    with suppress(OSError):
        folder = user_cache_path("attrax") / "compiled"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(folder))
        os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")


def main() -> None:
    """Run the program. Errors that a user can cause end with a message and an exit code, without a traceback."""
    keep_compiled_programs()
    try:
        app()
    except AttraxError as failure:
        sys.stderr.write(f"{with_command(failure, sys.argv[1:], app)}\n")
        sys.exit(failure.exit_code)
