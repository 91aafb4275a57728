"""Linear regions that an orbit visits, and the statistics of the sequence of regions (symbolic dynamics)."""

import jax
import jax.numpy as jnp
import numpy as np

from attrax.analysis import Regions, regions
from attrax.core.dynamics import AbstractPiecewiseLinear
from attrax.core.number_text import number_text
from attrax.plots.symbols import SHOWN_REGIONS, regions_figure
from attrax.reconstruct.findings.analysis_spec import AnalysisSpec
from attrax.reconstruct.findings.finding import TRANSIENT, AnalysisTask, Count, Finding

LONGEST_ORBIT = 100_000
LONGEST_WORD = 6
# The entropy rate counts as converged if one more symbol lowers it by less than this share.
STILL_FALLING = 0.05


def find_regions(task: AnalysisTask, count: Count) -> Finding | None:
    """The linear regions that an orbit visits; None if the map is not piecewise linear.

    Args:
        task: The map and the settings.
        count: Not used.
    """
    del count
    dynamics = task.target.dynamics
    if not isinstance(dynamics, AbstractPiecewiseLinear):
        return None
    n = min(task.steps, LONGEST_ORBIT)
    z0 = jnp.asarray(task.target.starts[0])
    found = regions(dynamics, z0, n, transient=TRANSIENT, longest_word=LONGEST_WORD, key=jax.random.key(task.seed))
    if not len(found.sequence):
        return Finding(found.result, {}, ("no regions: the orbit diverged",))
    counts = found.transitions[:SHOWN_REGIONS, :SHOWN_REGIONS].toarray()
    leaving = np.asarray(found.transitions.sum(axis=1)).ravel()[:SHOWN_REGIONS]
    chances = counts / np.maximum(leaving, 1)[:, None]
    facts = {
        "visited": len(found.bits),
        "occupation": found.occupation,
        "volume": found.volume,
        "volume_error": found.volume_error,
        "block_entropy": found.entropies.block,
        "rate": found.entropies.rate,
        "rate_bias": found.entropies.rate_bias,
        "entropy_rate": found.entropy_rate,
        "forbidden_words": [len(words) for words in found.forbidden],
        "transitions": [found.transitions.tocoo().row, found.transitions.tocoo().col, found.transitions.tocoo().data],
        "sequence": found.sequence[:10_000],
        "dt": found.dt,
    }
    many = int(np.searchsorted(np.cumsum(found.occupation), 0.9) + 1)
    lines = (
        f"{len(found.bits):,} linear regions visited in {n:,} steps, {many:,} of them hold 90 % of the orbit; "
        + _entropy(found),
    )
    figure = regions_figure(found.occupation, chances, found.sequence, found.entropies.rate)
    return Finding(found.result, facts, lines, figures=(figure,))


def _entropy(found: Regions) -> str:
    """The entropy rate of the symbols; an upper bound if it still decreases with longer words."""
    rate = found.entropies.rate
    words = f"entropy of the symbols {number_text(found.entropy_rate)} nats per unit of time"
    if len(rate) > 1 and rate[-1] >= (1 - STILL_FALLING) * rate[-2]:
        return words
    return f"{words} or less, because it still decreases with words of {len(rate)} symbols"


SPEC = AnalysisSpec("linear regions", find_regions, place=6, needs="the map is not piecewise linear")
