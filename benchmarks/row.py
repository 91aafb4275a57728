"""`Row`: one measured number with its quartiles and its ratio to a reference; a line of the table of results."""

from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.interleave import Spread


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        section, what, way: The section, the operation, and the implementation.
        where: Number of threads, or the device.
        unit: Unit of `value`.
        value: Median and quartiles over rounds; None if it was not measured.
        ratio: Median and quartiles of the ratios to the reference row within each round.
        remark: A remark, such as why there is no value.
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
        """The row as values for JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, entry: dict[str, Any]) -> "Row":
        """The row from the result of `as_json`."""
        spreads = {name: Spread(**entry[name]) if entry[name] else None for name in ("value", "ratio")}
        return cls(**{**entry, **spreads})
