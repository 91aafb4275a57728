"""Suites of known systems: recordings of all channels, made on demand from fixed settings."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from attrax.campaigns.bench.contest import AbstractSuite, Contest
from attrax.reading.load import load
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
class SystemSuite(AbstractSuite):
    """Recordings of known systems: the first half is for training, the second half for forecasts and free runs.

    Args:
        name: Name of the suite.
        systems: Names of systems in the catalogue.
        rows: Number of rows of each half.
        noise: Observation noise of the training half, as a share of the standard deviation of each channel.
        seed: Seed of initial states and noise.
    """

    name: str
    systems: tuple[str, ...]
    rows: int = 3_000
    noise: float = 0.0
    seed: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the systems."""
        return self.systems

    def contest(self, name: str) -> Contest:
        """The contest of one system. The last rows of the training half are left out as a gap between the halves."""
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


def quick() -> SystemSuite:
    """The suite of twelve different systems."""
    return SystemSuite("quick", QUICK)


def all_flows() -> SystemSuite:
    """The suite of every flow in the catalogue."""
    return SystemSuite("dysts", tuple(name for name in catalogue.names() if catalogue.find(name).period))


@lru_cache(maxsize=4)
def _recording(name: str, rows: int, seed: int) -> np.ndarray:
    return record_system(name, RecordOptions(points=2 * rows, per_period=PER_PERIOD, seed=seed))[0].x
