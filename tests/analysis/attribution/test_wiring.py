"""The influence matrix of trained models finds which of two Lorenz systems drives the other one."""

import importlib.util
from pathlib import Path

import pytest

from attrax.campaigns import Budget

STUDY = Path(__file__).parents[3] / "studies" / "roshdi2024_relevance" / "experiments.py"
SIZES = {"rows": 6_000, "updates": 2_500, "units": 100, "pairs": 256, "ahead": 5}


@pytest.fixture(scope="module")
def wiring():
    spec = importlib.util.spec_from_file_location("relevance_experiments", STUDY)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.wiring


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_driver_is_found(wiring, seed):
    found = {name: metric.value for name, metric in wiring(Budget("test", SIZES), seed).metrics.items()}
    print(found)  # noqa: T201 - the figures for the record
    assert found["forward"] > 1.5 * found["reverse"]
    assert found["forward"] > 1.2 * found["forward_uncoupled"]
    assert found["reverse"] < 1.2 * found["reverse_uncoupled"]
