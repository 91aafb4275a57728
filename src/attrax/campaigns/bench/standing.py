"""The standing: who is how good over all contests, with intervals, costs and failures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from scipy.stats import rankdata

from attrax.measures.forecast_metrics import HIGHER_IS_BETTER

RESAMPLES = 1_000


@dataclass(frozen=True)
class Place:
    """A method over all contests.

    Attributes:
        method: Its name.
        median: Median of the metric.
        rank: Mean rank, 1 is best; a contest that it failed counts as lost.
        low: Lower end of the 95 % bootstrap interval of the mean rank, contests resampled.
        high: Upper end.
        failures: Contests that it failed, or whose forecasts left every bound.
        trials: Settings it has tried, in the mean.
        seconds: Mean time for a contest; NaN if it is not known.
        published: Whether its numbers are the published ones.
    """

    method: str
    median: float
    rank: float
    low: float
    high: float
    failures: int
    trials: float
    seconds: float
    published: bool = False


@dataclass(frozen=True)
class Table:
    """All values of one metric.

    Attributes:
        metric: Its name.
        methods: One a row.
        contests: One a column.
        values: Worst possible where a method failed; NaN where nothing is known.
    """

    metric: str
    methods: tuple[str, ...]
    contests: tuple[str, ...]
    values: Float[np.ndarray, "method contest"]


def value(result: dict[str, Any] | None, metric: str) -> float:
    """A metric of a result: the worst there is for a failure, NaN for what was not measured."""
    if result is None or (not result.get("failure") and metric not in result["metrics"]):
        return np.nan
    worst = -np.inf if higher_is_better(metric) else np.inf
    found = worst if result.get("failure") else float(result["metrics"][metric])
    return worst if np.isnan(found) else found


def lost(result: dict[str, Any]) -> bool:
    """Whether a method has failed, or its forecasts have left every bound."""
    return bool(result.get("failure")) or not np.isfinite(float(result["metrics"].get("mse", 0.0)))


def higher_is_better(metric: str) -> bool:
    """Which way is up."""
    return metric in HIGHER_IS_BETTER or metric == "valid_time"


def ranks(table: Table) -> Float[np.ndarray, "method contest"]:
    """Ranks in each contest, 1 is best, ties share; contests that not all were in are NaN."""
    whole = ~np.isnan(table.values).any(axis=0)
    signed = -table.values if higher_is_better(table.metric) else table.values
    found = np.full(table.values.shape, np.nan)
    found[:, whole] = rankdata(signed[:, whole], axis=0)
    return found


def standing(table: Table, results: dict[tuple[str, str], dict[str, Any]], published: Sequence[str]) -> list[Place]:
    """Every method, the best mean rank first.

    Args:
        table: The metric that decides.
        results: What was computed, by method and contest.
        published: Methods whose numbers are the published ones.
    """
    each = ranks(table)
    columns = np.flatnonzero(~np.isnan(each).any(axis=0))
    draws = np.random.default_rng(0).choice(columns, (RESAMPLES, len(columns))) if len(columns) else None
    places = []
    for i, method in enumerate(table.methods):
        own = [results[method, contest] for contest in table.contests if (method, contest) in results]
        means = each[i][draws].mean(axis=1) if draws is not None else np.array([np.nan])
        known = table.values[i][~np.isnan(table.values[i])]
        places.append(
            Place(
                method=method,
                median=float(np.median(known)) if len(known) else np.nan,
                rank=float(each[i][columns].mean()) if len(columns) else np.nan,
                low=float(np.quantile(means, 0.025)),
                high=float(np.quantile(means, 0.975)),
                failures=sum(map(lost, own)),
                trials=float(np.mean([result.get("trials", 1) for result in own])) if own else np.nan,
                seconds=float(np.mean([result["seconds"] for result in own])) if own else np.nan,
                published=method in published,
            )
        )
    return sorted(places, key=lambda place: (np.isnan(place.rank), place.rank, place.method))
