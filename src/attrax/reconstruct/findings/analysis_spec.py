"""`AnalysisSpec`: the entry that every file in `analyses/` declares, from which commands and help texts are made."""

from dataclasses import dataclass

from attrax.core.spec import Spec


@dataclass(frozen=True)
class AnalysisSpec(Spec):
    """An analysis: a function from an `AnalysisTask` and a `Count` to a `Finding`, or None if it does not apply.

    Attributes:
        place: Position in the order of analyses, smallest first. Give cheap and informative ones a small number.
        needs: Why the analysis does not apply to some maps, as the end of the sentence "not possible here: ...".
        figures: Names of the figures that it may draw, which the report shows beside its own.
    """

    place: int = 100
    needs: str = ""
    figures: tuple[str, ...] = ()
