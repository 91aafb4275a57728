from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

import attrax
from attrax import ConfigError, DataError
from attrax.core import Scaling
from attrax.data import Dataset, Series, embed
from attrax.data.embedding.projection import Projection
from attrax.models import IdentityObservation, LinearStart, Model
from attrax.plots.matplotlib_renderer import render_file
from attrax.reading import load
from attrax.reconstruct import run_figures
from attrax.reconstruct.forecasting.filled_recording import Filled, fill_recording, filled_sample, rows_with_most_gaps
from attrax.reconstruct.settings.configuration import configure
from attrax.runs.evidence_file import open_evidence, save_evidence
from attrax.runs.run_filling import write_filled
from attrax.systems import find

MEAN, STD = 2.0, 5.0


@pytest.fixture(scope="module")
def known():
    """The Hénon map as the model of a recording in other units."""
    scaling = Scaling((MEAN, MEAN), (STD, STD))
    start = LinearStart(jnp.zeros((0, 2)))
    return Model(find("henon").dynamics, IdentityObservation(2), start, scaling, ("x", "y"))


@pytest.fixture(scope="module")
def truth(henon):
    return MEAN + STD * (henon(800) + 0.02 * np.random.default_rng(1).normal(size=(800, 2)))


@pytest.fixture(scope="module")
def gappy(truth):
    """A third of the single values missing."""
    return Series(np.where(np.random.default_rng(0).random(truth.shape) < 1 / 3, np.nan, truth))


def dataset(x):
    return load(np.asarray(getattr(x, "x", x)))


@pytest.fixture(scope="module")
def filled(known, gappy):
    return fill_recording(known, configure(), dataset(gappy))


def test_what_is_missing_is_found_and_what_was_observed_stays(filled, truth):
    seen = filled.recording.mask
    for part in (filled.x, filled.low, filled.high):
        np.testing.assert_array_equal(part[seen], truth[seen])
    assert np.isfinite(filled.x).mean() > 0.99
    assert np.nanmedian(np.abs(filled.x - truth)[~seen]) < 0.03 * STD


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_intervals_hold_as_many_values_as_they_say(known, gappy, truth, level):
    found = fill_recording(known, configure(), dataset(gappy), level=level)
    hidden = ~found.recording.mask
    filled = hidden & np.isfinite(found.x)
    held = ((found.low <= truth) & (truth <= found.high))[filled].mean()
    assert filled.sum() > 0.9 * hidden.sum()
    assert abs(held - level) < 0.1


def test_a_gap_too_long_for_chaos_stays_in_its_middle(known, truth):
    x = truth.copy()
    x[200:300] = np.nan
    found = fill_recording(known, configure(), dataset(x))
    assert np.isnan(found.x[230:270]).all()
    assert np.isfinite(found.x[np.r_[:200, 300:800]]).all()
    assert "stay missing" in found.summary()


def test_without_a_gap_there_is_nothing_to_do(known, truth):
    found = fill_recording(known, configure(), dataset(truth))
    np.testing.assert_array_equal(found.x, truth)
    assert found.summary() == "nothing was missing"


def test_what_cannot_be_filled_is_an_error(known, gappy):
    one = dataset(gappy)
    with pytest.raises(DataError, match="D126"):
        fill_recording(known, configure(), Dataset((one[0], one[0])))
    with pytest.raises(DataError, match="D110"):
        fill_recording(known, configure(), load(gappy.x[:, :1]))
    with pytest.raises(DataError, match=r"D110[\s\S]*1 inputs, model: 0"):
        fill_recording(known, configure(), Dataset((replace(one[0], inputs=np.zeros((800, 1))),)))
    with pytest.raises(DataError, match=r"D106[\s\S]*--dt 1"):
        fill_recording(known, configure(), load(gappy.x, dt=0.5))
    with pytest.raises(ConfigError, match="C604"):
        fill_recording(known, configure(overrides={"model": {"kinds": ["*=poisson"]}}), one)
    for level in (-0.5, 0.0, 1.0, 90):
        with pytest.raises(ConfigError, match="C608"):
            fill_recording(known, configure(), one, level=level)


@pytest.mark.parametrize("gaps", [True, False])
def test_of_an_embedding_the_channel_itself_is_filled(gappy, truth, known, gaps):
    # The second state of the Hénon map is its first one a step before, but for a factor.
    column = load((gappy.x if gaps else truth)[:, :1])
    config = configure(overrides={"data": {"lags": [1, 0]}})
    found = fill_recording(known, config, embed(column, (1, 0)))
    assert found.channels == column[0].channels
    np.testing.assert_array_equal(found.recording.values, column[0].values)
    assert found.x.shape == found.low.shape == (800, 1)


@pytest.mark.parametrize("lags", [(), (1, 0)])
def test_behind_components_the_rest_of_a_row_helps(truth, known, lags):
    rng = np.random.default_rng(2)
    hidden, noise = (truth[:, :1] if lags else truth), 0.05
    V = np.linalg.qr(rng.normal(size=(6, hidden.shape[1])))[0]
    whole = hidden @ V.T + noise * rng.normal(size=(800, 6))
    seen = rng.random(whole.shape) > 0.3
    seen[100:103] = False
    weights = tuple(zip("abcdef", STD**2 * (V**2).sum(axis=1) + noise**2, strict=True))
    series = Series(np.where(seen, whole, 0.0), channels=tuple("abcdef"), mask=seen, weights=weights)
    projection = Projection(np.zeros(6), np.ones(6), V, 0.99, series.channels)
    names = ("pc1@1", "pc1@0") if lags else ("pc1", "pc2")
    config = configure(overrides={"data": {"pca": "2", "lags": list(lags)}})
    found = fill_recording(replace(known, channels=names), config, Dataset((series,)), projection=projection)
    np.testing.assert_array_equal(found.x[seen], whole[seen])
    filled = ~seen & np.isfinite(found.x)
    assert filled.sum() > 0.98 * (~seen).sum()
    error = np.abs(found.x - whole)
    assert np.median(error[filled]) < 3 * noise
    # No value of these rows is known, but the model expects them.
    assert np.isfinite(found.x[100:103]).all()
    assert np.median(error[100:103]) < 0.05 * STD
    assert abs((error <= found.high - found.x)[filled].mean() - 0.9) < 0.1


def test_a_gap_at_the_end_is_filled_and_one_at_the_beginning_stays(known, truth):
    x = truth.copy()
    x[0, 0] = x[-1, 0] = np.nan
    found = fill_recording(known, configure(), dataset(x))
    assert np.isnan(found.x).sum() == np.isnan(found.x[0, 0]) == 1
    np.testing.assert_allclose(found.x[1:], truth[1:], atol=0.4 * STD)


@pytest.mark.slow
def test_a_fit_fills_recordings_as_they_came_whatever_repaired_its_own(tiny, gappy):
    settings = {**tiny, "data": {"missing": "interpolate"}}
    fit = attrax.fit(gappy.x, settings=settings, quiet=True)
    found = fit.fill(gappy.x)
    assert found.recording.n_missing == np.isnan(gappy.x).sum()
    figure = found.plot(rows=100)
    assert [panel.title for panel in figure.panels] == ["x0", "x1"]
    assert all(len(trace.x) == 100 for panel in figure.panels for trace in panel.traces)


def test_the_stretch_shown_has_the_most_gaps(known, gappy, truth):
    shown = filled_sample(known, configure(), dataset(gappy))
    assert len(shown.x) == 600
    few = truth.copy()
    few[7] = np.nan
    assert filled_sample(known, configure(), dataset(few)) is None
    short = Series(np.zeros((3, 1)), mask=np.array([[True], [False], [True]]))
    assert rows_with_most_gaps(short, 5) == slice(0, 5)
    # Of a long gap one sees where it begins or ends, and what is around it.
    mask = np.ones((3000, 1), bool)
    mask[1000:2000] = False
    assert rows_with_most_gaps(Series(np.zeros((3000, 1)), mask=mask), 600) in (slice(700, 1300), slice(1700, 2300))


def test_a_channel_of_which_nothing_is_known_is_drawn_empty(known, truth, tmp_path):
    x = truth.copy()
    x[:, 1] = np.nan
    shown = Series(np.nan_to_num(x), mask=~np.isnan(x))
    figure = Filled(shown, x, x, x).plot(rows=100)
    assert figure.panels[1].y.bounds is None
    assert render_file(figure, "png").startswith(b"\x89PNG")


@pytest.mark.slow
def test_the_arrays_behind_the_figure_survive_the_disk(tiny, gappy, tmp_path):
    fit = attrax.fit(gappy.x, settings={**tiny, "data": {"missing": "mask"}}, quiet=True)
    save_evidence(fit.evidence, tmp_path)
    kept = open_evidence(tmp_path)
    for part, again in zip(fit.evidence.gaps, kept.gaps, strict=True):
        np.testing.assert_array_equal(part, again)
    assert [figure.name for figure in run_figures.gaps(kept)] == ["gaps"]


def test_inputs_stay_beside_the_channels(known, truth, tmp_path):
    part = truth[:3].copy()
    drive = np.arange(3.0)[:, None]
    series = Series(part, channels=("x", "y"), inputs=drive, input_channels=("force",))
    write_filled(Filled(series, part, part, part), tmp_path / "a.csv")
    written = (tmp_path / "a.csv").read_text().splitlines()
    assert written[0] == "time,x,y,force"
    assert [line.split(",")[-1] for line in written[1:]] == ["0", "1", "2"]


def test_rows_keep_their_times(known, gappy, tmp_path):
    t = np.datetime64("2024-03-01T00:00:00") + np.arange(800).astype("timedelta64[s]")
    lines = ["time,x,y", *(f"{at},{row[0]},{row[1]}".replace("nan", "") for at, row in zip(t, gappy.x, strict=True))]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    found = fill_recording(known, configure(), load(tmp_path / "a.csv"))
    write_filled(found, tmp_path / "b.csv", intervals=True)
    written = (tmp_path / "b.csv").read_text().splitlines()
    assert written[0] == "time,x,x_low,x_high,y,y_low,y_high"
    assert written[2].startswith("2024-03-01T00:00:01,")
    assert len(written) == 801
