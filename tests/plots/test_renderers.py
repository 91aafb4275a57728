"""Both renderers draw every figure; what they draw is what the figure says."""

import xml.etree.ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest

from attrax.plots import DARK, LIGHT, Role, matplotlib_renderer, plotly_renderer
from attrax.plots.attribution import forecast_parts_figure
from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.traces import Heatmap, Line


def test_matplotlib_draws_the_traces(figure):
    canvas = matplotlib_renderer.render(figure)
    axes = [a for a in canvas.axes if a.get_label() != "<colorbar>"]
    assert len(axes) == len(figure.panels)
    for a, panel in zip(axes, figure.panels, strict=True):
        assert a.get_xlabel() == panel.x.text
        assert a.get_ylabel() == panel.y.text
        assert len(a.lines) + len(a.patches) + len(a.collections) >= len(panel.traces)


def test_plotly_draws_the_traces(figure):
    canvas = plotly_renderer.render(figure)
    traces = [trace for panel in figure.panels for trace in panel.traces]
    assert len(canvas.data) >= len(traces)
    named = {trace.name for trace in traces if not isinstance(trace, Heatmap)}  # that has its name on the color bar
    assert named <= {trace.name or "" for trace in canvas.data} | {""}
    assert figure.title in canvas.layout.title.text


@pytest.mark.slow
def test_every_figure_becomes_a_file(figure):
    assert matplotlib_renderer.render_file(figure, "png", DARK)[:4] == b"\x89PNG"
    ET.fromstring(matplotlib_renderer.render_file(figure, "svg"))
    assert "<html>" in plotly_renderer.render(figure, DARK).to_html(include_plotlyjs=False)


def test_the_same_figure_gives_the_same_bytes(figures):
    first, again = (matplotlib_renderer.render_file(figures["lyapunov"](), "svg") for _ in range(2))
    assert first == again
    assert "λ₁".encode() in first


def test_drawing_leaves_the_settings_alone(figures):
    before = dict(mpl.rcParams)
    matplotlib_renderer.render_file(figures["basins"](), "png")
    assert dict(mpl.rcParams) == before


def test_a_figure_is_drawn_at_night_on_dark_paper(figures):
    canvas = matplotlib_renderer.render(figures["basins"](), DARK)
    assert mpl.colors.to_hex(canvas.get_facecolor()).upper() == DARK.background
    assert plotly_renderer.render(figures["basins"](), DARK).layout.paper_bgcolor == DARK.background


def luminance(color):
    linear = np.array(mpl.colors.to_rgb(color))
    linear = np.where(linear <= 0.04045, linear / 12.92, ((linear + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("role", Role)
def test_every_color_stands_out_from_the_paper(theme, role):
    low, high = sorted([luminance(theme.color(role)), luminance(theme.background)])
    assert (high + 0.05) / (low + 0.05) > 2.0


def named(name):
    """A figure with this name in every place where a name may stand."""
    line, axis = Line(x=np.arange(3.0), y=np.arange(3.0), name=name), Axis(label=name)
    return Figure(name="named", title=name, panels=(Panel(traces=(line,), x=axis, y=axis, title=name),), caption=name)


@pytest.mark.parametrize("name", ["costs in $ and $\\frac{", "$a$b$$", "US$"])
def test_a_dollar_sign_is_no_formula(name):
    assert matplotlib_renderer.render_file(named(name), "svg").decode().count(name) >= 4


def test_no_cell_of_the_numbers_is_a_formula():
    assert named("=cmd").to_csv().splitlines()[1].startswith("'=cmd,'=cmd,")


def test_an_axis_of_counts_has_whole_ticks_only():
    bars = Line(x=np.array([1.0, 2.0, 3.0]), y=np.array([0.1, 0.2, np.nan]))
    panel = Panel(traces=(bars,), x=Axis(label="attractor", integer=True), y=Axis(label="share"))
    figure = Figure(name="a", title="A", panels=(panel,), caption="Bars.")
    layout = figure.to_plotly().layout
    assert (layout.xaxis.dtick, layout.xaxis.tick0, layout.yaxis.dtick) == (1, 0, None)


def test_names_longer_than_a_panel_are_shortened_in_images_and_leave_room_for_the_axes():
    names = [f"$x$ \x1b[31m, a name with many words, of the catheter in the ventricle, {i}" for i in range(2)]
    rng = np.random.default_rng(0)
    figure = forecast_parts_figure(
        rng.normal(size=(5, 2, 2)), rng.normal(size=(5, 2)), np.zeros(1, int), np.ones(1), names
    )
    canvas = matplotlib_renderer.render(figure)
    # A panel without room is a warning of matplotlib, and warnings are errors here.
    canvas.draw_without_rendering()
    legend = canvas.axes[0].get_legend()
    told = [canvas.axes[0].get_title("left"), canvas.axes[0].get_ylabel(), *(t.get_text() for t in legend.texts)]
    assert all(len(text) <= 50 and "\x1b" not in text for text in told)
    assert told[1].endswith("le, 0")
