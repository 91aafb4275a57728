"""Suites of known systems: all channels of each, recorded anew, frozen by their settings."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from attrax.campaigns.bench.contest import AbstractSuite, Contest
from attrax.data.reading.load import load
from attrax.runs.system_recordings import RecordOptions, record_system
from attrax.systems import catalogue

QUICK = (
    "lorenz63",
    "rossler",
    "chen",
    "chua",
    "dadras",
    "halvorsen",
    "hindmarsh_rose",
    "hyper_rossler",
    "lorenz84",
    "rabinovich_fabrikant",
    "sprott_b",
    "thomas",
)
STARTS = 8
CONTEXT = 500
PERIODS_AHEAD = 4
FREE_ROWS = 1_000
PER_PERIOD = 30.0


@dataclass(frozen=True)
class Systems(AbstractSuite):
    """Recordings of known systems: the first half to learn from, forecasts and free runs judged by the second.

    Args:
        name: What the suite is called.
        systems: Names in the catalogue.
        rows: Rows to learn from, and as many to be judged by.
        noise: Observation noise of what is learned from, as a share of each channel's standard deviation.
        seed: Chooses initial states and noise.
    """

    name: str
    systems: tuple[str, ...]
    rows: int = 3_000
    noise: float = 0.0
    seed: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The systems."""
        return self.systems

    def contest(self, name: str) -> Contest:
        """One system; the last rows of the half that is learned from are left out, so that the halves are apart."""
        x = _recording(name, self.rows, self.seed)
        rng = np.random.default_rng(self.seed)
        learned = x[: self.rows - CONTEXT]
        noise = self.noise * learned.std(axis=0) * rng.standard_normal(learned.shape)
        ahead = int(PERIODS_AHEAD * PER_PERIOD)
        moments = np.linspace(self.rows, 2 * self.rows - ahead, STARTS, dtype=int)
        system = catalogue.find(name)
        exponent = system.exponents[0] if system.exponents and system.exponents[0] > 0 else 0.0
        rows_per_time = PER_PERIOD / system.period if system.period else 1.0
        return Contest(
            train=load(learned + noise),
            contexts=np.stack([x[t - CONTEXT : t] for t in moments]),
            truths=np.stack([x[t : t + ahead] for t in moments]),
            lyapunov_time=rows_per_time / exponent if exponent else np.inf,
            reference=x[self.rows : self.rows + FREE_ROWS],
        )

    @property
    def identity(self) -> str:
        """The settings of the recordings."""
        return f"rows={self.rows} noise={self.noise} seed={self.seed} per_period={PER_PERIOD}"

    @property
    def arguments(self) -> str:
        """The name of the suite."""
        return self.name


def quick() -> Systems:
    """Twelve systems from as many corners of the catalogue."""
    return Systems("quick", QUICK)


def all_flows() -> Systems:
    """Every flow of the catalogue."""
    return Systems("dysts", tuple(name for name in catalogue.names() if catalogue.find(name).period))


@lru_cache(maxsize=4)
def _recording(name: str, rows: int, seed: int) -> np.ndarray:
    return record_system(name, RecordOptions(points=2 * rows, per_period=PER_PERIOD, seed=seed))[0].x
