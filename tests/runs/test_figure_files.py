import numpy as np

from attrax.plots import Axis, Figure, Line, Panel
from attrax.runs.figure_files import write_figures


def test_every_figure_is_three_files(tmp_path):
    t = np.arange(10.0)
    panel = Panel(traces=(Line(x=t, y=t**2),), x=Axis(label="t"), y=Axis(label="x"))
    figures = [Figure(name=name, title="A", panels=(panel,), caption="A curve.") for name in ("a", "b.1")]
    told = []
    written = write_figures(figures, tmp_path / "f", progress=lambda *counts: told.append(counts))
    assert [path.name for path in written] == ["a.png", "b.1.png"]
    names = {path.name for path in (tmp_path / "f").iterdir()}
    assert names == {"a.png", "a.svg", "a.csv", "b.1.png", "b.1.svg", "b.1.csv"}
    assert np.loadtxt(tmp_path / "f" / "a.csv", delimiter=",", skiprows=1, usecols=(2, 3))[3].tolist() == [3, 9]
    assert told == [(1, 2), (2, 2)]
