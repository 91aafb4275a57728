import time
import tracemalloc
from math import log

import numpy as np
import pytest

from attrax import ConfigError
from attrax.measures import DeviationBox, Flag, RangeBox, StateSpaceDivergence


def column(*values):
    return np.array(values, dtype=float)[:, None]


def test_two_known_histograms():
    # Without margin the box is [0, 1]; the maximum itself lies on its open upper side and is not counted.
    x = column(0.0, 0.1, 0.2, 0.9, 1.0)
    x_sim = column(0.3, 0.6, 0.7, 0.8)
    measure = StateSpaceDivergence(bins=2, box=RangeBox(margin=0.0), pseudocount=0.5)
    p, q = (3.5 / 5, 1.5 / 5), (1.5 / 5, 3.5 / 5)
    expected = sum(a * log(a / b) for a, b in zip(p, q, strict=True))
    assert measure(x, x_sim).value == pytest.approx(expected, rel=1e-14)


def test_cells_that_nobody_visits_count_through_the_pseudocount():
    # 4 cells of width 1 from 0 to 4: p = (2, 1, 0, 0), q = (1, 0, 0, 0) rows inside.
    x = column(0.0, 0.5, 1.5, 4.0)
    x_sim = column(0.5, 9.0)
    measure = StateSpaceDivergence(bins=4, box=RangeBox(margin=0.0), pseudocount=0.25)
    p = np.array([2.25, 1.25, 0.25, 0.25]) / 4
    q = np.array([1.25, 0.25, 0.25, 0.25]) / 2
    score = measure(x, x_sim)
    assert score.value == pytest.approx(np.sum(p * np.log(p / q)), rel=1e-14)
    assert (score.n_used, score.n_dropped, score.flags) == (1, 1, (Flag.DROPPED,))


def test_divergence_is_not_symmetric():
    rng = np.random.default_rng(0)
    x, x_sim = rng.normal(size=(5000, 1)), 0.5 * rng.normal(size=(5000, 1))
    measure = StateSpaceDivergence()
    assert measure(x, x_sim).value > 2 * measure(x_sim, x).value > 0


def test_fine_bins_approach_the_divergence_of_the_densities():
    # Uniform on [0, 1) against the density 2y: KL = -log 2 + 1.
    x = (np.arange(200_000) + 0.5)[:, None] / 200_000
    measure = StateSpaceDivergence(bins=100, box=RangeBox(margin=0.0), pseudocount=1e-9)
    assert measure(x, np.sqrt(x)).value == pytest.approx(1 - log(2), abs=0.01)


def test_rows_outside_the_box_are_flagged_above_one_percent():
    x = np.linspace(0, 1, 1000)[:, None]
    few, many = x.copy(), x.copy()
    few[:10], many[:11] = 99.0, -99.0
    measure = StateSpaceDivergence()
    assert (measure(x, few).n_dropped, measure(x, few).flags) == (10, ())
    assert (measure(x, many).n_dropped, measure(x, many).flags) == (11, (Flag.DROPPED,))


def test_a_simulation_beside_the_box_is_empty():
    x = np.linspace(0, 1, 100)[:, None]
    score = StateSpaceDivergence()(x, x + 50)
    assert (score.value, score.n_used, score.n_dropped, score.flags) == (np.inf, 0, 100, (Flag.EMPTY,))


def test_boxes():
    x = column(-1.0, 0.0, 4.0)
    sd = np.sqrt(7.0)
    np.testing.assert_allclose(RangeBox(0.1).limits(x), [[-1 - 0.1 * sd], [4 + 0.1 * sd]], rtol=1e-14)
    np.testing.assert_allclose(RangeBox(0.0).limits(x), [[-1.0], [4.0]], rtol=0)
    np.testing.assert_allclose(DeviationBox(2.0).limits(x), [[-2 * sd], [2 * sd]], rtol=1e-14)


def test_the_lowest_cell_can_be_left_out():
    x = column(0.0, 1.0, 2.0, 3.0, 4.0)
    measure = StateSpaceDivergence(bins=4, box=RangeBox(margin=0.0), first_cell=1)
    score = measure(x, x)
    assert (score.n_used, score.n_dropped, score.value) == (3, 2, 0.0)


def test_rows_in_the_lowest_cell_are_outliers_for_the_protocol_of_dendritic_networks():
    # The standard deviation is 1, so cells are 4 / 30 wide and the lowest one ends at -1.867.
    x, x_sim = column(-1.0, 0.0, 1.0), column(-1.9, -1.0, 0.0, 1.0)
    score = StateSpaceDivergence.dend2022()(x, x_sim)
    assert (score.value, score.n_used, score.n_dropped) == (0.0, 3, 1)
    all_cells = StateSpaceDivergence(box=DeviationBox(2.0), pseudocount=1e-12)(x, x_sim)
    assert all_cells.value == pytest.approx(np.log(4 / 3))


def test_a_box_without_data_is_refused():
    with pytest.raises(ConfigError) as error:
        StateSpaceDivergence.dend2022()(column(100.0, 100.5, 101.0), column(100.0))
    assert error.value.code == "C524"


def test_too_many_cells_are_refused():
    x = np.random.default_rng(0).normal(size=(50, 20))
    with pytest.raises(ConfigError) as error:
        StateSpaceDivergence()(x, x)
    assert error.value.code == "C521"
    assert "MixtureDivergence" in error.value.fix


@pytest.mark.parametrize("dims", [1, 2, 3, 5])
def test_oracle_on_synthetic_data(oracle, dims):
    rng = np.random.default_rng(dims)
    x, x_sim = rng.normal(size=(3000, dims)), 1.2 * rng.normal(size=(2500, dims)) + 0.1
    expected = oracle.binned_divergence(x, x_sim)
    assert StateSpaceDivergence()(x, x_sim).value == pytest.approx(expected, abs=1e-9)


def test_dense_histograms_agree():
    rng = np.random.default_rng(0)
    x, x_sim = rng.normal(size=(4000, 3)), rng.standard_t(5, size=(4000, 3))
    edges = [np.linspace(low, high, 13) for low, high in zip(*RangeBox(0.1).limits(x), strict=True)]
    p, q = ((h := np.histogramdd(rows, bins=edges)[0] + 1e-3) / h.sum() for rows in (x, x_sim))
    expected = np.sum(p * np.log(p / q))
    assert StateSpaceDivergence(bins=12, pseudocount=1e-3)(x, x_sim).value == pytest.approx(expected, abs=1e-12)


def test_ecg_as_published(oracle, recording):
    x, x_sim = recording("ECG_pecuzal_5d_test.npy"), recording("ECG_pecuzal_5d_train.npy")
    score = StateSpaceDivergence.gtf2023()(x, x_sim)
    assert score.value == pytest.approx(0.294, abs=5e-4)
    assert score.value == pytest.approx(oracle.binned_divergence(x, x_sim), abs=1e-6)
    assert StateSpaceDivergence(box=DeviationBox(2.0))(x, x_sim).value == pytest.approx(0.70, abs=0.01)


@pytest.mark.parametrize(("pseudocount", "expected"), [(1e-3, 0.19), (1e-7, 0.36)])
def test_ecg_depends_on_the_pseudocount_as_published(recording, pseudocount, expected):
    x, x_sim = recording("ECG_pecuzal_5d_test.npy"), recording("ECG_pecuzal_5d_train.npy")
    assert StateSpaceDivergence(pseudocount=pseudocount)(x, x_sim).value == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize(("length", "expected"), [(1000, 4.56), (10_000, 2.03), (25_000, 0.65), (50_000, 0.66)])
def test_ecg_depends_on_the_length_as_published(recording, length, expected):
    x, x_sim = recording("ECG_pecuzal_5d_test.npy"), recording("ECG_pecuzal_5d_train.npy")
    assert StateSpaceDivergence()(x[:length], x_sim[:length]).value == pytest.approx(expected, abs=0.005)


def test_lorenz_as_published(oracle, recording):
    x, x_sim = recording("lorenz63_test.npy"), recording("lorenz63_on0.05_train.npy")
    score = StateSpaceDivergence.gtf2023()(x, x_sim)
    assert score.value == pytest.approx(0.119, abs=5e-4)
    assert score.value == pytest.approx(oracle.binned_divergence(x, x_sim), abs=1e-6)


def test_five_channels_of_100_000_rows_take_less_than_a_second_and_200_megabytes():
    rng = np.random.default_rng(0)
    x, x_sim = rng.normal(size=(2, 100_000, 5))
    measure = StateSpaceDivergence()
    seconds = []
    for _ in range(3):
        start = time.process_time()
        measure(x, x_sim)
        seconds.append(time.process_time() - start)
    tracemalloc.start()
    measure(x, x_sim)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert min(seconds) < 1
    assert peak < 200e6
