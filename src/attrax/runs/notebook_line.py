"""The one line that a notebook shows while something runs: it changes in place, and its last state stays."""

import sys
import time
from collections.abc import Callable
from typing import Any

from attrax.data.clock.durations import about

BAR = 24
SECONDS_BETWEEN = 0.2


def in_notebook() -> bool:
    """Whether this program is the kernel of a notebook."""
    # What has not been imported cannot have started this program.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return type(shell).__name__ == "ZMQInteractiveShell"


class NotebookLine:
    """A line of text in the output of a notebook cell, which is replaced by the next one."""

    def __init__(self):
        self._handle: Any = None
        self._shown = 0.0

    def show(self, text: str) -> None:
        """Put a text in place of the one that is shown."""
        from IPython.display import display

        self._shown = time.monotonic()
        if self._handle is None:
            self._handle = display({"text/plain": text}, raw=True, display_id=True)
        else:
            self._handle.update({"text/plain": text}, raw=True)

    def bar(self, label: str, total: int, done: int) -> Callable[[int, str], None]:
        """A progress bar on the line.

        Args:
            label: What is done.
            total: Number of steps of the whole operation.
            done: Number of steps that are already done.

        Returns: A function that sets the number of steps done, with a remark to show.
        """
        started = time.monotonic()

        def move(position: int, remark: str) -> None:
            now = time.monotonic()
            if position < total and now - self._shown < SECONDS_BETWEEN:
                return
            full = BAR * position // max(total, 1)
            passed, steps = now - started, max(position - done, 1)
            left = f"about {about(passed * (total - position) / steps)} left" if position < total else about(passed)
            self.show(f"{label:<9} {'█' * full}{'░' * (BAR - full)} {position:,}/{total:,}  {remark}  {left}")

        return move
