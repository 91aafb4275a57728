import base64

import numpy as np

from attrax.report.gallery_page import gallery_page
from attrax.runs.system_gallery import _entry


def test_a_card_shows_picture_exponents_equations_and_citation():
    x = np.column_stack([np.sin(np.arange(100.0)), np.cos(np.arange(100.0))])
    entries = [_entry("lorenz63", x), _entry("logistic", np.linspace(0, 1, 50)[:, None])]
    points = np.frombuffer(base64.b64decode(entries[0]["points"]), np.uint8).reshape(-1, 2)
    assert (len(points), points.min(), points.max()) == (100, 0, 255)
    assert len(base64.b64decode(entries[1]["points"])) == 2 * 49
    html = gallery_page(entries)
    for text in (
        "2 systems",
        "dx/dt = sigma * (y - x)",
        "Lorenz (1963)",
        "Exponents 0.910 ± 0.008",
        'data-flow="false"',
    ):
        assert text in html
    assert "http" not in html.replace("http-equiv", "").partition("<main>")[0]
