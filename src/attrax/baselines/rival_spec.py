"""Rival spec: what a method that attrax is compared with says of itself."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from attrax.core.simulator import AbstractSimulator
from attrax.core.spec import Spec

Fit = Callable[..., AbstractSimulator]
"""From a recording, and a `seed`, to something that continues it."""


@dataclass(frozen=True)
class RivalSpec(Spec):
    """A method, fitted by a function of a recording and a `seed`.

    Attributes:
        variants: Settings by which it is fitted, the usual ones first; tuning tries as many of them as its budget
            allows.
        needs: The library of the extra `rivals` that fits it; empty if it does without.
        network: It is a network, which takes most of the time.
    """

    variants: tuple[dict[str, Any], ...] = ({},)
    needs: str = ""
    network: bool = False

    @property
    def fits(self) -> tuple[Fit, ...]:
        """The ways to fit it."""
        return tuple(partial(self.implementation, **settings) for settings in self.variants)

    @property
    def paper(self) -> str:
        """Where it is described, a key of `docs/refs.bib`; empty for what needs no reference."""
        return next(iter(self.references), "")
