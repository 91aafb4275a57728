import json
import subprocess
import sys

import numpy as np
import pytest

from attrax import ConfigError, DataError
from attrax.measures import (
    DeviationUnit,
    Flag,
    MixtureDivergence,
    PredictionError,
    RangeBox,
    SpectrumDistance,
    StateSpaceDivergence,
    TopologicalDistance,
    ValidPredictionTime,
)
from attrax.measures.input_checks import check_aligned, comparable_pair, gap_free_pair
from attrax.measures.score import shortest_text

ATTRACTOR_MEASURES = [StateSpaceDivergence(), MixtureDivergence(samples=50), SpectrumDistance()]


@pytest.fixture
def x():
    return np.random.default_rng(0).normal(size=(600, 3)).cumsum(axis=0)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1e-5, "1e-5"), (30, "30"), (0.1, "0.1"), (1e-7, "1e-7"), (1e20, "1e20"), (0.123456789, "0.123456789")],
)
def test_digits_are_short_and_read_back(value, text):
    assert shortest_text(value) == text
    assert float(text) == value


@pytest.mark.parametrize(
    ("measure", "name", "protocol"),
    [
        (StateSpaceDivergence(), "D_stsp", "D_stsp/binned/30/range+0.1sd/1e-5"),
        (StateSpaceDivergence.gtf2023(), "D_stsp", "D_stsp/binned/30/range+0.1sd/1e-5"),
        (StateSpaceDivergence.dend2022(), "D_stsp", "D_stsp/binned/30/+-2sd/1e-5/from1"),
        (StateSpaceDivergence.alrnn2024(), "D_stsp", "D_stsp/binned/30/range/1e-5/from1"),
        (MixtureDivergence(), "D_stsp", "D_stsp/mixture/1/1000/10000"),
        (MixtureDivergence(standardized=True), "D_stsp", "D_stsp/mixture/1sd/1000/10000"),
        (MixtureDivergence.gtf2023(), "D_stsp", "D_stsp/mixture/1/1000/10000/underflow1.4e-45"),
        (SpectrumDistance.gtf2023(), "D_H", "D_H/hellinger/gauss20bins"),
        (TopologicalDistance(levels=(1.0,)), "D_top", "D_top/rips/200/1/20/0.02/0.05/1/10000/sd"),
        (
            TopologicalDistance(50, 2, standardized=False, levels=(0.5, 1.0)),
            "D_top",
            "D_top/rips/50/2/20/0.02/0.05/0.5+1/10000",
        ),
        (PredictionError(20), "PE(20)", "PE(20)/mse/raw"),
        (PredictionError(20, unit=DeviationUnit()), "PE(20)", "PE(20)/mse/relative"),
        (ValidPredictionTime(), "VPT", "VPT/0.4sd/raw"),
        (ValidPredictionTime(unit_time=1.1), "VPT", "VPT/0.4sd/relative"),
    ],
)
def test_protocols(measure, name, protocol):
    assert (measure.name, measure.protocol) == (name, protocol)


def test_protocols_tell_settings_apart():
    variants = [
        StateSpaceDivergence(),
        StateSpaceDivergence(bins=20),
        StateSpaceDivergence(pseudocount=1e-4),
        StateSpaceDivergence(box=RangeBox(0.2)),
        StateSpaceDivergence(first_cell=1),
        StateSpaceDivergence.dend2022(),
    ]
    assert len({measure.protocol for measure in variants}) == len(variants)


@pytest.mark.parametrize("measure", ATTRACTOR_MEASURES)
def test_a_recording_is_at_distance_zero_from_itself(measure, x):
    score = measure(x, x.copy(), key=0)
    assert score.value == 0.0
    assert score.flags == ()
    assert (score.n_used, score.n_dropped) == (len(x), 0)


@pytest.mark.parametrize("measure", [StateSpaceDivergence(), SpectrumDistance()])
def test_column_order_does_not_matter(measure, x):
    x_sim = x[::-1] + 0.1 * x**2
    order = [2, 0, 1]
    assert measure(x, x_sim).value > 0
    assert measure(x[:, order], x_sim[:, order]).value == pytest.approx(measure(x, x_sim).value, abs=1e-12)


@pytest.mark.parametrize("measure", ATTRACTOR_MEASURES)
def test_a_diverged_simulation_is_cut_counted_and_flagged(measure, x):
    x_sim = np.concatenate([x[:400] + 0.1, np.full((200, 3), np.nan)])
    score = measure(x, x_sim, key=0)
    assert score.value == measure(x, x_sim[:400], key=0).value
    assert (score.n_used, score.n_dropped) == (400, 200)
    assert score.flags == (Flag.DIVERGED,)
    assert "diverged" in score.flags


@pytest.mark.parametrize("blown_up", [1e150, -1e300, np.inf])
@pytest.mark.parametrize("measure", ATTRACTOR_MEASURES)
def test_astronomic_values_count_as_diverged(measure, x, blown_up):
    x_sim = x.copy()
    x_sim[500:] = blown_up
    score = measure(x, x_sim, key=0)
    assert np.isfinite(score.value)
    assert (score.n_dropped, score.flags) == (100, (Flag.DIVERGED,))


@pytest.mark.parametrize("measure", ATTRACTOR_MEASURES)
def test_the_largest_values_allowed_overflow_nowhere(measure, x):
    score = measure(x, 9e49 * x / np.abs(x).max(), key=0)
    assert not np.isnan(score.value)
    assert score.std_error is None or np.isfinite(score.std_error)
    assert Flag.DIVERGED not in score.flags


@pytest.mark.parametrize("n", [0, 7])
@pytest.mark.parametrize("measure", ATTRACTOR_MEASURES)
def test_nothing_finite_is_infinite_and_empty(measure, x, n):
    score = measure(x, np.full((n, 3), np.nan), key=0)
    assert score.value == np.inf
    assert (score.n_used, score.n_dropped) == (0, n)
    assert Flag.EMPTY in score.flags
    assert (Flag.DIVERGED in score.flags) == (n > 0)


@pytest.mark.parametrize("measure", ATTRACTOR_MEASURES)
def test_single_and_double_precision_agree(measure, x):
    single, x_sim = x.astype(np.float32), (x[::-1] * 0.9).astype(np.float32)
    double = measure(single.astype(np.float64), x_sim.astype(np.float64), key=0)
    assert measure(single, x_sim, key=0) == double


@pytest.mark.parametrize("measure", [StateSpaceDivergence(), MixtureDivergence(samples=50)])
def test_missing_rows_of_the_reference_are_left_out(measure, x):
    holes = x.copy()
    holes[100:130, 1] = np.nan
    score = measure(holes, x, key=0)
    assert score.value == measure(np.delete(x, slice(100, 130), axis=0), x, key=0).value
    assert score.flags == (Flag.MISSING,)


def test_the_spectrum_refuses_gaps_and_names_the_longest_run(x):
    holes = x.copy()
    holes[[100, 130]] = np.nan
    with pytest.raises(DataError) as error:
        SpectrumDistance()(holes, x)
    assert error.value.code == "D101"
    assert "row 100" in error.value.where
    assert "x[131:600]" in error.value.fix
    assert gap_free_pair(x, np.concatenate([x, holes[100:101]])).n_dropped == 1


@pytest.mark.parametrize(
    ("x", "x_sim", "code"),
    [
        (np.zeros(5), np.zeros(5), "D111"),
        (np.zeros((2, 5, 1)), np.zeros((5, 1)), "D111"),
        (np.eye(3), np.eye(3)[:, :2], "D110"),
        (np.array([[1.0, 2.0], [1.0, 3.0]]), np.eye(2), "D103"),
        (np.ones((1, 2)), np.eye(2), "D104"),
        (np.full((4, 2), np.nan), np.eye(2), "D104"),
    ],
)
def test_references_that_cannot_be_measured(x, x_sim, code):
    with pytest.raises(DataError) as error:
        comparable_pair(x, x_sim)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("shape", "shape_sim", "code"), [((4, 2), (4, 3), "D110"), ((4,), (4,), "D111"), ((0, 2), (0, 2), "D111")]
)
def test_forecasts_that_do_not_match_their_targets(shape, shape_sim, code):
    with pytest.raises(DataError) as error:
        check_aligned(np.ones(shape), np.ones(shape_sim), ("time", "obs"))
    assert error.value.code == code


@pytest.mark.parametrize(
    "build",
    [
        lambda: StateSpaceDivergence(bins=1),
        lambda: StateSpaceDivergence(pseudocount=0.0),
        lambda: StateSpaceDivergence(first_cell=30),
        lambda: RangeBox(margin=-0.1),
        lambda: MixtureDivergence(variance=0.0),
        lambda: MixtureDivergence(samples=1),
        lambda: SpectrumDistance(smoothing=0.0),
        lambda: PredictionError(horizon=0),
        lambda: ValidPredictionTime(threshold=float("nan")),
    ],
)
def test_impossible_settings_are_refused(build):
    with pytest.raises(ConfigError) as error:
        build()
    assert error.value.code == "C520"


def test_measures_import_neither_jax_nor_scikit_learn():
    code = "import sys, json, attrax.measures; print(json.dumps(sorted(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"jax", "sklearn", "pandas", "attrax.data", "attrax.models"} & set(json.loads(answer.stdout))
