import doctest
import importlib
import sys

import numpy as np
import pytest


@pytest.mark.parametrize(
    "name",
    [
        "data.clock.calendars",
        "data.clock.clock_names",
        "data.clock.date_text",
        "data.clock.durations",
        "data.clock.even_stamps",
        "data.clock_units",
        "data.column_names",
        "diagnosis.checks",
        "diagnosis.defects",
        "diagnosis.diagnosis",
        "diagnosis.noise",
        "diagnosis.period",
        "diagnosis.redundancy",
        "data.embedding.delay_embedding",
        "reading.load",
        "data.repair.repairs",
        "data.splitting",
        "data.windows",
    ],
)
def test_examples(name):
    importlib.import_module(f"attrax.{name}")
    module = sys.modules[f"attrax.{name}"]
    result = doctest.testmod(module, extraglobs={"np": np})
    assert result.attempted > 0
    assert result.failed == 0
