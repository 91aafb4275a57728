import numpy as np

from attrax.core.result import Result
from attrax.plots import Axis, Figure, Line, Panel
from attrax.reconstruct.findings.finding import Finding


def test_a_warning_stands_above_every_figure():
    panel = Panel(traces=(Line(x=np.arange(2.0), y=np.arange(2.0)),), x=Axis(label="t"), y=Axis(label="x"))
    figure = Figure(name="a", title="An orbit", panels=(panel,), caption="A line.")
    finding = Finding(Result.SUCCESSFUL, {}, figures=(figure,))
    (warned,) = finding.with_warning("the model is PARTLY: beware").figures
    assert warned.title == "An orbit (the model is PARTLY)"
    assert warned.caption == "Warning: the model is PARTLY: beware. A line."
    assert finding.with_warning("") is finding
