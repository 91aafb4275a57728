import numpy as np
import pytest

from attrax.analysis.attracting_sets.basins import wilson_interval


@pytest.mark.parametrize(
    ("count", "total", "expected"), [(8, 10, (0.4902, 0.9433)), (0, 20, (0.0, 0.1611)), (50, 100, (0.4038, 0.5962))]
)
def test_intervals_of_the_literature(count, total, expected):
    np.testing.assert_allclose(wilson_interval(count, total), expected, atol=1e-4)
