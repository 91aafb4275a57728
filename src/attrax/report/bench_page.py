"""The page of the arena: a table that can be sorted, a heat map, and every contest with the commands that repeat it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from attrax.campaigns.bench.arena import COLUMNS, Arena, cells_of, table_of
from attrax.campaigns.bench.standing import Place, ranks
from attrax.report.html_page import render_page

METRIC = "smape"
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


def bench_page(arena: Arena, results: dict[tuple[str, str], dict[str, Any]], places: Sequence[Place]) -> str:
    """The page of an arena.

    Args:
        arena: The suite and who entered it.
        results: What came out, by method and contest.
        places: The methods in the order of the table.
    """
    methods = [place.method for place in places]
    content = {
        "suite": arena.suite.name,
        "command": arena.command,
        "columns": COLUMNS,
        "lines": [cells_of(place) for place in places],
        "methods": methods,
        "contests": arena.contests,
        "tiles": _tiles(arena, results, methods),
        "details": DETAILS,
        "drill": {name: [_line(results, method, name) for method in methods] for name in arena.contests},
    }
    return render_page("bench.html.j2", **content)


def _tiles(arena: Arena, results: dict[tuple[str, str], dict[str, Any]], methods: Sequence[str]) -> list[list[Tile]]:
    """A row a contest, a column a method."""
    table = table_of(arena, results, METRIC)
    each = ranks(table)
    rows = {method: i for i, method in enumerate(table.methods)}
    worst = max(len(table.methods) - 1, 1)

    def tile(method: str, column: int) -> Tile:
        if method not in rows or np.isnan(table.values[rows[method], column]):
            return Tile("–", -1)
        value, rank = table.values[rows[method], column], each[rows[method], column]
        shade = -1 if np.isnan(rank) else round((STEPS - 1) * (rank - 1) / worst)
        return Tile(_number(value), shade)

    return [[tile(method, k) for method in methods] for k in range(len(arena.contests))]


def _line(results: dict[tuple[str, str], dict[str, Any]], method: str, contest: str) -> dict[str, Any]:
    """A method on one contest: its numbers, or why there are none, and what repeats it."""
    result = results.get((method, contest))
    if result is None:
        return {"method": method, "values": ["–"] * len(DETAILS), "remark": "not computed", "command": ""}
    metrics = result.get("metrics", {})
    values = [_number(float(metrics[name])) if name in metrics else "–" for name in DETAILS]
    remark = "published" if result.get("published") else result["failure"] or f"{result['seconds']:.1f} s"
    return {"method": method, "values": values, "remark": remark, "command": result.get("command", "")}


def _number(value: float) -> str:
    return f"{value:.4g}" if np.isfinite(value) else "failed"
