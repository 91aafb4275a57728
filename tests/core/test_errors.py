import copy
import pickle

import pytest

from attrax import AttraxError, ConfigError, DataError, ModelFileError, RunError

KINDS = [AttraxError, DataError, ConfigError, RunError, ModelFileError]


@pytest.fixture(params=KINDS)
def error(request):
    return request.param("X999", "what it is", where="file, row 7", why="it matters", fix="attrax --repair")


def test_the_text_says_what_where_why_and_how_to_fix_it(error):
    first, where, why, fix = str(error).splitlines()
    assert first == "error X999  what it is"
    assert where.split(maxsplit=1) == ["where", "file, row 7"]
    assert why.split(maxsplit=1) == ["why", "it matters"]
    assert fix.split(maxsplit=1) == ["fix", "attrax --repair"]


@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))])
def test_errors_survive_a_trip_to_another_process(twin, error):
    other = twin(error)
    assert type(other) is type(error)
    assert str(other) == str(error)
    assert (other.code, other.what, other.where, other.why, other.fix) == error.args


def test_errors_are_value_errors(error):
    with pytest.raises(ValueError, match="X999"):
        raise error


def test_exit_codes():
    assert [kind.exit_code for kind in KINDS] == [2, 3, 2, 2, 2]
