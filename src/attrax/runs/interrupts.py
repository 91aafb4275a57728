"""Handles Ctrl-C and a closed terminal.

The first one asks the run to save a checkpoint and stop, the second one ends it at once.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class StopRequest:
    """Remembers whether a signal has asked the run to stop.

    Attributes:
        made: True after the first signal.
    """

    def __init__(self):
        self.made = False

    def make(self, signum: int, frame: object) -> None:
        """Handle a signal: set `made`, and give the signal its usual effect from now on."""
        del frame
        self.made = True
        signal.signal(signum, signal.default_int_handler if signum == signal.SIGINT else signal.SIG_DFL)


@contextmanager
def stop_requests() -> Iterator[StopRequest]:
    """While the block runs, Ctrl-C, SIGTERM, SIGUSR1 and a closed terminal only set `made` of a `StopRequest`.

    Python can handle signals in the main thread only; in other threads `made` stays False.
    """
    request = StopRequest()
    names = ("SIGINT", "SIGTERM", "SIGUSR1", "SIGHUP")
    signals = [getattr(signal, name) for name in names if hasattr(signal, name)]
    # One that is ignored stays so: with `nohup` a run continues after its terminal was closed.
    signals = [s for s in signals if signal.getsignal(s) != signal.SIG_IGN]
    try:
        before = {s: signal.signal(s, request.make) for s in signals}
    except ValueError:
        before = {}
    try:
        yield request
    finally:
        for s, handler in before.items():
            signal.signal(s, handler)
