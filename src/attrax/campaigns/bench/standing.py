"""The ranking of methods over all contests, with confidence intervals, computing times and failures."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.stats import rankdata

from attrax.campaigns.bench.contest_metrics import direction
from attrax.campaigns.result_store import ResultRow
from attrax.measures.measure_spec import sense, worst

RESAMPLES = 1_000
PUBLISHED = "published"
"""Name of the fact that marks a result with published numbers."""

Results = Mapping[tuple[str, str], ResultRow]
"""Results by method and contest."""


@dataclass(frozen=True)
class Place:
    """The rank of a method over all contests.

    Attributes:
        method: Its name.
        median: Median of the metric.
        rank: Mean rank over contests, 1 is best; a failure counts as the last rank.
        low: Lower end of the 95 % bootstrap interval of the mean rank (contests are resampled).
        high: Upper end of this interval.
        failures: Number of contests in which it failed or its forecasts diverged.
        trials: Mean number of settings that were tried.
        seconds: Mean computing time for a contest; NaN if not known.
        published: Whether its numbers come from a publication.
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
class ScoreMatrix:
    """The values of one metric for all methods and contests.

    Attributes:
        metric: Name of the metric.
        methods: Names of the rows.
        contests: Names of the columns.
        values: The values; the worst possible one after a failure, NaN where there is no result.
    """

    metric: str
    methods: tuple[str, ...]
    contests: tuple[str, ...]
    values: Float[np.ndarray, "method contest"]


def score_matrix(results: Results, contests: tuple[str, ...], metric: str) -> ScoreMatrix:
    """The values of a metric for every method that has at least one."""
    methods = tuple(dict.fromkeys(method for method, _ in results))
    values = np.array([[value(results.get((m, c)), metric) for c in contests] for m in methods])
    known = np.flatnonzero(~np.isnan(values).all(axis=1))
    return ScoreMatrix(metric, tuple(methods[i] for i in known), contests, values[known])


def value(row: ResultRow | None, metric: str) -> float:
    """The value of a metric in a result: the worst possible one after a failure, NaN if it was not measured."""
    if row is None or (not row.failure and metric not in row.metrics):
        return np.nan
    loss = worst(direction(metric))
    found = loss if row.failure else row.metrics[metric].value
    return loss if np.isnan(found) else found


def lost(row: ResultRow) -> bool:
    """Whether a method has failed, or its forecasts have diverged."""
    return bool(row.failure) or not np.isfinite(value(row, "mse"))


def is_published(row: ResultRow) -> bool:
    """Whether a result holds published numbers."""
    return bool(row.facts.get(PUBLISHED))


def ranks(table: ScoreMatrix) -> Float[np.ndarray, "method contest"]:
    """Ranks in each contest: 1 is best, ties get the mean rank. NaN where some method has no result."""
    whole = ~np.isnan(table.values).any(axis=0)
    signed = sense(direction(table.metric)) * table.values
    found = np.full(table.values.shape, np.nan)
    found[:, whole] = rankdata(signed[:, whole], axis=0)
    return found


def standing(table: ScoreMatrix, results: Results) -> list[Place]:
    """The ranking of all methods, the best mean rank first.

    Args:
        table: The metric that decides the rank.
        results: All results. Trials and seconds are means over the results that are not published ones.
    """
    each = ranks(table)
    columns = np.flatnonzero(~np.isnan(each).any(axis=0))
    draws = np.random.default_rng(0).choice(columns, (RESAMPLES, len(columns))) if len(columns) else None
    places = []
    for i, method in enumerate(table.methods):
        rows = [results[method, contest] for contest in table.contests if (method, contest) in results]
        own = [row for row in rows if not is_published(row)]
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
                trials=float(np.mean([row.facts.get("trials", 1) for row in own])) if own else np.nan,
                seconds=float(np.mean([row.seconds for row in own])) if own else np.nan,
                published=bool(rows) and not own,
            )
        )
    return sorted(places, key=lambda place: (np.isnan(place.rank), place.rank, place.method))
