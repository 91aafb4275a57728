"""The page of the arena: a table that can be sorted, a heat map, and every contest with the commands that repeat it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from attrax.core.number_text import number_text
from attrax.report.html_page import render_page

DETAILS = (
    "smape",
    "nrmse",
    "r2",
    "pearson",
    "valid_time",
    "D_stsp",
    "kl_attractor",
    "hellinger_spectrum",
    "dimension_error",
    "exponent_error",
)
STEPS = 9
"""Shades of the heat map."""


class Tile(NamedTuple):
    """A cell of the heat map.

    Attributes:
        text: The value.
        shade: 0 for the best rank of a contest to 8 for the worst; -1 where there is none.
    """

    text: str
    shade: int


def bench_page(content: Mapping[str, Any]) -> str:
    """The page of an arena.

    Args:
        content: Plain values: `suite` and `command`; the `meanings` of the metrics; `columns` and `lines` of the
            standing; `methods` in its order and `contests`; `metric`, and its `values` and `ranks`, a row a contest and
            a column a method, None where there is none; and `results`, for each contest an entry a method with `values`
            by metric, `remark` and `command`.
    """
    tiles = [
        [_tile(value, rank, len(content["methods"])) for value, rank in zip(values, ranks, strict=True)]
        for values, ranks in zip(content["values"], content["ranks"], strict=True)
    ]
    drill = {name: [_line(entry) for entry in entries] for name, entries in content["results"].items()}
    shown = {
        name: content[name]
        for name in ("suite", "command", "columns", "lines", "methods", "contests", "metric", "meanings")
    }
    return render_page("bench.html.j2", **shown, tiles=tiles, details=DETAILS, drill=drill)


def _tile(value: float | None, rank: float | None, methods: int) -> Tile:
    if value is None:
        return Tile("–", -1)
    shade = -1 if rank is None else round((STEPS - 1) * (rank - 1) / max(methods - 1, 1))
    return Tile(_number(value), shade)


def _line(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A method on one contest, its numbers as texts."""
    return {**entry, "values": [_number(entry["values"][name]) if name in entry["values"] else "–" for name in DETAILS]}


def _number(value: float) -> str:
    return number_text(value, digits=4) if np.isfinite(value) else "failed"
