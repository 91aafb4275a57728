"""Analysis spec: what an analysis of a map says of itself."""

from dataclasses import dataclass

from attrax.core.spec import Spec


@dataclass(frozen=True)
class AnalysisSpec(Spec):
    """An analysis: a function of a `Task` and a `Count`, which gives a `Finding`, or None where it has no meaning.

    Attributes:
        place: Where it comes among the others; the cheap ones that tell most come first.
        needs: What is missing where it has no meaning.
        figures: Names of the figures that it may draw and that a report shows beside its own.
    """

    place: int = 100
    needs: str = ""
    figures: tuple[str, ...] = ()
