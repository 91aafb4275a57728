"""No page runs or draws what a name says, in a real browser: names of channels, files, runs, contests and studies."""

import numpy as np
import pytest

import attrax
from attrax.reconstruct.inspection import inspect
from attrax.reconstruct.settings.configuration import configure
from attrax.report.bench_page import DETAILS, bench_page
from attrax.report.inspection_page import render_inspection
from attrax.report.run_comparison import comparison_page
from attrax.report.study_page import study_page
from tests.report.browser import PROGRAM, browser
from tests.report.conftest import SETTINGS, series

pytestmark = [pytest.mark.slow, pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium here")]

HOSTILE = (
    "<script>window.hit=1</script>",
    '"><img src=x onerror="window.hit=1">',
    "'><svg onload='window.hit=1'>",
    "</script><script>window.hit=1</script>",
    "<a href='javascript:window.hit=1' class=bait>x</a>",
    "</style><iframe srcdoc='<script>parent.hit=1</script>'>",
    "{{ 7777 * 91919 }}{% raise %}",
    "${window.hit=1}`;window.hit=1;//",
    "]]>--><math><mtext></p><b class=bait>",
    "$x^2$ \x1b[31m\u2028\u202e",
)
FILE = "<img src=x onerror=window.hit=1>"
FOUND = "[...document.querySelectorAll('.bait,img[src=x],svg[onload],iframe')].map((e) => e.outerHTML)"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A run whose file, folder and channels have such names."""
    parent = tmp_path_factory.mktemp("hostile")
    path = parent / f"{FILE}.npz"
    names = np.array(HOSTILE[:3])
    np.savez(path, x=series(), channels=names, dt=0.1)
    fit = attrax.fit(path, settings=SETTINGS, quiet=True)
    assert fit.model.channels == HOSTILE[:3]
    fit.save(parent / FILE)
    return parent


def pages(folder):
    """All pages, made of nothing but hostile names."""
    yield "run", attrax.open_run(folder / FILE).report(folder / "report.html").read_text(encoding="utf-8")
    yield "comparison", comparison_page(folder, beside=folder)
    x = np.sin(np.arange(600)[:, None] / np.arange(5, 15)) + 0.1 * np.random.default_rng(0).normal(size=(600, 10))
    np.savez(folder / f"{FILE}2.npz", x=x, channels=np.array(HOSTILE), dt=0.1)
    found = inspect(configure(overrides={"data": {"source": [str(folder / f"{FILE}2.npz")]}}))
    yield "inspection", render_inspection(found, f"attrax fit '{FILE}'")
    n = len(HOSTILE)
    result = {"values": {}, "remark": HOSTILE[1], "command": HOSTILE[0]}
    content = {
        "suite": HOSTILE[0],
        "command": HOSTILE[1],
        "meanings": dict.fromkeys((*DETAILS, *HOSTILE), HOSTILE[3]),
        "columns": list(HOSTILE),
        "lines": [list(HOSTILE)],
        "methods": list(HOSTILE),
        "contests": list(HOSTILE),
        "metric": HOSTILE[4],
        "values": [[1.0] * n] * n,
        "ranks": [[1.0] * n] * n,
        "results": {name: [{"method": method, **result} for method in HOSTILE] for name in HOSTILE},
    }
    yield "bench", bench_page(content)
    claims = [{"cells": list(HOSTILE), "verdict": name} for name in HOSTILE]
    about = {"paper": HOSTILE[2], "minutes": HOSTILE[3], "columns": HOSTILE, "outdated": HOSTILE, "figures": []}
    yield "studies", study_page([{"name": name, "title": name, "claims": claims, **about} for name in HOSTILE])


def test_no_name_runs_or_draws_anything(folder, tmp_path):
    with browser() as tab:
        tab.screen(1400, 900)
        for name, html in pages(folder):
            path = tmp_path / f"{name}.html"
            path.write_text(html, encoding="utf-8")
            tab.open(path)
            tab.run(
                "for (const e of document.querySelectorAll('[role=tab],th,button,summary,.tile')) e.click();"
                "new Promise((r) => setTimeout(r, 800))"
            )
            assert tab.run("window.hit ?? 0") == 0, name
            assert tab.run(FOUND) == [], name
            assert "714854063" not in html, name
            assert tab.run("document.body.textContent.includes('window.hit=1')"), name
            assert tab.complaints == [], name
