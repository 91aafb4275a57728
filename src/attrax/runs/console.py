"""What a run shows on the screen: labelled lines, a progress bar with the time left, and tables.

Everything is written to standard error; standard output is for results that other programs read (`--json`).
"""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Literal, cast

from rich.cells import cell_len
from rich.console import Console as RichConsole
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from attrax.core.safe_text import printable
from attrax.data.clock.durations import about
from attrax.measures import Score
from attrax.measures.verdict import value_with_error
from attrax.reconstruct.judging.evaluation import Evaluation
from attrax.runs.notebook_line import NotebookLine, in_notebook

LOG_WIDTH = 120
QUIET_SECONDS = 2.0
LASTING = ("note", "WARNING", "try", "ended", "settled")
"""Labels of the lines that stay in a notebook; the others replace each other."""


class _Screen:
    """Standard error as a file that never fails: a run continues if its terminal or its pipe was closed."""

    def write(self, text: str) -> int:
        """Write a text; nothing happens if the terminal or the pipe was closed."""
        with suppress(OSError, ValueError, AttributeError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        """Send what was written to the terminal."""
        with suppress(OSError, ValueError, AttributeError):
            sys.stderr.flush()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return sys.stderr is not None and not sys.stderr.closed and sys.stderr.isatty()

    def fileno(self) -> int:
        """The file number, from which the width of the terminal is found."""
        return sys.stderr.fileno()

    @property
    def encoding(self) -> str:
        """The character encoding."""
        return getattr(sys.stderr, "encoding", None) or "utf-8"


class Console:
    """Writes lines, progress bars and tables to standard error.

    Args:
        quiet: Whether to show nothing.
    """

    def __init__(self, *, quiet: bool = False):
        screen = _Screen()
        width = None if screen.isatty() else LOG_WIDTH
        self.line = NotebookLine() if in_notebook() and not quiet else None
        self.rich = RichConsole(file=cast(IO[str], screen), quiet=quiet, highlight=False, soft_wrap=True, width=width)

    def say(self, label: str, text: str) -> None:
        """Show one line.

        Args:
            label: A word at the left margin; may be empty.
            text: The rest of the line.
        """
        if self.line is not None and label not in LASTING:
            self.line.show(f"{label:<9} {printable(text)}")
            return
        self.rich.print(f"[bold]{label:<9} [/bold]", end="")
        self.rich.print(printable(text), markup=False)

    @contextmanager
    def progress(self, label: str, total: int, done: int = 0) -> Iterator[Callable[[int, str], None]]:
        """Show a progress bar while the block runs.

        Without a terminal, such as in a log file, a line of text is written after every tenth of the work instead.

        Args:
            label: A word at the left margin.
            total: Number of steps of the whole operation.
            done: Number of steps that are already done.

        Yields: A function that sets the number of steps done, with a remark to show.
        """
        if self.line is not None:
            yield self.line.bar(label, total, done)
            return
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
            # rich would put itself in the place of standard error, to which it writes here: an endless circle.
            redirect_stdout=False,
            redirect_stderr=False,
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
                time_left = f"about {about(left)} left" if position < total else f"{about(time.monotonic() - started)}"
                self.say(label, f"{position:,}/{total:,}   {remark}   {time_left}")

        return move

    @contextmanager
    def counted(self, label: str) -> Iterator[Callable[[int, int], None]]:
        """Show a progress bar for an operation whose number of steps is not known beforehand.

        Nothing is shown if the operation ends within two seconds.

        Args:
            label: A word at the left margin.

        Yields: A function of the number of steps done and their total.
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
                    # A later phase may have another total; the bar keeps the total of the first one.
                    move(length * done // total, "")

            yield count

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Show a table. The first column is aligned to the left, the others to the right.

        If it is wider than the screen, its columns are shown in several parts, each with the first column: no cell is
        cut off.

        Args:
            columns: Headings.
            rows: The cells of each row, as texts.
        """
        self._show([[printable(cell) for cell in row] for row in (columns, *rows)], "right")

    def _show(self, cells: Sequence[Sequence[str]], justify: Literal["left", "right"]) -> None:
        for part in _parts(cells, self.rich.width):
            table = Table(box=None, pad_edge=False, header_style="bold")
            for i in part:
                table.add_column(Text(cells[0][i]), no_wrap=True, justify=justify if i else "left")
            for row in cells[1:]:
                table.add_row(*(Text(row[i]) for i in part))
            self.rich.print(table)

    def evaluation(self, evaluation: Evaluation) -> None:
        """Show the verdict, the answers to the first questions of a user, and the table of scores."""
        verdict = evaluation.verdict
        self.rich.print(f"[bold]VERDICT[/bold]   [bold]{verdict.outcome.value}[/bold]")
        for text in (verdict.reasons[0], *verdict.answers):
            self.say("", text)
        cells = [["", "model", "floor (data vs data)", "linear null (VAR)", "verdict"]]
        for row in verdict.all_rows:
            cells.append([row.name, *(_number(s) for s in (row.model, row.floor, row.null)), row.grade.value])
        self._show(cells, "left")
        self.say("free runs", f"{evaluation.runs} from starts along the recording, {evaluation.diverged} diverged")


def _parts(cells: Sequence[Sequence[str]], width: int) -> list[list[int]]:
    """The columns of each part of a table whose parts fit into a width; all parts begin with the first column."""
    widths = [max(map(cell_len, column)) + 1 for column in zip(*cells, strict=True)]
    parts = [[0]]
    for i in range(1, len(widths)):
        if len(parts[-1]) > 1 and sum(widths[j] for j in parts[-1]) + widths[i] > width + 1:
            parts.append([0])
        parts[-1].append(i)
    return parts


def show_path(path: Path) -> str:
    """A path relative to the current folder, if it is inside it; otherwise the path itself."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _number(score: Score | None) -> str:
    flags = f" ({', '.join(score.flags)})" if score is not None and score.flags else ""
    return value_with_error(score) + flags
