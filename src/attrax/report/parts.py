"""Parts: what pages are put together from: tables, pictures, and tabs that hold them."""

from dataclasses import dataclass
from pathlib import Path

from attrax.plots.figure import Figure

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class HtmlTable:
    """A small table.

    Attributes:
        title: What it holds.
        columns: Headings; the first column names the rows.
        rows: Texts.
    """

    title: str
    columns: tuple[str, ...]
    rows: Rows


@dataclass(frozen=True)
class Picture:
    """A figure that was drawn before, as a file.

    Attributes:
        path: The PNG file.
        text: What it shows, for those who cannot see it.
    """

    path: Path
    text: str


@dataclass(frozen=True, eq=False)
class Tab:
    """One part of the page, in the order in which it is read.

    Attributes:
        name: Its heading.
        texts: Paragraphs.
        tables, figures, pictures: What it shows.
        commands: Lines to paste into a terminal.
    """

    name: str
    texts: tuple[str, ...] = ()
    tables: tuple[HtmlTable, ...] = ()
    figures: tuple[Figure, ...] = ()
    pictures: tuple[Picture, ...] = ()
    commands: tuple[str, ...] = ()
