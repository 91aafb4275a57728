import numpy as np
import pytest

from attrax.core.result import Result
from attrax.plots import Axis, Figure, Line, Panel
from attrax.reconstruct.findings.finding import Finding, number


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (0.90612, 0.0042, "0.906 ± 0.004"),
        (-14.5712, 0.013, "-14.57 ± 0.01"),
        (14.2, 13.0, "14 ± 1e+01"),
        (2.0625, None, "2.06"),
        (np.nan, 0.1, "-"),
        (-np.inf, np.nan, "-inf"),
        (1.0, 0.0, "1"),
    ],
)
def test_a_number_has_the_digits_its_error_lets_stand(value, error, text):
    assert number(value, error) == text


def test_a_warning_stands_above_every_figure():
    panel = Panel(traces=(Line(x=np.arange(2.0), y=np.arange(2.0)),), x=Axis(label="t"), y=Axis(label="x"))
    figure = Figure(name="a", title="An orbit", panels=(panel,), caption="A line.")
    finding = Finding(Result.SUCCESSFUL, {}, figures=(figure,))
    (warned,) = finding.with_warning("the model is PARTLY: beware").figures
    assert warned.title == "An orbit (the model is PARTLY)"
    assert warned.caption == "Warning: the model is PARTLY: beware. A line."
    assert finding.with_warning("") is finding
