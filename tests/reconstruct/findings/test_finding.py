import numpy as np
import pytest

from attrax.reconstruct.findings.finding import number


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (0.90612, 0.0042, "0.906 ± 0.004"),
        (-14.5712, 0.013, "-14.57 ± 0.01"),
        (14.2, 13.0, "14 ± 1e+01"),
        (2.0625, None, "2.06"),
        (np.nan, 0.1, "-"),
        (-np.inf, np.nan, "-inf"),
        (1.0, 0.0, "1"),
    ],
)
def test_a_number_has_the_digits_its_error_lets_stand(value, error, text):
    assert number(value, error) == text
