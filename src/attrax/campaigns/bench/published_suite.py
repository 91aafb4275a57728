"""The published suite: the univariate series of Gilpin (2021) with the published scores of 16 methods."""

import csv
import shlex
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from attrax.campaigns.bench.contest import AbstractSuite, Contest
from attrax.campaigns.bench.contest_metrics import forecast_metric
from attrax.campaigns.metric import Metric
from attrax.core.errors import DataError
from attrax.data.series import Dataset
from attrax.measures.forecast_metrics import forecast_metrics
from attrax.reading.load import load
from attrax.registries import RIVALS
from attrax.runs.tree_file import file_sha256

SEEN = 1_000
TARGETS = slice(1_000, 1_199)
NAIVE = {"NaiveSeasonal": "persistence", "NaiveMean": "mean", "NaiveDrift": "drift"}
"""Published methods that can be recomputed from the series alone, with their names in attrax."""
NAMES = {"r2_score": "r2"}
TOLERANCE = 1e-5


@dataclass(frozen=True)
class PublishedSuite(AbstractSuite):
    """Forecasts of rows 1,000 to 1,199 of a channel of 131 systems, from the 1,000 rows before.

    Args:
        series: `.npz` file with the arrays `names` and `test`, one row for each system.
        scores: `.csv` file with the published scores: system, model, and one column for each metric.

    References:
        Gilpin, Chaos as an interpretable benchmark for forecasting and data-driven modelling, NeurIPS 2021
            [@gilpin2021].
    """

    series: Path
    scores: Path
    name = "published"

    @cached_property
    def _rows(self) -> dict[str, np.ndarray]:
        try:
            with np.load(self.series, allow_pickle=False) as file:
                return dict(zip(file["names"].tolist(), file["test"].astype(np.float64), strict=True))
        except (OSError, ValueError, KeyError) as failure:
            raise _unreadable(self.series, failure) from None

    @cached_property
    def _published(self) -> dict[str, dict[str, dict[str, float]]]:
        found: dict[str, dict[str, dict[str, float]]] = {}
        try:
            with self.scores.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    metrics = {NAMES.get(k, k): float(v) for k, v in row.items() if k not in ("system", "model")}
                    found.setdefault(row["model"], {})[row["system"]] = metrics
        except (OSError, ValueError, KeyError) as failure:
            raise _unreadable(self.scores, failure) from None
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the systems with published scores."""
        scored = {system for systems in self._published.values() for system in systems}
        return tuple(name for name in self._rows if name in scored)

    def contest(self, name: str) -> Contest:
        """The contest for one series: forecasts of rows 1,000 to 1,199."""
        x = self._rows[name][:, None]
        train = load(x[:SEEN])
        return Contest(Dataset(train.series, name=name, source=name), x[None, :SEEN], x[None, TARGETS])

    @property
    def identity(self) -> str:
        """The hash of the series."""
        return file_sha256(self.series)

    @property
    def arguments(self) -> str:
        """The arguments that name the two files."""
        return shlex.join(["published", "--data", str(self.series), "--data", str(self.scores)])

    def published(self) -> dict[str, dict[str, dict[str, Metric]]]:
        """The published metrics, after a check of those that can be recomputed.

        Raises: DataError D140 if a score disagrees with the series or with other scores of the same forecast.
        """
        return self._checked

    @cached_property
    def _checked(self) -> dict[str, dict[str, dict[str, Metric]]]:
        rows = TARGETS.stop - TARGETS.start
        found: dict[str, dict[str, dict[str, Metric]]] = {}
        for method, systems in self._published.items():
            for system, values in systems.items():
                self._check(method, system, values)
                metrics = {name: forecast_metric(name, value, rows=rows, starts=1) for name, value in values.items()}
                found.setdefault(method, {})[system] = metrics
        return found

    def recomputed(self) -> tuple[int, int]:
        """Number of published scores, and how many of them were recomputed from the series."""
        known = sum(len(self._published.get(method, {})) for method in NAIVE)
        return sum(map(len, self._published.values())), known

    def _check(self, method: str, system: str, metrics: dict[str, float]) -> None:
        truth = self._rows[system][TARGETS, None]
        expected = {
            "rmse": np.sqrt(metrics["mse"]),
            "coefficient_of_variation": 100 * metrics["rmse"] / truth.mean(),
            "marre": 100 * metrics["mae"] / np.ptp(truth),
        }
        if method in NAIVE:
            contest = self.contest(system)
            naive = RIVALS.spec(NAIVE[method]).fits[0](contest.train).simulate(contest.contexts[0], len(truth))
            ours = forecast_metrics(truth, naive.x)
            expected |= {name: ours[name] for name in metrics}
        for name, value in expected.items():
            if not np.isclose(metrics[name], value, rtol=TOLERANCE, atol=1e-3 if name == "r2" else 0):
                raise DataError(
                    "D140",
                    "the published scores do not belong to the series",
                    where=f"{self.scores}: {name} of {method} on {system} is {metrics[name]:g}, not {value:g}",
                    why="columns of different data cannot stand in one table",
                    fix="give the two files that belong together",
                )


def _unreadable(path: Path, failure: Exception) -> DataError:
    return DataError(
        "D141",
        "not a file of the published benchmark",
        where=f"{path}: {str(failure).splitlines()[0][:200] if str(failure) else type(failure).__name__}",
        why="the suite needs the series (.npz with names and test) and the scores (.csv with system, model, metrics)",
        fix="attrax bench published --data SERIES.npz --data SCORES.csv",
    )
