"""The parts of a page: tables, pictures, and tabs that contain them."""

from dataclasses import dataclass
from pathlib import Path

from attrax.plots.figure import Figure
from attrax.plots.page_charts import PageFigure

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class HtmlTable:
    """A small table.

    Attributes:
        title: Its heading.
        columns: Headings of the columns; the first column holds the names of the rows.
        rows: The cells of each row, as texts.
    """

    title: str
    columns: tuple[str, ...]
    rows: Rows


@dataclass(frozen=True)
class Picture:
    """A figure from an image file.

    Attributes:
        path: The PNG file.
        text: A description for readers who cannot see it.
    """

    path: Path
    text: str


@dataclass(frozen=True, eq=False)
class Tab:
    """One tab of a page. Its contents are shown in the order of the attributes.

    Attributes:
        name: Its heading.
        texts: Paragraphs.
        tables: Tables.
        figures: Interactive figures.
        charts: Interactive figures that an analysis has left in the run folder.
        pictures: Figures from image files.
        commands: Commands to paste into a terminal.
    """

    name: str
    texts: tuple[str, ...] = ()
    tables: tuple[HtmlTable, ...] = ()
    figures: tuple[Figure, ...] = ()
    charts: tuple[PageFigure, ...] = ()
    pictures: tuple[Picture, ...] = ()
    commands: tuple[str, ...] = ()
