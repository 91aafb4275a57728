from math import comb

import numpy as np
import pytest

from attrax.analysis.linear_regions.existing_regions import existing_regions


def planes(latent, n, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, latent)), rng.normal(size=n)


@pytest.mark.parametrize(("latent", "n"), [(1, 4), (2, 7), (3, 6), (4, 7)])
def test_planes_in_general_position_make_as_many_regions_as_the_formula_says(latent, n):
    found = existing_regions(*planes(latent, n))
    assert len(found.bits) == sum(comb(n, i) for i in range(latent + 1))
    assert len(np.unique(found.bits, axis=0)) == len(found.bits)


@pytest.mark.parametrize("case", ["general", "through the origin", "pairs of parallels", "fewer than dimensions"])
def test_no_region_that_a_point_lies_in_is_missing(case):
    w, h = planes(3, 2 if case == "fewer than dimensions" else 6)
    h = {"through the origin": 0 * h}.get(case, h)
    if case == "pairs of parallels":
        w, h = np.concatenate([w, w]), np.concatenate([h, 0 * h])
    rng = np.random.default_rng(1)
    z = rng.normal(size=(20_000, 3)) * np.exp(2 * rng.normal(size=(20_000, 1)))
    visited = {row.tobytes() for row in z @ w.T + h > 0}
    assert visited <= {row.tobytes() for row in existing_regions(w, h).bits}


def test_corners_lie_on_the_closure_of_their_region():
    w, h = planes(3, 6)
    found = existing_regions(w, h)
    value = found.corners[:, :3] @ w.T + found.corners[:, 3:] * h
    assert (np.where(found.bits[found.owner], value, -value) > -1e-6).all()


def test_planes_without_a_normal_bound_nothing():
    found = existing_regions(np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([-1.0, 0.0]))
    assert found.bits.tolist() == [[False, False], [False, True]]
    assert np.abs(found.lines @ [1.0, 0.0]).max() < 1e-12


def test_too_many_regions_are_not_listed():
    assert existing_regions(*planes(4, 10), limit=1000) is None


def test_regions_are_not_listed_if_there_are_certainly_more_than_asked_for():
    # Six planes in general position have 20 corners and 42 regions.
    assert existing_regions(*planes(3, 6), most=19) is None
    assert len(existing_regions(*planes(3, 6), most=20).bits) == 42
