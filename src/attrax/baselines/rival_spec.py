"""`RivalSpec`: the entry that every method in `rivals/` declares."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from attrax.core.simulator import AbstractSimulator
from attrax.core.spec import Spec

Fit = Callable[..., AbstractSimulator]
"""A function from training recordings and a `seed` to a simulator."""


@dataclass(frozen=True)
class RivalSpec(Spec):
    """A method that attrax is compared with; its implementation is a function of training recordings and a `seed`.

    Attributes:
        variants: Settings for tuning, the usual one first. Tuning tries as many as its budget allows.
        needs: The library of the extra `rivals` that it needs; empty if none.
        network: Whether it is a neural network, which takes longer than other methods.
    """

    variants: tuple[dict[str, Any], ...] = ({},)
    needs: str = ""
    network: bool = False

    @property
    def fits(self) -> tuple[Fit, ...]:
        """The functions that fit it, one for each variant."""
        return tuple(partial(self.implementation, **settings) for settings in self.variants)

    @property
    def paper(self) -> str:
        """Its first reference: authors, title and year; empty if it has none."""
        return next(iter(self.citations), "")
