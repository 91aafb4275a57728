"""Probes: callbacks after chosen numbers of updates, for example log-spaced ones."""

from dataclasses import dataclass

import numpy as np

from attrax.optimise.loop import Callback, Progress


@dataclass(frozen=True)
class Probe:
    """A callback that calls another callback only after chosen numbers of updates.

    The training loop ends a chunk of compiled updates at each of these steps, so the state is exact.

    Args:
        callback: The callback to call.
        steps: Numbers of updates, for example `log_spaced(10_000)`.

    Example:
        >>> from attrax.optimise import Probe, log_spaced
        >>> Probe(lambda progress: None, log_spaced(100, 3)).steps
        (1, 2, 5, 10, 22, 46, 100)
    """

    callback: Callback
    steps: tuple[int, ...]

    def __call__(self, progress: Progress) -> bool | None:
        """Call the callback if the current step is one of `steps`, and return its answer."""
        return self.callback(progress) if int(progress.state.step) in self.steps else None


def log_spaced(last: int, per_decade: int = 10) -> tuple[int, ...]:
    r"""Log-spaced numbers of updates, $\mathrm{round}(10^{k / n})$ for $k = 0, 1, \dots$ up to `last`, then `last`.

    Args:
        last: The largest number.
        per_decade: The number n of steps between two powers of ten. At the beginning there are fewer, because steps
            are whole numbers.

    Example:
        >>> log_spaced(300, per_decade=2)
        (1, 3, 10, 32, 100, 300)
    """
    count = int(np.ceil(per_decade * np.log10(max(last, 1)))) + 1
    steps = np.rint(10 ** (np.arange(count) / per_decade)).astype(int)
    return tuple(sorted({*steps[steps < last].tolist(), last}))
