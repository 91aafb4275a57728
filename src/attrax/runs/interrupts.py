"""Interrupts: the first Ctrl-C asks the run to stop in order, the second ends it at once."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class StopRequest:
    """Whether somebody asked the run to stop."""

    def __init__(self):
        self.made = False

    def make(self, signum: int, frame: object) -> None:
        """Note the request; the same signal once more has its usual effect."""
        del frame
        self.made = True
        signal.signal(signum, signal.default_int_handler if signum == signal.SIGINT else signal.SIG_DFL)


@contextmanager
def stop_requests() -> Iterator[StopRequest]:
    """Turn Ctrl-C, SIGTERM and SIGUSR1 into a request while the block runs.

    Outside the main thread, where signals cannot be handled, no request is ever made.
    """
    request = StopRequest()
    names = ("SIGINT", "SIGTERM", "SIGUSR1")
    signals = [getattr(signal, name) for name in names if hasattr(signal, name)]
    try:
        before = {s: signal.signal(s, request.make) for s in signals}
    except ValueError:
        before = {}
    try:
        yield request
    finally:
        for s, handler in before.items():
            signal.signal(s, handler)
