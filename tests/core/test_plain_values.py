import json

import numpy as np

from attrax.core import Result
from attrax.core.plain_values import plain


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
