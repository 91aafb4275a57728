import csv
import io

import numpy as np
import pytest

from attrax.plots import Axis, Bars, Figure, Line, Panel, Points


def figure(*traces):
    panel = Panel(traces=traces, x=Axis(label="t", unit="s"), y=Axis(label="x"))
    return Figure(name="f", title="F", panels=(panel,), caption="A caption.")


def test_a_small_figure_stays_as_it_is():
    small = figure(Line(x=np.arange(100.0), y=np.arange(100.0)))
    assert small.thinned() is small


def test_a_large_figure_is_thinned_and_says_so():
    n = 100_000
    large = figure(Line(x=np.arange(1.0 * n), y=np.arange(1.0 * n)), Points(x=np.arange(3.0), y=np.zeros(3)))
    thinned = large.thinned()
    line, points = thinned.panels[0].traces
    assert len(line.x) == pytest.approx(n / 6, abs=1)
    assert len(points.x) == 3  # each of a few marks matters
    assert thinned.caption == "A caption. One point in 6 is drawn."


def test_thinning_keeps_interruptions_of_a_line():
    x = np.arange(50_000.0)
    x[7::1000] = np.nan
    (line,) = figure(Line(x=x, y=x)).thinned(1000).panels[0].traces
    assert np.isnan(line.x).sum() == 50


def test_thinning_takes_no_phase_of_a_cycle_more_often():
    x = np.tile(np.arange(5.0), 20_000)
    (points,) = figure(Points(x=x, y=x)).thinned().panels[0].traces
    counts = np.bincount(points.x.astype(int))
    assert counts.sum() == pytest.approx(20_000, rel=0.01)
    assert counts.min() > 0.9 * counts.max()


def test_the_numbers_can_be_read_back():
    band = Points(x=np.array([1.0, 2.0]), y=np.array([0.1, np.nan]), name="a", y_error=np.array([0.01, 0.02]))
    text = figure(Bars(x=np.array([1.0]), y=np.array([1 / 3]), name="b, c"), band).to_csv()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["trace"] for row in rows] == ["b, c", "a", "a"]
    assert float(rows[0]["y"]) == pytest.approx(1 / 3)
    assert rows[0]["error"] == ""
    assert (rows[2]["x"], rows[2]["y"], rows[2]["error"]) == ("2", "", "0.02")


def test_every_figure_has_numbers_and_a_caption(figure):
    rows = list(csv.DictReader(io.StringIO(figure.to_csv())))
    assert len(rows) > 1
    assert figure.caption.endswith(".")
    assert {"panel", "trace", "x", "y"} <= set(rows[0])


def test_every_axis_is_labelled(figure):
    for panel in figure.panels:
        assert panel.x.text
        assert panel.y.text
