import numpy as np
import pytest

from attrax.analysis import kaplan_yorke_dimension


@pytest.mark.parametrize(
    ("exponents", "dimension"),
    [
        ([-1.0, -2.0], 0.0),
        ([0.0, -1.0], 1.0),
        ([0.5, -1.0], 1.5),
        ([1.0, 1.0, -4.0], 2.5),
        ([1.0, 0.0, -1.0], 3.0),
        ([1.0, 0.5], 2.0),
        ([0.5, -np.inf], 1.0),
        ([-np.inf, 0.5], 1.0),
        ([-np.inf], 0.0),
        ([1.0, -0.2, -0.3, -0.4, -0.5], 4.2),
    ],
)
def test_dimension(exponents, dimension):
    np.testing.assert_allclose(kaplan_yorke_dimension(np.array(exponents)), dimension)


def test_nothing_known_gives_no_dimension():
    assert np.isnan(kaplan_yorke_dimension(np.array([0.5, np.nan])))
