"""`PublishedNumber`: a number from a paper with its scatter."""

from attrax.core.number_text import MOST_DIGITS, number_text
from attrax.reconstruct.settings.sections import Section


class PublishedNumber(Section):
    """A number from a publication, and the scatter of its repetitions.

    Example:
        >>> str(PublishedNumber(value=4.3, spread=0.6))
        '4.3 ± 0.6'
    """

    value: float
    spread: float = 0.0

    def __str__(self) -> str:
        return number_text(self.value, self.spread, digits=MOST_DIGITS)
