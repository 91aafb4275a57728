"""Claims: statements of a paper about its numbers, which are checked against our own measurements.

A claim names metrics as `experiment/metric`, for example `ecg_gtf/D_stsp`. It is checked with their medians over seeds.
A number within the tolerance is *reproduced*. Outside the tolerance, a better number is *better* and not reproduced; a
worse one *differs*.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from attrax.campaigns.published_number import PublishedNumber
from attrax.campaigns.results_table import Spread, Summary
from attrax.measures.measure_spec import Better, sense
from attrax.reconstruct.settings.sections import Section

SEEDS = 3
"""Smallest number of runs with different seeds that a claim needs, unless it is exact."""


class ClaimVerdict(StrEnum):
    """The verdict on a claim."""

    REPRODUCED = "reproduced"
    BETTER = "better"
    DIFFERS = "differs"
    NOT_RUN = "not run"


@dataclass(frozen=True)
class SeedValues:
    """The values of one metric over seeds.

    Attributes:
        values: One value for each seed; infinite or NaN for a failed run.
        better: Whether lower or higher values are better.
    """

    values: tuple[float, ...]
    better: Better

    @property
    def median(self) -> float:
        """The median over seeds; NaN if any value is NaN."""
        return float(np.median(self.values))


class AbstractClaim(Section, ABC):
    """A statement of a paper that can be checked.

    Attributes:
        source: Where in the paper it stands, such as `Table 1`.
        seeds: Number of runs with different seeds that the verdict needs.
        protocol: The protocol that the numbers must have; any if empty.

    For developers: implement `metrics`, `text` and `verdict`. `verdict` is only called when every metric of `metrics`
    has been measured for enough seeds.
    """

    source: str = ""
    seeds: int = Field(default=SEEDS, ge=1)
    protocol: str = ""

    @property
    @abstractmethod
    def metrics(self) -> tuple[str, ...]:
        """The metrics that the claim is about, as `experiment/metric`."""

    @property
    @abstractmethod
    def text(self) -> str:
        """The claim in one line."""

    @abstractmethod
    def verdict(self, found: Sequence[SeedValues]) -> ClaimVerdict:
        """The verdict, from the values of each metric over seeds, in the order of `metrics`."""


class AbstractSingleClaim(AbstractClaim):
    """A statement of a paper about one metric.

    Attributes:
        metric: The metric.
    """

    metric: str

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metric."""
        return (self.metric,)


class Within(AbstractSingleClaim):
    """The median is within `tolerance` of the published number; `spread` is the scatter of the published runs."""

    kind: Literal["within"]
    published: float
    spread: float = Field(default=0.0, ge=0)
    tolerance: float = Field(gt=0)

    @property
    def text(self) -> str:
        """The claim in one line."""
        told = PublishedNumber(value=self.published, spread=self.spread)
        return f"{self.metric} is {told}" + (f", within {self.tolerance:g}" if self.tolerance != self.spread else "")

    def verdict(self, found: Sequence[SeedValues]) -> ClaimVerdict:
        """Reproduced within the tolerance; outside, better or different according to the direction of the metric."""
        (evidence,) = found
        return _two_sided(evidence.median - self.published, self.tolerance, evidence.better)


class AtMost(AbstractSingleClaim):
    """The median is `limit` or less."""

    kind: Literal["at_most"]
    limit: float

    @property
    def text(self) -> str:
        """The claim in one line."""
        return f"{self.metric} is at most {self.limit:g}"

    def verdict(self, found: Sequence[SeedValues]) -> ClaimVerdict:
        """Reproduced if the median is at most the limit."""
        return _holds(found[0].median <= self.limit)


class AtLeast(AbstractSingleClaim):
    """The median is `limit` or more."""

    kind: Literal["at_least"]
    limit: float

    @property
    def text(self) -> str:
        """The claim in one line."""
        return f"{self.metric} is at least {self.limit:g}"

    def verdict(self, found: Sequence[SeedValues]) -> ClaimVerdict:
        """Reproduced if the median is at least the limit."""
        return _holds(found[0].median >= self.limit)


class LessThan(AbstractClaim):
    """The median of one metric is less than that of another, by at least `margin`."""

    kind: Literal["less_than"]
    metric: str
    other: str
    margin: float = Field(default=0.0, ge=0)

    @property
    def metrics(self) -> tuple[str, ...]:
        """Both metrics."""
        return (self.metric, self.other)

    @property
    def text(self) -> str:
        """The claim in one line."""
        return f"{self.metric} is less than {self.other}" + (f", by {self.margin:g}" if self.margin else "")

    def verdict(self, found: Sequence[SeedValues]) -> ClaimVerdict:
        """Reproduced if the first median is smaller by at least the margin."""
        less, more = found
        return _holds(less.median < more.median and less.median + self.margin <= more.median)


_SIGNS = {"rising": 1, "falling": -1}


class Monotone(AbstractClaim):
    """The medians of several metrics rise, or fall, in the given order."""

    kind: Literal["monotone"]
    along: tuple[str, ...] = Field(min_length=2)
    direction: Literal["rising", "falling"]

    @property
    def metrics(self) -> tuple[str, ...]:
        """All metrics, in their order."""
        return self.along

    @property
    def text(self) -> str:
        """The claim in one line."""
        return f"{self.direction}: {', '.join(self.along)}"

    def verdict(self, found: Sequence[SeedValues]) -> ClaimVerdict:
        """Reproduced if every median is larger (or smaller) than the one before it."""
        steps = np.diff([evidence.median for evidence in found])
        return _holds(bool((_SIGNS[self.direction] * steps > 0).all()))


class Exact(AbstractSingleClaim):
    """Every run gives the known number, up to `tolerance` for rounding; one run is enough."""

    kind: Literal["exact"]
    value: float
    tolerance: float = Field(default=1e-9, ge=0)
    seeds: int = Field(default=1, ge=1)

    @property
    def text(self) -> str:
        """The claim in one line."""
        return f"{self.metric} is exactly {self.value:.10g}, up to {self.tolerance:g}"

    def verdict(self, found: Sequence[SeedValues]) -> ClaimVerdict:
        """Reproduced if the value of every run is within the tolerance."""
        return _holds(bool((np.abs(np.array(found[0].values) - self.value) <= self.tolerance).all()))


Claim = Annotated[Within | AtMost | AtLeast | LessThan | Monotone | Exact, Field(discriminator="kind")]


@dataclass(frozen=True)
class JudgedClaim:
    """A claim with our measurements and the verdict.

    Attributes:
        claim: The claim.
        verdict: The verdict.
        why: What is missing or has failed; empty if nothing.
        measured: Median and scatter of each metric that was measured.
        seeds: Number of runs of the metric with the fewest runs.
    """

    claim: AbstractClaim
    verdict: ClaimVerdict
    why: str
    measured: tuple[Spread, ...]
    seeds: int

    @property
    def measured_text(self) -> str:
        """The measured medians in one line."""
        return ", ".join(map(str, self.measured)) or "-"


def judge_claim(claim: AbstractClaim, results: Mapping[str, Summary], *, seeds: int | None = None) -> JudgedClaim:
    """Compare a claim with the measured results.

    Args:
        claim: The claim.
        results: The results of a study, by name of the experiment.
        seeds: Number of runs that are enough; that of the claim if not given.
    """
    wanted = claim.seeds if seeds is None else seeds
    parts = [_part(reference, results) for reference in claim.metrics]
    known = [(summary, name) for summary, name in parts if summary is not None]
    runs = min((summary.runs if summary is not None else 0 for summary, _ in parts), default=0)
    measured = tuple(summary.spread(name) for summary, name in known if summary.metrics(name))
    why = _missing(parts, runs, wanted, claim.protocol)
    if why is not None:
        return JudgedClaim(claim, ClaimVerdict.NOT_RUN, why, measured, runs)
    failures = [f"{s.failed} of {s.runs} runs of {name} have failed" for s, name in known if s.failed]
    if any(2 * summary.failed >= summary.runs for summary, _ in known):
        return JudgedClaim(claim, ClaimVerdict.DIFFERS, "; ".join(failures), measured, runs)
    found = [SeedValues(tuple(summary.values(name)), summary.better(name)) for summary, name in known]
    return JudgedClaim(claim, claim.verdict(found), "; ".join(failures), measured, runs)


def split_reference(reference: str) -> tuple[str, str]:
    """Split `experiment/metric` into the names of the experiment and the metric.

    Example:
        >>> split_reference("ecg_gtf/PE(20)")
        ('ecg_gtf', 'PE(20)')
    """
    experiment, _, metric = reference.partition("/")
    return experiment, metric


def _part(reference: str, results: Mapping[str, Summary]) -> tuple[Summary | None, str]:
    experiment, metric = split_reference(reference)
    summary = results.get(experiment)
    return (summary if summary is not None and summary.runs else None), metric


def _missing(parts: Sequence[tuple[Summary | None, str]], runs: int, wanted: int, protocol: str) -> str | None:
    """Why the claim cannot be judged yet; None if it can."""
    if runs < wanted:
        return f"{runs} of {wanted} seeds" if runs else ""
    used = set()
    for summary, name in parts:
        assert summary is not None
        unmeasured = summary.runs - summary.failed - len(summary.metrics(name))
        if unmeasured:
            return f"{name} was not measured"
        used |= {metric.protocol for metric in summary.metrics(name)}
    if len(used) > 1:
        return f"measured with {len(used)} protocols"
    if protocol and used and used != {protocol}:
        return f"measured with another protocol, {used.pop()}"
    return None


def _two_sided(difference: float, tolerance: float, better: Better) -> ClaimVerdict:
    if abs(difference) <= tolerance * (1 + 1e-12):
        return ClaimVerdict.REPRODUCED
    return ClaimVerdict.BETTER if sense(better) * difference < 0 else ClaimVerdict.DIFFERS


def _holds(held: bool) -> ClaimVerdict:
    return ClaimVerdict.REPRODUCED if held else ClaimVerdict.DIFFERS
