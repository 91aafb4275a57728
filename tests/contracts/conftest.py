import dataclasses
import importlib.util
from pathlib import Path

import equinox as eqx
import pytest


def load_tables():
    """The tables, whatever the import mode of pytest."""
    spec = importlib.util.spec_from_file_location("contract_tables", Path(__file__).with_name("tables.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TABLES = load_tables()


def pytest_generate_tests(metafunc):
    """A test that takes `network` runs for every row of that table, and so on."""
    for name, table in TABLES.TABLES.items():
        if name in metafunc.fixturenames:
            rows = [pytest.param(row, marks=pytest.mark.slow) if row in TABLES.SLOW else row for row in table]
            metafunc.parametrize(name, rows, indirect=True)


def _row(name):
    return pytest.fixture(lambda request: TABLES.TABLES[name][request.param], name=name)


@pytest.fixture(name="network")
def make_network(request):
    """The row of the network; one program makes it, in place of dozens that make its parts."""
    return eqx.filter_jit(TABLES.TABLES["network"][request.param])


make_system, make_observation, make_forcing = map(_row, ("system", "observation", "forcing"))
make_subject_loss, make_network_loss, make_batches = map(_row, ("subject_loss", "network_loss", "batches"))
make_penalty, make_protocol, make_dictionary, make_meta_loss = map(
    _row, ("penalty", "protocol", "dictionary", "meta_loss")
)
make_symbol_loss = _row("symbol_loss")
make_loss, make_simulator, make_distance, make_time = map(_row, ("loss", "simulator", "distance", "time"))


@pytest.fixture
def tables():
    return TABLES


def parts(thing):
    """The object and all that it is composed of."""
    yield thing
    if isinstance(thing, tuple):
        fields = thing
    elif dataclasses.is_dataclass(thing):
        fields = [getattr(thing, field.name) for field in dataclasses.fields(thing)]
    else:
        fields = ()
    for field in fields:
        yield from parts(field)


@pytest.fixture(scope="session")
def in_tables():
    """The classes of everything in the tables, and of what it is composed of."""
    rows = (row() for table in TABLES.TABLES.values() for row in table.values())
    return {type(part) for row in rows for part in parts(row)}
