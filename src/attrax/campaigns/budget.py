"""`Budget`: the sizes that an experiment computes with; `processor_limit`: stops code that takes too long."""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from attrax.core.errors import ConfigError, RunError


@dataclass(frozen=True)
class Budget:
    """The sizes that an experiment computes with, such as numbers of updates or rows.

    Attributes:
        name: Name of the budget, such as `smoke` or `full`.
        values: Numbers by name; the experiment reads them as `budget["updates"]`.
        folder: A folder for checkpoints and other files of the experiment. It survives an interruption and is kept with
            the result. None if nothing is to be kept.

    Example:
        >>> Budget("smoke", {"rows": 1_000})["rows"]
        1000
    """

    name: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    folder: Path | None = None

    def __getitem__(self, name: str) -> Any:
        if name not in self.values:
            raise ConfigError(
                "C557",
                f"the budget has no {name!r}",
                where=f"budget {self.name!r}",
                why=f"it has: {', '.join(self.values) or 'nothing'}",
                fix=f"add `{name} = ...` to the values of every budget in study.toml",
            )
        return self.values[name]


@contextmanager
def processor_limit(seconds: float, what: str) -> Iterator[None]:
    """Stop the code of a `with` block when it has used too much processor time.

    Processor time is summed over all cores, and does not depend on other programs on the machine. The code is stopped
    when the Python interpreter has control again, so not inside a compiled program; and only in the main thread. The
    limit is always checked at the end of the block.

    Args:
        seconds: Largest processor time in seconds.
        what: Name of the work, for the error message.

    Raises: RunError R316 if the limit was exceeded.
    """
    begun = time.process_time()
    over = RunError(
        "R316",
        "the budget is exceeded",
        where=what,
        why=f"it took more than {seconds:g} s of processor time",
        fix="make the values of its budget smaller: fewer rows, updates or seeds",
    )

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise over

    with _timer("PROF", seconds, stop):
        yield
    if time.process_time() - begun > seconds:
        raise over


@contextmanager
def time_limit(minutes: float, what: str, fix: str) -> Iterator[None]:
    """Stop the code of a `with` block, as Ctrl-C would, when it takes longer than allowed.

    A training that is under way writes its checkpoint first. There is no limit outside the main thread.

    Args:
        minutes: The limit, by the clock on the wall.
        what: What is limited, for the message.
        fix: How to continue, for the message.

    Raises: RunError R318 if the time is over.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    over = []

    def stop(_number: int, _frame: FrameType | None) -> None:
        over.append(True)
        signal.raise_signal(signal.SIGINT)

    try:
        with _timer("REAL", 60 * minutes, stop):
            yield
    except KeyboardInterrupt as stopped:
        if not over:
            raise
        why = f"it took more than {minutes:g} minutes; {str(stopped).splitlines()[0] if str(stopped) else 'stopped'}"
        raise RunError("R318", "the time of the full run is over", where=what, why=why, fix=fix) from None


@contextmanager
def _timer(kind: str, seconds: float, stop: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Call `stop` in the main thread when the time is over; without effect in other threads.

    Args:
        kind: `PROF` for processor time, `REAL` for the clock on the wall. Windows has no timer of processor time, and
            its limit is only checked at the end; for the clock on the wall a thread takes its place there.
        seconds: The time.
        stop: What is called.
    """
    number = getattr(signal, {"PROF": "SIGPROF", "REAL": "SIGALRM"}[kind], None)
    if threading.current_thread() is not threading.main_thread() or (number is None and kind == "PROF"):
        yield
    elif number is None:
        alarm = threading.Timer(seconds, lambda: stop(signal.SIGINT, None))
        alarm.daemon = True
        alarm.start()
        try:
            yield
        finally:
            alarm.cancel()
    else:
        which, before = getattr(signal, f"ITIMER_{kind}"), signal.getsignal(number)

        def release() -> None:
            signal.setitimer(which, 0)
            signal.signal(number, before)

        def once(number: int, frame: FrameType | None) -> None:
            # An error that is raised just before the block begins would skip the release below.
            release()
            stop(number, frame)

        signal.signal(number, once)
        signal.setitimer(which, seconds)
        try:
            yield
        finally:
            release()
