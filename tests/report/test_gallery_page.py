import numpy as np

from attrax.report.gallery_page import gallery_page
from attrax.runs.system_gallery import _entry, plotted_points


def test_a_card_shows_picture_exponents_equations_and_citation():
    x = np.column_stack([np.sin(np.arange(100.0)), np.cos(np.arange(100.0))])
    line = np.linspace(0, 1, 50)[:, None]
    entries = [_entry("lorenz63", x), _entry("logistic", line), _entry("mackey_glass", line)]
    points = plotted_points(entries[0])
    assert (len(points), points.min(), points.max()) == (100, 0, 255)
    # One channel: of a map over the value before, of a delay equation over that a quarter of a period before.
    assert [len(plotted_points(entry)) for entry in entries[1:]] == [49, 25]
    html = gallery_page(entries)
    for text in (
        "3 systems",
        "dx/dt = sigma * (y - x)",
        "Lorenz (1963)",
        "Exponents 0.910 ± 0.008",
        'data-flow="false"',
    ):
        assert text in html
    assert "http" not in html.replace("http-equiv", "").partition("<main>")[0]
