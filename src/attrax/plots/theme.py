"""Theme: one object that decides every color and size, so that all figures agree, by day and by night."""

from dataclasses import dataclass
from enum import Enum


class Role(Enum):
    """What a color stands for; the theme decides which color that is.

    The first seven are the series of a figure that compares things of one kind, in the order in which they are used.
    """

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    FOURTH = "fourth"
    FIFTH = "fifth"
    SIXTH = "sixth"
    SEVENTH = "seventh"
    INK = "ink"
    QUIET = "quiet"
    DATA = "data"
    MODEL = "model"
    STABLE = "stable"
    SADDLE = "saddle"
    UNSTABLE = "unstable"

    @classmethod
    def series(cls, i: int) -> "Role":
        """The role of series number `i`; the eighth looks like the first again."""
        return list(cls)[i % 7]


# The palette of Okabe and Ito (2008), told apart with every common kind of color vision.
_BLUE, _VERMILION, _GREEN, _ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
_SKY, _PURPLE, _YELLOW = "#56B4E9", "#CC79A7", "#F0E442"


@dataclass(frozen=True, kw_only=True)
class Theme:
    """The looks of every figure.

    Attributes:
        background, ink, quiet, grid: Colors of the paper, of text, of what should stay in the background, of grids.
        colors: A color for each `Role` that is not ink or quiet.
        ramp: Colors from none to most, for `Heat`.
        font_size: Size of the labels, in points.
    """

    background: str
    ink: str
    quiet: str
    grid: str
    colors: dict[Role, str]
    ramp: tuple[str, ...]
    font_size: float = 9.0

    def color(self, role: Role) -> str:
        """The color that stands for `role`, as #rrggbb.

        Example:
            >>> LIGHT.color(Role.DATA) == LIGHT.ink
            False
        """
        return {Role.INK: self.ink, Role.QUIET: self.quiet, **self.colors}[role]


LIGHT = Theme(
    background="#FFFFFF",
    ink="#1F2328",
    quiet="#9AA4AF",
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
    ramp=("#FFFFFF", "#C6DBEF", "#6BAED6", "#2171B5", "#08306B"),
)

DARK = Theme(
    background="#0F141A",
    ink="#E6EDF3",
    quiet="#7A8591",
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
    ramp=("#0F141A", "#12395C", "#1F6FB0", "#56B4E9", "#E8F5FF"),
)
