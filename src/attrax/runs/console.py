"""What a person sees of a run: the opening lines, a live progress line with time left, and the table at the end.

Everything goes to standard error, so that `--json` leaves standard output to programs. With `quiet` nothing is shown.
"""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich.console import Console as RichConsole
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from attrax.measures import Score
from attrax.measures.verdict import value_with_error
from attrax.reconstruct.judging.evaluation import Evaluation

LOG_WIDTH = 120
QUIET_SECONDS = 2.0


class Console:
    """A place to show things to a person, or not.

    Args:
        quiet: Show nothing.
    """

    def __init__(self, *, quiet: bool = False):
        width = None if sys.stderr.isatty() else LOG_WIDTH
        self.rich = RichConsole(stderr=True, quiet=quiet, highlight=False, soft_wrap=True, width=width)

    def say(self, label: str, text: str) -> None:
        """One line: a label in the margin and a text."""
        self.rich.print(f"[bold]{label:<10}[/bold]", end="")
        self.rich.print(text, markup=False)

    @contextmanager
    def progress(self, label: str, total: int, done: int = 0) -> Iterator[Callable[[int, str], None]]:
        """A live line for a long operation; yields a function that moves it to a position with a remark.

        Where there is no terminal, such as in a log file, a plain line is written at every tenth instead.
        """
        if not self.rich.is_terminal:
            yield self._tenths(label, total, done)
            return
        line = Progress(
            TextColumn(f"[bold]{label:<9}[/bold]"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TextColumn("{task.fields[remark]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(elapsed_when_finished=False),
            TextColumn("left"),
            console=self.rich,
            transient=False,
        )
        with line:
            task = line.add_task(label, total=total, completed=done, remark="compiling")
            yield lambda position, remark: line.update(task, completed=position, remark=remark)

    def _tenths(self, label: str, total: int, done: int) -> Callable[[int, str], None]:
        started = time.monotonic()
        shown = 10 * done // total

        def move(position: int, remark: str) -> None:
            nonlocal shown
            if 10 * position // total > shown:
                shown = 10 * position // total
                left = (time.monotonic() - started) * (total - position) / max(position - done, 1)
                self.say(label, f"{position:,}/{total:,}   {remark}   about {left:.0f} s left")

        return move

    @contextmanager
    def counted(self, label: str) -> Iterator[Callable[[int, int], None]]:
        """A live line for an operation of unknown size; yields a function that takes what is done and the total.

        Nothing is shown of an operation that ends within two seconds.
        """
        started = time.monotonic()
        with ExitStack() as stack:
            move: Callable[[int, str], None] | None = None
            length = 0

            def count(done: int, total: int) -> None:
                nonlocal move, length
                if move is None and time.monotonic() - started > QUIET_SECONDS and done < total:
                    move, length = stack.enter_context(self.progress(label, total)), total
                if move is not None:
                    # Later phases of the operation may count other things; the line keeps its length.
                    move(length * done // total, "")

            yield count

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A table of texts; numbers are aligned to the right, except in the first column."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        for i, column in enumerate(columns):
            table.add_column(column, no_wrap=True, justify="right" if i else "left")
        for row in rows:
            table.add_row(*row)
        self.rich.print(table)

    def evaluation(self, evaluation: Evaluation) -> None:
        """The table of scores, the valid prediction time, and the verdict."""
        verdict, time = evaluation.verdict, evaluation.valid_time
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in ("", "model", "floor (data vs data)", "linear null (VAR)", "verdict"):
            table.add_column(column, no_wrap=True)
        for row in verdict.rows:
            table.add_row(row.name, *(_number(s) for s in (row.model, row.floor, row.null)), row.grade.value)
        self.rich.print(table)
        unit = evaluation.reference.unit or "units of time"
        self.say("free runs", f"{evaluation.runs} from all along the recording, {evaluation.diverged} diverged")
        self.say("forecasts", f"valid for {_number(time)} {unit} (median over {time.n_used} starts)")
        self.rich.print(f"[bold]VERDICT[/bold]   [bold]{verdict.outcome.value}[/bold]")
        self.say("", verdict.reasons[0])


def show_path(path: Path) -> str:
    """A path as a person would type it from here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _number(score: Score | None) -> str:
    flags = f" ({', '.join(score.flags)})" if score is not None and score.flags else ""
    return value_with_error(score) + flags
