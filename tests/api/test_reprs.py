"""What a person sees who types the name of a thing: a line, or a few for a fit."""

import numpy as np
import pytest

import attrax
from attrax.measures import Row, Score, judge


def test_data_are_a_line():
    x = np.zeros((1200, 2))
    mask = np.ones(x.shape, bool)
    mask[3:5, 0] = False
    series = attrax.Series(x, dt=0.004, unit="s", channels=("ecg", "resp"), mask=mask, inputs=np.zeros((1200, 1)))
    line = "Series(1,200 rows of 2 channels ecg, resp; dt 0.004 s; driven by 1 channel s0; 2 values missing)"
    assert repr(series) == line
    assert repr(attrax.Dataset((series, series), name="heart")) == (
        "Dataset(heart: 2 series, 2,400 rows of 2 channels ecg, resp; dt 0.004 s; 4 values missing)"
    )
    assert repr(attrax.Dataset((), name="none")) == "Dataset(none: no series)"


def test_a_model_is_a_line(make_model):
    told = repr(make_model())
    assert len(told.splitlines()) == 1
    assert "ClippedShallowPLRNN" in told
    assert len(told) < 160


def test_a_notebook_shows_data_and_verdicts_in_short_and_escaped_tables():
    series = attrax.Series(np.arange(6.0).reshape(3, 2), channels=("<b>", "y"), subject="a & b")
    html = series._repr_html_()
    assert "<b>" not in html.replace("<b></b>", "")
    assert "&lt;b&gt;</td><td" in html
    many = attrax.Dataset((series,) * 100)._repr_html_()
    assert "a &amp; b" in many
    assert len(many) < 4_000
    score = Score(0.06, 0.01, "D_H", 1, 0)
    verdict = judge([Row("D_H", score, score, Score(0.5, 0.01, "D_H", 1, 0))], diverged=0)
    assert verdict._repr_html_().startswith('<p style="margin:2px 0"><b>PARTLY</b></p>')
    assert "0.06 ± 0.01" in verdict._repr_html_() or "0.060 ± 0.010" in verdict._repr_html_()
    assert len(repr(verdict).splitlines()) == 2


@pytest.mark.slow
def test_a_fit_is_its_name_and_its_table(henon, tiny):
    fit = attrax.fit(henon(300), settings=tiny, quiet=True)
    first, *table = repr(fit).splitlines()
    assert first.startswith("Reconstruction of data: clipped shallow PLRNN, 3 latent, 4 hidden; seed 0, step")
    assert "\n".join(table) == str(fit.verdict)
