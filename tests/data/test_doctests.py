import doctest
import importlib
import sys

import numpy as np
import pytest


@pytest.mark.parametrize(
    "name",
    [
        "clock.calendars",
        "clock.clock_names",
        "clock.date_text",
        "clock.durations",
        "clock.even_stamps",
        "clock_units",
        "column_names",
        "diagnosis.checks",
        "diagnosis.defects",
        "diagnosis.diagnosis",
        "diagnosis.noise",
        "diagnosis.period",
        "diagnosis.redundancy",
        "embedding.delay_embedding",
        "reading.load",
        "repair.repairs",
        "splitting",
        "windows",
    ],
)
def test_examples(name):
    importlib.import_module(f"attrax.data.{name}")
    module = sys.modules[f"attrax.data.{name}"]
    result = doctest.testmod(module, extraglobs={"np": np})
    assert result.attempted > 0
    assert result.failed == 0
