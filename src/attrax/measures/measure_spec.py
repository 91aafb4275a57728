"""`MeasureSpec`: the description of a measure: its name, its direction and its meaning."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from attrax.core.spec import Spec

Better = Literal["lower", "higher", "neither"]
"""Which values of a number are better."""


@dataclass(frozen=True, kw_only=True)
class MeasureSpec(Spec):
    """A measure: a class of measures, or a function of a true and a forecast channel.

    Attributes:
        name: Its symbol or short name, the first part of the names of its scores: `PE` of `PE(20)`.
        better: Which values are better.
        meaning: What it compares and what its values mean, for somebody who sees it for the first time.
        of_attractor: Whether it describes the attractor, so that a reconstruction must pass it; otherwise it describes
            forecasts.
        presets: The settings of published papers, by the name of the paper.
    """

    name: str
    better: Better
    meaning: str
    of_attractor: bool = False
    presets: Mapping[str, Callable[[], Any]] = field(default_factory=dict, hash=False)

    def preset(self, paper: str) -> Any:
        """The measure with the settings of a paper, or of `gtf2023` if the paper has none for it."""
        return self.presets.get(paper, self.presets["gtf2023"])()


def sense(better: Better) -> int:
    """1 if lower values are better, -1 if higher ones are, 0 if neither. The best has the least `sense * value`."""
    return {"lower": 1, "higher": -1, "neither": 0}[better]


def worst(better: Better) -> float:
    """The value that stands for a failure: the worst possible one, or NaN if neither direction is better."""
    return sense(better) * np.inf if sense(better) else np.nan
