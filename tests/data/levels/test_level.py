"""What is taken out of the values of a recording comes back: transforms and lines, in any rows."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from attrax.core.errors import ConfigError, DataError
from attrax.data.levels.transforms import transforms_of
from attrax.data.repair.detrending import detrend, trends_of
from attrax.data.repair.repair_options import RepairOptions
from attrax.data.repair.repairs import apply_repairs
from attrax.data.repair.transforming import transform
from attrax.data.splitting import hold_out
from attrax.diagnosis.positive_values import advice_on, find_positive
from attrax.reading import load

ROWS = np.arange(400.0)
WAVE = np.sin(ROWS / 7)


def rising(slope=0.1, rows=ROWS, level=20.0):
    return level + slope * rows + np.sin(rows / 7)


@pytest.mark.parametrize(
    "options", [{"detrend": "all"}, {"transform": "log", "detrend": "x0"}, {"transform": "x1=sqrt"}]
)
@pytest.mark.parametrize("rows", [slice(None), slice(17, 300), slice(5, None, 3)])
def test_values_come_back_in_any_rows(options, rows):
    x = np.stack([rising(), 3 + WAVE], axis=1)
    x[50:60, 1] = np.nan
    made = apply_repairs(load(x), RepairOptions(missing="mask", **options))[0][rows]
    assert abs(made.x - np.nan_to_num(x[rows])).max() > 0.1
    assert_allclose(made.recorded.values, x[rows], rtol=1e-12)
    assert made.recorded.level is None


def test_a_line_goes_on_beyond_the_last_row():
    made = detrend(load(rising()), ("all",))[0]
    later = np.arange(400, 500)
    assert_allclose(made.level.undo(("x0",), np.zeros((100, 1)), later)[:, 0], made.level.lines(("x0",), later)[:, 0])
    assert_allclose(made.level.lines(("x0",), later)[:, 0], 0.1 * (later - 199.5), atol=0.8)
    error = made.level.error(("x0",), np.array([200, 400, 1000]))[:, 0]
    assert 0 < error[0] < error[1] < error[2]


def test_held_out_rows_and_the_whole_recording_have_the_line_of_the_training_rows():
    recording = load(rising() + np.where(ROWS > 320, 5.0, 0.0))
    cut = detrend(hold_out(recording, 0.2, gap=10), ("all",))
    known = trends_of(cut)
    whole = detrend(recording, ("all",), known)
    assert whole[0].level == cut[0].level
    assert cut[1].level == cut[0].level.later(320)
    assert_allclose(whole[0].x[320:], cut[1].x)
    again = detrend(hold_out(recording, 0.2, gap=10), ("all",), known)
    assert again.sha256 == cut.sha256


def test_a_recording_that_goes_on_has_the_line_and_another_one_is_moved_to_its_level():
    known = trends_of(detrend(load(rising()), ("all",)))
    longer = detrend(load(rising(rows=np.arange(600.0))), ("all",), known)[0]
    assert longer.level.trend == known[0]
    other = detrend(load(rising(slope=-0.3, level=900)), ("all",), known)[0]
    assert_allclose(other.x.mean(), known[0].mean[0])
    assert_allclose(other.recorded.x[:, 0], rising(slope=-0.3, level=900))


def test_a_piece_with_a_clock_finds_its_place():
    pd = pytest.importorskip("pandas")
    index = pd.date_range("2000-01-01", periods=400, freq="h")
    frame = pd.DataFrame({"x": rising()}, index=index)
    known = trends_of(apply_repairs(load(frame), RepairOptions(detrend="x")))
    piece = detrend(load(frame.iloc[250:]), ("x",), known)[0]
    assert piece.level.first == 250
    whole = detrend(load(frame), ("x",), known)[0]
    assert_allclose(piece.x, whole.x[250:])


def test_the_least_value_of_a_logarithm_or_a_square_root_is_not_below_zero():
    y = np.linspace(-50, 50, 11)[:, None]
    for kind in ("log", "sqrt", "nonnegative"):
        level = transform(load(np.abs(WAVE) + 0.1), (kind,))[0].level
        assert level.undo(("x0",), y, np.arange(11)).min() >= 0
        assert np.isnan(level.undo(("x0",), np.full((2, 1), np.nan), np.arange(2))).all()


def test_transforms_are_named_for_all_or_for_one():
    assert transforms_of(("log", "b=none"), ("a", "b"), "array") == ("log", "none")
    assert transforms_of(("b*=sqrt",), ("a", "b1"), "array") == ("none", "sqrt")
    with pytest.raises(ConfigError, match="C614"):
        RepairOptions(transform="cube")
    with pytest.raises(DataError, match="D119"):
        transform(load(WAVE), ("y=none",))


@pytest.mark.parametrize(("x", "kind", "fix"), [(WAVE, "sqrt", "x0=none"), (np.abs(ROWS - 9), "log", "x0=sqrt")])
def test_values_without_a_transform_are_named(x, kind, fix):
    with pytest.raises(DataError, match=rf"D136[\s\S]*'x0'[\s\S]*{fix}"):
        transform(load(x), (kind,))


def test_a_transform_is_advised_where_it_helps():
    grows = (1 + ROWS / 50) * (2 + np.sin(ROWS))
    table = load(np.stack([np.exp(2 * WAVE), grows, 30 + WAVE, WAVE, np.abs(WAVE)], axis=1))
    found = {p.channel: p for p in find_positive(table)}
    assert {name: p.transform for name, p in found.items()} == {"x0": "log", "x1": "log", "x2": "", "x4": ""}
    assert {name for name, p in found.items() if p.near_zero} == {"x0", "x1", "x4"}
    (told,) = advice_on(tuple(found.values()))
    assert told.startswith("transform  'x0'")
    assert told.endswith("(--transform x0=log,x1=log)")


def test_hiding_and_slicing_keep_the_level():
    made = transform(load(np.exp(WAVE)), ("log",))[0]
    assert made.replace(x=made.x, inputs=None, mask=None).level == made.level
    assert replace(made, x=made.x).recorded.x.min() > 0
