"""Short pieces of HTML for notebooks: escaped texts, and tables that need no style sheet."""

from collections.abc import Sequence
from html import escape

CELL = "text-align:left;padding:2px 12px 2px 0"


def paragraph(text: str, *, strong: bool = False) -> str:
    """A text as a paragraph.

    Example:
        >>> paragraph("x < y")
        '<p style="margin:2px 0">x &lt; y</p>'
    """
    told = escape(text)
    return f'<p style="margin:2px 0">{f"<b>{told}</b>" if strong else told}</p>'


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of texts.

    Args:
        columns: Headings.
        rows: The cells of each row.
    """
    lines = [_row("td", row) for row in rows]
    return f"<table><thead>{_row('th', columns)}</thead><tbody>{''.join(lines)}</tbody></table>"


def _row(tag: str, cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f'<{tag} style="{CELL}">{escape(text)}</{tag}>' for text in cells) + "</tr>"
