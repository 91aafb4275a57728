"""The options of the benchmarks."""

import sys
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """Settings of a run of the benchmark.

    Attributes:
        quick: Tiny sizes and two rounds, as a test; the times mean nothing.
        only: Sections to run, in the order of `command.SECTIONS`.
        peers: Python interpreters of other environments, by name, such as `torch`.
        rounds: Number of measurements of every implementation.
        seconds: Length of a measurement in seconds.
        threads: Numbers of threads for the training section; 0 means all cores.
    """

    quick: bool = False
    only: tuple[str, ...] = ()
    peers: dict[str, str] = field(default_factory=dict)
    rounds: int = 9
    seconds: float = 1.0
    threads: tuple[int, ...] = (1, 0)

    def cores(self, allowed: tuple[int, ...], threads: int) -> tuple[int, ...]:
        """The last `threads` cores (the first ones serve interrupts of the system); 0 means all."""
        return allowed[-threads:] if threads else allowed

    def interpreter(self, peer: str | None) -> str | None:
        """The Python interpreter for an implementation; None if its environment was not given."""
        if peer is None:
            return sys.executable
        path = self.peers.get(peer)
        # Not resolved: the interpreter of an environment is a link, and finds packages by the path of the link.
        return None if path is None else str(Path(path).absolute())
