"""A row: one measured number with its spread, and how it compares; the table and the JSON are made of nothing else."""

from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.interleave import Spread


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        section, what, way: Which part of the benchmark, what was done, and how.
        where: Threads, or the device.
        unit: Of `value`.
        value: Median and quartiles over rounds; None if it was not measured.
        ratio: The same of the ratios to the row they are compared with, pair by pair within a round.
        remark: What a reader must know, such as why there is no value.
        failed: Whether something is wrong, so that the whole command fails.
    """

    section: str
    what: str
    way: str
    where: str = ""
    unit: str = "ms"
    value: Spread | None = None
    ratio: Spread | None = None
    remark: str = ""
    failed: bool = False

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, entry: dict[str, Any]) -> "Row":
        """What `as_json` gave."""
        spreads = {name: Spread(**entry[name]) if entry[name] else None for name in ("value", "ratio")}
        return cls(**{**entry, **spreads})
