import json

import numpy as np
import pytest

from attrax.core import Result
from attrax.reconstruct.findings.finding import number, plain


def test_plain_values_survive_json():
    value = {
        "z": np.array([[1.5, np.inf]]),
        "e": np.array([1 + 2j, -1j]),
        "n": np.int64(3),
        "r": [Result.DIVERGED, "a"],
    }
    assert json.loads(json.dumps(plain(value), allow_nan=False)) == {
        "z": [[1.5, None]],
        "e": [[1.0, 2.0], [0.0, -1.0]],
        "n": 3,
        "r": [1, "a"],
    }


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
