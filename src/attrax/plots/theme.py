"""Themes: the colors and font sizes of all figures, once for a light and once for a dark background."""

from dataclasses import dataclass, replace
from enum import Enum


class Role(Enum):
    """What a color stands for. The theme maps each role to a color.

    `FIRST` to `SEVENTH` are for figures that compare several curves of the same kind, used in this order. `DATA` is
    the recording, `MODEL` the simulation; `STABLE`, `SADDLE` and `UNSTABLE` are kinds of fixed points and cycles.
    `TEXT` is the color of labels, `MUTED` a grey for what should stay in the background.

    Example:
        >>> Role("saddle") is Role.SADDLE
        True
    """

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    FOURTH = "fourth"
    FIFTH = "fifth"
    SIXTH = "sixth"
    SEVENTH = "seventh"
    TEXT = "text"
    MUTED = "muted"
    DATA = "data"
    MODEL = "model"
    STABLE = "stable"
    SADDLE = "saddle"
    UNSTABLE = "unstable"

    @classmethod
    def series(cls, i: int) -> "Role":
        """The role of curve number `i`, counted from 0; after seven curves the colors repeat.

        Example:
            >>> Role.series(0), Role.series(7)
            (<Role.FIRST: 'first'>, <Role.FIRST: 'first'>)
        """
        return list(cls)[i % 7]


# The palette of Okabe and Ito (2008): people with a color vision deficiency can tell these colors apart.
_BLUE, _VERMILION, _GREEN, _ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
_SKY, _PURPLE, _YELLOW = "#56B4E9", "#CC79A7", "#F0E442"


@dataclass(frozen=True, kw_only=True)
class Theme:
    """Colors and font size of a figure. All colors are texts such as `#0072B2`.

    Attributes:
        background: Color behind the figure.
        text: Color of text, axes and known values.
        muted: Color of curves that should not draw attention, such as the orbit behind fixed points.
        grid: Color of grid lines.
        colors: A color for every `Role` except `TEXT` and `MUTED`.
        colormap: Colors from the lowest to the highest value of a `Heatmap`.
        font_size: Size of the axis labels, in points.
        width_mm: Width of an image in millimetres, for print; 0 chooses it by the number of panels.
        titled: Whether the image has a title and a caption. A page or a paper has them as text of its own.

    Example:
        >>> from attrax.plots import DARK, LIGHT
        >>> LIGHT.background, LIGHT.font_size == DARK.font_size
        ('#FFFFFF', True)
    """

    background: str
    text: str
    muted: str
    grid: str
    colors: dict[Role, str]
    colormap: tuple[str, ...]
    font_size: float = 9.0
    width_mm: float = 0.0
    titled: bool = True

    def color(self, role: Role) -> str:
        """The color of a role, as #rrggbb.

        Example:
            >>> LIGHT.color(Role.DATA) == LIGHT.text
            False
        """
        return {Role.TEXT: self.text, Role.MUTED: self.muted, **self.colors}[role]


LIGHT = Theme(
    background="#FFFFFF",
    text="#1F2328",
    muted="#9AA4AF",
    grid="#E6E9ED",
    colors={
        Role.FIRST: _BLUE,
        Role.SECOND: _VERMILION,
        Role.THIRD: _GREEN,
        Role.FOURTH: _PURPLE,
        Role.FIFTH: _ORANGE,
        Role.SIXTH: _SKY,
        Role.SEVENTH: "#6B5B00",
        Role.DATA: "#6E7781",
        Role.MODEL: _BLUE,
        Role.STABLE: _GREEN,
        Role.SADDLE: _ORANGE,
        Role.UNSTABLE: _VERMILION,
    },
    colormap=("#FFFFFF", "#C6DBEF", "#6BAED6", "#2171B5", "#08306B"),
)

DARK = Theme(
    background="#0F141A",
    text="#E6EDF3",
    muted="#7A8591",
    grid="#262D36",
    colors={
        Role.FIRST: _SKY,
        Role.SECOND: "#FF8A3D",
        Role.THIRD: "#2CC99A",
        Role.FOURTH: "#E39BC5",
        Role.FIFTH: "#F2B632",
        Role.SIXTH: "#4C9BE8",
        Role.SEVENTH: _YELLOW,
        Role.DATA: "#9AA4AF",
        Role.MODEL: _SKY,
        Role.STABLE: "#2CC99A",
        Role.SADDLE: "#F2B632",
        Role.UNSTABLE: "#FF8A3D",
    },
    colormap=("#0F141A", "#12395C", "#1F6FB0", "#56B4E9", "#E8F5FF"),
)


def paper(width_mm: float = 85.0, *, font_size: float = 7.0) -> Theme:
    """The style for print: no title, no caption, a width in millimetres, colors for color-blind readers.

    Args:
        width_mm: Width of the image; 85 is a column of many journals, 170 a page.
        font_size: Size of the axis labels, in points.

    Example:
        >>> paper(170).titled, paper(170).width_mm
        (False, 170)
    """
    return replace(LIGHT, font_size=font_size, width_mm=width_mm, titled=False)
