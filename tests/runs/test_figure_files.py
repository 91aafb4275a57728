import numpy as np
import pytest

from attrax import ConfigError, RunError
from attrax.plots import Axis, Figure, Line, Panel, paper
from attrax.runs.figure_files import write_figures


def test_every_figure_is_four_files(tmp_path):
    t = np.arange(10.0)
    panel = Panel(traces=(Line(x=t, y=t**2),), x=Axis(label="t"), y=Axis(label="x"))
    figures = [Figure(name=name, title="A", panels=(panel,), caption="A curve.") for name in ("a", "b.1")]
    told = []
    written = write_figures(figures, tmp_path / "f", progress=lambda *counts: told.append(counts))
    assert [path.name for path in written] == ["a.png", "b.1.png"]
    names = {path.name for path in (tmp_path / "f").iterdir()}
    assert names == {f"{name}.{end}" for name in ("a", "b.1") for end in ("png", "svg", "pdf", "csv")}
    assert np.loadtxt(tmp_path / "f" / "a.csv", delimiter=",", skiprows=1, usecols=(2, 3))[3].tolist() == [3, 9]
    assert told == [(1, 2), (2, 2)]


@pytest.fixture
def figure():
    t = np.arange(10.0)
    panel = Panel(traces=(Line(x=t, y=t**2),), x=Axis(label="t"), y=Axis(label="x"))
    return Figure(name="a", title="A <title>", panels=(panel,), caption='A "curve".')


@pytest.mark.parametrize(
    ("end", "first"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF"), ("csv", b"panel")]
)
def test_the_end_of_the_name_decides_what_is_written(figure, tmp_path, end, first):
    path = figure.save(tmp_path / f"a.{end}")
    assert path.read_bytes().startswith(first)
    assert figure.save(tmp_path / f"b.{end}").read_bytes() == path.read_bytes()
    write_figures([figure], tmp_path / "all")
    assert (tmp_path / "all" / f"a.{end}").read_bytes() == path.read_bytes()


def test_an_interactive_page_needs_no_other_file(figure, tmp_path):
    text = figure.save(tmp_path / "a.html").read_text()
    assert "Plotly.newPlot" in text
    assert "<script src=" not in text


def test_what_cannot_be_written_is_told(figure, tmp_path):
    with pytest.raises(ConfigError, match=r"'\.docx'"):
        figure.save(tmp_path / "a.docx")
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="R304"):
        figure.save(tmp_path / "file" / "a.png")


def test_the_paper_style_has_its_width_and_no_title(figure):
    canvas = figure.to_matplotlib(paper(85))
    assert canvas.get_figwidth() * 25.4 == pytest.approx(85)
    assert canvas._suptitle is None
    assert figure.to_matplotlib()._suptitle.get_text() == "A <title>"


def test_a_figure_is_shown_by_name_and_as_an_image(figure):
    assert repr(figure) == "Figure(a: A <title>; 1 panel)"
    html = figure._repr_html_()
    assert html.startswith('<img src="data:image/png;base64,')
    assert 'alt="A &lt;title&gt;. A &quot;curve&quot;."' in html
    assert len(figure.to_plotly().data) == 1
