"""What a person chooses."""

import sys
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """Settings of a run of the benchmark.

    Attributes:
        quick: Tiny sizes and two rounds: shows that all works, measures nothing.
        only: Sections to run, in the order of `command.SECTIONS`.
        peers: Interpreters of other environments, by the name of the peer.
        rounds: How often every way has its turn.
        seconds: How long a turn is.
        threads: Numbers of threads for the training section; 0 is all cores.
    """

    quick: bool = False
    only: tuple[str, ...] = ()
    peers: dict[str, str] = field(default_factory=dict)
    rounds: int = 9
    seconds: float = 1.0
    threads: tuple[int, ...] = (1, 0)

    def cores(self, allowed: tuple[int, ...], threads: int) -> tuple[int, ...]:
        """The last so many cores (the first ones serve the system's interrupts); 0 takes all."""
        return allowed[-threads:] if threads else allowed

    def interpreter(self, peer: str | None) -> str | None:
        """The interpreter for a way; None if its peer was not given."""
        if peer is None:
            return sys.executable
        path = self.peers.get(peer)
        # Not resolved: an environment's interpreter is a link, and finds its packages by where the link lies.
        return None if path is None else str(Path(path).absolute())
