"""The page of the studies: a card for each, with its claims, what was measured, the verdicts and the figures."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from attrax.report.html_page import render_page
from attrax.report.page_parts import Picture


def study_page(cards: Sequence[Mapping[str, Any]]) -> str:
    """The page of studies.

    Args:
        cards: For each study plain values: `name`, `title`, `paper`, `minutes`; `columns` and `claims`, each with its
            `cells` and its `verdict`; `outdated`, the experiments to be measured again; `figures`, paths of PNG files.
    """
    shown = [
        {**card, "figures": [Picture(path, f"{card['name']}: {path.stem}") for path in card["figures"]]}
        for card in cards
    ]
    verdicts = Counter(claim["verdict"] for card in cards for claim in card["claims"])
    return render_page("studies.html.j2", cards=shown, verdicts=verdicts)
