"""Probe: a callback at chosen moments of training, early ones closer together than late ones."""

from dataclasses import dataclass

import numpy as np

from attrax.optimise.loop import Callback, Progress


@dataclass(frozen=True)
class Probe:
    """Calls another callback after exactly these updates; chunks of updates end there.

    Args:
        callback: What is called.
        steps: Numbers of updates, `log_spaced` ones for example.
    """

    callback: Callback
    steps: tuple[int, ...]

    def __call__(self, progress: Progress) -> bool | None:
        """What the callback returns, if it is time to call it."""
        return self.callback(progress) if int(progress.state.step) in self.steps else None


def log_spaced(last: int, per_decade: int = 10) -> tuple[int, ...]:
    r"""The numbers of updates $\mathrm{round}(10^{k / n})$ up to `last`, and `last` itself.

    Args:
        last: The last of them.
        per_decade: Their number n between one power of ten and the next; whole numbers leave room for fewer at first.

    Example:
        >>> log_spaced(300, per_decade=2)
        (1, 3, 10, 32, 100, 300)
    """
    count = int(np.ceil(per_decade * np.log10(max(last, 1)))) + 1
    steps = np.rint(10 ** (np.arange(count) / per_decade)).astype(int)
    return tuple(sorted({*steps[steps < last].tolist(), last}))
