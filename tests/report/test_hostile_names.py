"""No page runs or draws what a name says, in a real browser.

The names are those of channels, files, runs, subjects, contests, rivals, studies and systems.
"""

import numpy as np
import pytest

import attrax
from attrax.reconstruct.inspection import inspect
from attrax.reconstruct.settings.configuration import configure
from attrax.report.bench_page import DETAILS, bench_page
from attrax.report.gallery_page import gallery_page
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


@pytest.fixture(scope="module")
def several(folder):
    """A run of many subjects, whose files and channels have such names."""
    names = [f"{FILE}-{part}" for part in "ab"]
    for name, part in zip(names, np.split(series(), 2), strict=True):
        np.savez(folder / f"{name}.npz", x=part, channels=np.array(HOSTILE[:3]), dt=0.1)
    files = [str(folder / f"{name}.npz") for name in names]
    fit = attrax.fit(files, subjects=1, settings=SETTINGS, folder=folder / "several", quiet=True)
    assert fit.model.subjects == tuple(names)
    return fit


def in_notebook(*objects):
    """A page with what a notebook shows of some objects; no policy protects it."""
    shown = "".join(it._repr_html_() for it in objects)
    return f'<!doctype html><html data-ready="yes"><meta charset="utf-8"><body>{shown}</body></html>'


def pages(folder, several):
    """All pages, made of nothing but hostile names."""
    fit = attrax.open_run(folder / FILE)
    parts = attrax.explain(fit, quiet=True)
    parts.save(quiet=True)
    found = attrax.analyze(
        fit, only=["lyapunov", "fixed_points", "koopman"], steps=2_000, functions=20, budget=100, quiet=True
    )
    found.save(folder / FILE, quiet=True)
    yield "run", fit.report(folder / "report.html").read_text(encoding="utf-8")
    yield "comparison", comparison_page(folder, beside=folder)
    yield "subjects", comparison_page(folder / "several" / "subjects", beside=folder / "several" / "subjects")
    train = fit.recordings.train
    yield "notebook", in_notebook(fit, fit.verdict, train, train[0], fit.plot_free_run(), parts, found, several)
    words = dict.fromkeys(("name", "title", "domain", "summary", "exponents", "dimension", "citation"), HOSTILE[0])
    yield "gallery", gallery_page([{**words, "equations": HOSTILE, "flow": True, "points": "AAAAAA=="}])
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


def test_no_name_runs_or_draws_anything(folder, several, tmp_path):
    with browser() as tab:
        tab.screen(1400, 900)
        for name, html in pages(folder, several):
            path = tmp_path / f"{name}.html"
            path.write_text(html, encoding="utf-8")
            tab.open(path)
            tab.run(
                "for (const e of document.querySelectorAll('[role=tab],th,button:not([data-kind]),summary,.tile'))"
                " e.click();"
                "new Promise((r) => setTimeout(r, 800))"
            )
            assert tab.run("window.hit ?? 0") == 0, name
            assert tab.run(FOUND) == [], name
            assert "714854063" not in html, name
            assert tab.run("document.body.textContent.includes('window.hit=1')"), name
            assert tab.complaints == [], name
