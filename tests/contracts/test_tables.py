"""No implementation without a row, and no class between abstract and final."""

import importlib
import inspect
import pkgutil

import pytest

import attrax
from attrax.analysis import AbstractDictionary
from attrax.campaigns.bench.contest import AbstractSuite
from attrax.campaigns.claim import AbstractClaim
from attrax.campaigns.engines import AbstractEngine
from attrax.campaigns.experiment import AbstractExperiment
from attrax.core import (
    AbstractDynamics,
    AbstractFlow,
    AbstractMap,
    AbstractObservation,
    AbstractScan,
    AbstractSimulator,
)
from attrax.data.clock.calendars import AbstractCalendar
from attrax.data.phases.phase_kinds import AbstractDriveChannel
from attrax.kernels.activations import AbstractActivation
from attrax.kernels.drives import AbstractDrives
from attrax.kernels.loops import AbstractLoops
from attrax.kernels.outer_sum import AbstractOuterSum
from attrax.measures.box import AbstractBox
from attrax.measures.error_unit import AbstractErrorUnit
from attrax.measures.protocol import AbstractProtocol
from attrax.measures.score import AbstractMeasure
from attrax.models import AbstractEnergy
from attrax.models.diagonal import AbstractDiagonal
from attrax.models.start import AbstractStart
from attrax.optimise import AbstractBatches, AbstractObjective
from attrax.plots.traces import AbstractPen, AbstractTrace
from attrax.reconstruct.learning.model_store import AbstractModelStore
from attrax.runs.abstract_reconstruction import AbstractReconstruction
from attrax.train.distance import AbstractDistance
from attrax.train.forced_map import AbstractCorrection
from attrax.train.forcing import AbstractForcing
from attrax.train.penalty import AbstractPenalty

CONTRACTS = [
    AbstractDynamics,
    AbstractFlow,
    AbstractObservation,
    AbstractSimulator,
    AbstractForcing,
    AbstractObjective,
    AbstractBatches,
    AbstractMeasure,
    AbstractDiagonal,
    AbstractEnergy,
    AbstractBox,
    AbstractErrorUnit,
    AbstractMap,
    AbstractScan,
    AbstractCorrection,
    AbstractDistance,
    AbstractPenalty,
    AbstractStart,
    AbstractProtocol,
    AbstractDictionary,
]

# Their implementations meet elsewhere: in the table of figures (tests/plots), in the sizes of tests/kernels, in
# tests/data/phases and tests/data/clock, and in tests/runs.
TRIED_ELSEWHERE = [
    AbstractTrace,
    AbstractPen,
    AbstractActivation,
    AbstractDrives,
    AbstractLoops,
    AbstractOuterSum,
    AbstractDriveChannel,
    AbstractCalendar,
    AbstractEngine,
    AbstractSuite,
    AbstractClaim,
    AbstractExperiment,
    AbstractModelStore,
    AbstractReconstruction,
]


def package_classes():
    for info in pkgutil.walk_packages(attrax.__path__, "attrax."):
        module = importlib.import_module(info.name)
        yield from (c for _, c in inspect.getmembers(module, inspect.isclass) if c.__module__ == info.name)


def is_abstract(cls):
    return cls.__name__.startswith("Abstract")


@pytest.fixture(scope="module")
def classes():
    return set(package_classes())


@pytest.mark.parametrize("contract", CONTRACTS)
def test_every_implementation_is_in_a_table(contract, classes, in_tables):
    implementations = {c for c in classes if issubclass(c, contract) and not is_abstract(c)}
    assert implementations
    assert implementations - in_tables == set()


def test_whatever_simulates_and_forecasts_is_in_a_table(classes, in_tables):
    def simulates(cls):
        return all(callable(getattr(cls, method, None)) for method in ("simulate", "forecast"))

    # What `attrax.fit` returns knows its recording, so that its methods need none: it is no simulator.
    found = {c for c in classes if simulates(c) and not is_abstract(c) and not issubclass(c, AbstractReconstruction)}
    assert found - in_tables == set()


def test_every_abstract_class_is_a_listed_contract_or_refines_one(classes):
    assert {c for c in classes if is_abstract(c) and not issubclass(c, (*CONTRACTS, *TRIED_ELSEWHERE))} == set()


def test_classes_are_abstract_or_final(classes):
    named = {c for c in classes if issubclass(c, tuple(CONTRACTS))}
    inherited = {base for c in named for base in c.__mro__[1:] if base in classes}
    assert {c.__name__ for c in inherited if not is_abstract(c)} == set()
    assert {c.__name__ for c in named if inspect.isabstract(c) and not is_abstract(c)} == set()
