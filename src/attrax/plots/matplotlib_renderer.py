"""Draws figures with matplotlib, as PNG or SVG. The same figure always gives the same bytes.

matplotlib is imported when the first figure is drawn. Its global state (settings, current figure) is not changed.
"""

import io
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from attrax.core.safe_text import printable, shortened, without_formulas
from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.theme import LIGHT, Theme
from attrax.plots.traces import Band, Bars, Heatmap, Line, Line3D, Points, Points3D

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

Kind: TypeAlias = Literal["png", "svg", "pdf"]
"""A file format."""
FILLED = {"dot": ".", "circle": "o", "square": "s", "diamond": "D", "triangle": "^", "star": "*"}
STROKED = {"cross": "x", "plus": "+"}
DASHES = {"solid": "-", "dash": (0, (5, 3)), "dot": (0, (1, 2))}
DOTS_PER_INCH, PRINT_DOTS_PER_INCH = 160, 300
LETTERS_PER_INCH = 17.0
LONGEST_LABEL, LONGEST_TITLE, LONGEST_CAPTION = 40, 80, 1_000
"""In characters. Names of channels may be longer than a panel is wide; files of numbers and pages hold them in full."""
LONGEST_BESIDE = 30
"""Entries of a legend up to this length stand beside each other; a label up the side of a panel is no longer."""
MILLIMETRES = 25.4
"""In an inch."""
METADATA = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}, "pdf": {"CreationDate": None}}
"""What a file would say of when and by what it was made."""
PANEL_SIZES = {1: (6.4, 3.6), 2: (4.4, 3.4), 3: (3.6, 3.2)}


def render_file(figure: Figure, kind: Kind, theme: Theme = LIGHT) -> bytes:
    """A figure as the bytes of an image file.

    Args:
        figure: What to draw.
        kind: File format: `png` (pixels), `svg` or `pdf` (vector graphics).
        theme: Colors and sizes.

    Cost: About a quarter of a second for each figure.
    """
    return render_files(figure, (kind,), theme)[kind]


def render_files(figure: Figure, kinds: Sequence[Kind], theme: Theme = LIGHT) -> dict[Kind, bytes]:
    """A figure as the bytes of several image files, for which its parts are placed once.

    Args:
        figure: What to draw.
        kinds: File formats: `png` (pixels), `svg` or `pdf` (vector graphics).
        theme: Colors and sizes.

    Cost: About 0.2 s of processor time for each figure and 0.1 s for each file.
    """
    import matplotlib as mpl

    files: dict[Kind, bytes] = {}
    # Text stays text in an SVG, and identifiers follow from the figure instead of the clock.
    settings: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": figure.name}
    settings |= {"figure.autolayout": False, "figure.constrained_layout.use": False}
    with mpl.rc_context(settings):
        dots = PRINT_DOTS_PER_INCH if theme.width_mm else DOTS_PER_INCH
        canvas = render(figure, theme)
        canvas.set_dpi(dots)
        layout = canvas.get_layout_engine()
        assert layout is not None
        layout.execute(canvas)
        # With a layout, even one that does nothing, saving draws everything twice.
        canvas.set_layout_engine(None)
        for kind in kinds:
            file = io.BytesIO()
            canvas.savefig(file, format=kind, dpi=dots, metadata=METADATA[kind])
            files[kind] = file.getvalue()
    return files


def render(figure: Figure, theme: Theme = LIGHT) -> "Canvas":
    """A figure as a matplotlib figure, which can be changed before it is saved.

    Args:
        figure: What to draw.
        theme: Colors and sizes.
    """
    from matplotlib.figure import Figure as Canvas

    figure = figure.thinned()
    width, height = PANEL_SIZES[min(figure.columns, 3)]
    if figure.panels[0].equal or figure.panels[0].z is not None:
        height = max(height, 0.9 * width)
    size = (width * figure.columns, height * figure.rows)
    if theme.width_mm:
        size = (theme.width_mm / MILLIMETRES, theme.width_mm / MILLIMETRES * size[1] / size[0])
    canvas = Canvas(figsize=size, layout="constrained", facecolor=theme.background)
    for i, panel in enumerate(figure.panels):
        space = {"projection": "3d"} if panel.z is not None else {}
        _draw_panel(canvas.add_subplot(figure.rows, figure.columns, i + 1, **space), panel, theme)
    if not theme.titled:
        return canvas
    style: dict[str, Any] = {"color": theme.text, "x": 0.01, "ha": "left"}
    canvas.suptitle(_drawn(figure.title, LONGEST_TITLE), fontsize=theme.font_size + 3, fontweight="bold", **style)
    caption = textwrap.fill(shortened(figure.caption, LONGEST_CAPTION), int(size[0] * LETTERS_PER_INCH))
    canvas.supxlabel(_drawn(caption, LONGEST_CAPTION), fontsize=theme.font_size - 1, **style)
    return canvas


def _draw_panel(axes: Any, panel: Panel, theme: Theme) -> None:
    _prepare(axes, panel, theme)
    pen = _MatplotlibPen(axes, theme)
    for trace in panel.traces:
        trace.draw(pen)
    names = axes.get_legend_handles_labels()[1]
    if names:
        # The legend must not cover the data: it stands below the axes, or in a corner of a panel in three dimensions.
        place = {"loc": "upper right"} if panel.z is not None else {"loc": "upper left", "bbox_to_anchor": (0, -0.2)}
        columns = 1 if panel.z or max(map(len, names)) > LONGEST_BESIDE else 2 if panel.equal else 3
        legend = axes.legend(fontsize=theme.font_size - 1, frameon=False, labelcolor=theme.text, ncols=columns, **place)
        for handle in legend.get_lines():
            handle.set(markersize=max(handle.get_markersize(), 4.0), linewidth=max(handle.get_linewidth(), 1.0))
    for axis, draw in ((panel.x, axes.set_xlim), (panel.y, axes.set_ylim)):
        if axis.bounds is not None:
            draw(*axis.bounds)


def _prepare(axes: Any, panel: Panel, theme: Theme) -> None:
    axes.set_facecolor(theme.background)
    axes.set_title(_drawn(panel.title), fontsize=theme.font_size + 1, color=theme.text, loc="left")
    axes.tick_params(colors=theme.text, labelsize=theme.font_size - 1, length=2.5, color=theme.muted)
    axes.grid(color=theme.grid, linewidth=0.6)
    axes.set_axisbelow(True)
    for name, axis in (("x", panel.x), ("y", panel.y), ("z", panel.z)):
        if axis is not None:
            _prepare_axis(axes, name, axis, theme)
    if panel.z is not None:
        _prepare_space(axes, theme)
        return
    for side, spine in axes.spines.items():
        spine.set(color=theme.muted, linewidth=0.7, visible=side in ("left", "bottom"))
    if panel.equal:
        axes.set_aspect("equal", adjustable="datalim")


def _prepare_axis(axes: Any, name: str, axis: Axis, theme: Theme) -> None:
    from matplotlib.ticker import MaxNLocator

    longest = LONGEST_BESIDE if name == "y" else LONGEST_LABEL
    getattr(axes, f"set_{name}label")(_drawn(axis.text, longest), fontsize=theme.font_size, color=theme.text)
    if axis.scale == "log":
        getattr(axes, f"set_{name}scale")("log")
    elif axis.integer:
        getattr(axes, f"{name}axis").set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))


def _prepare_space(axes: Any, theme: Theme) -> None:
    # Draw marks over the orbit whatever their depth: otherwise the orbit would hide everything inside it.
    axes.computed_zorder = False
    axes.view_init(elev=18, azim=-60)
    axes.set_box_aspect((1, 1, 0.85), zoom=1.05)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.set_pane_color(theme.background)
        axis.line.set_color(theme.muted)
        axis.set_major_locator(_few_ticks())
        axis._axinfo["grid"].update(color=theme.grid, linewidth=0.6)


def _few_ticks() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(5)


class _MatplotlibPen:
    """Draws on one pair of matplotlib axes."""

    def __init__(self, axes: Any, theme: Theme):
        self.axes, self.theme = axes, theme

    def line(self, trace: Line) -> None:
        self.axes.plot(
            trace.x,
            trace.y,
            color=self.theme.color(trace.role),
            linewidth=trace.width,
            linestyle=DASHES[trace.dash],
            label=_label(trace.name),
        )

    def line3d(self, trace: Line3D) -> None:
        color = self.theme.color(trace.role)
        self.axes.plot(trace.x, trace.y, trace.z, color=color, linewidth=trace.width, label=_label(trace.name))

    def points(self, trace: Points) -> None:
        if trace.y_error is not None:
            color = self.theme.color(trace.role)
            self.axes.errorbar(trace.x, trace.y, trace.y_error, fmt="none", ecolor=color, elinewidth=1, capsize=3)
        self.axes.plot(trace.x, trace.y, linestyle="", label=_label(trace.name), **self._marks(trace))

    def points3d(self, trace: Points3D) -> None:
        self.axes.plot(
            trace.x, trace.y, trace.z, linestyle="", label=_label(trace.name), zorder=10, **self._marks(trace)
        )

    def _marks(self, trace: Points | Points3D) -> dict[str, Any]:
        color = self.theme.color(trace.role)
        style: dict[str, Any] = {"markersize": trace.size, "color": color}
        if trace.marker in STROKED:
            return {**style, "marker": STROKED[trace.marker], "markeredgewidth": 1.5}
        edge = 0.0 if trace.marker == "dot" else 0.6
        return {
            **style,
            "marker": FILLED[trace.marker],
            "markeredgewidth": edge,
            "markeredgecolor": self.theme.background,
        }

    def bars(self, trace: Bars) -> None:
        color = self.theme.color(trace.role)
        self.axes.bar(trace.x, trace.y, width=trace.width, color=color, label=_label(trace.name))

    def band(self, trace: Band) -> None:
        color = self.theme.color(trace.role)
        self.axes.fill_between(
            trace.x, trace.low, trace.high, color=color, alpha=0.2, linewidth=0, label=_label(trace.name)
        )

    def heatmap(self, trace: Heatmap) -> None:
        from matplotlib.colors import LinearSegmentedColormap

        ramp = LinearSegmentedColormap.from_list("ramp", self.theme.colormap)
        mesh = self.axes.pcolormesh(trace.x, trace.y, np.ma.masked_invalid(trace.values), cmap=ramp, shading="nearest")
        bar = self.axes.figure.colorbar(mesh, ax=self.axes, shrink=0.85, pad=0.02)
        bar.set_label(_drawn(trace.name), color=self.theme.text, fontsize=self.theme.font_size)
        bar.ax.tick_params(colors=self.theme.text, labelsize=self.theme.font_size - 1, length=2)
        bar.outline.set_visible(False)


def _label(name: str) -> str:
    """Names that begin with an underscore stay out of matplotlib's legends."""
    return _drawn(name) or "_"


def _drawn(text: str, longest: int = LONGEST_LABEL) -> str:
    """A text as it is drawn: without formulas and control characters, and no longer than its place."""
    return without_formulas(printable(shortened(text, longest)))
