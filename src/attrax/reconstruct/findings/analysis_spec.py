"""Analysis spec: what an analysis of a map says of itself, and how a report shows what it found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from attrax.core.spec import Spec

Facts = Mapping[str, Any]
"""The facts of a finding as they are read from its JSON file."""


class FactTable(NamedTuple):
    """A table of facts, as texts.

    Attributes:
        title: Its heading.
        columns: Headings of the columns.
        rows: The cells of each row.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def _no_table(facts: Facts) -> None:
    del facts


def _no_texts(facts: Facts) -> tuple[str, ...]:
    del facts
    return ()


@dataclass(frozen=True)
class AnalysisSpec(Spec):
    """An analysis: a function of a `Task` and a `Count`, which gives a `Finding`, or None where it has no meaning.

    Attributes:
        place: Where it comes among the others; the cheap ones that tell most come first.
        needs: What is missing where it has no meaning.
        tab: The tab of a report that shows it.
        texts: Sentences for the report, from the facts.
        table: A table for the report, from the facts; None if there is none to show.
    """

    place: int = 100
    needs: str = ""
    tab: Literal["Chaos", "Structure"] = "Structure"
    texts: Callable[[Facts], tuple[str, ...]] = _no_texts
    table: Callable[[Facts], FactTable | None] = _no_table
