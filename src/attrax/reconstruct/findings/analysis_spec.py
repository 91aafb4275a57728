"""`AnalysisSpec`: the description of an analysis of a map, and how a report shows its result."""

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
    """An analysis: a function from an `AnalysisTask` and a `Count` to a `Finding`, or None if it does not apply.

    Attributes:
        place: Position in the order of analyses, smallest first. Give cheap and informative ones a small number.
        needs: Why the analysis does not apply to some maps, as the end of the sentence "not possible here: ...".
        tab: The tab of a report that shows it.
        texts: Sentences for the report, from the facts.
        table: A table for the report, from the facts; None if there is none to show.
        on_request: Whether it runs only if it is asked for by name.
    """

    place: int = 100
    needs: str = ""
    tab: Literal["Chaos", "Structure"] = "Structure"
    texts: Callable[[Facts], tuple[str, ...]] = _no_texts
    table: Callable[[Facts], FactTable | None] = _no_table
    on_request: bool = False
