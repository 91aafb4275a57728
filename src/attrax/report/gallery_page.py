"""The gallery: one page with the attractor, the exponents, the equations and the citation of every built-in system."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrax.report.html_page import render_page


def gallery_page(entries: Sequence[Mapping[str, Any]]) -> str:
    """The page of the gallery.

    Args:
        entries: For each system plain values: `name`, `title`, `domain`, `summary`, `equations`, `exponents`,
            `dimension`, `citation`, whether it is a `flow`, and `points`: pairs of bytes in base64.
    """
    return render_page("gallery.html.j2", entries=entries)
