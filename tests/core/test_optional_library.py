import sys

import pytest

from attrax.core.errors import ConfigError
from attrax.core.optional_library import EXTRAS, FILE_LIBRARIES, RIVAL_LIBRARIES, Extra


@pytest.mark.parametrize("extra", EXTRAS)
def test_a_group_names_its_libraries_that_are_not_installed(extra, monkeypatch):
    monkeypatch.setattr("attrax.core.optional_library.requires", lambda _: [f"pytest>=8; extra == '{extra.name}'"])
    assert extra.missing == ()
    lines = ["numpy", f"no-such-library>=1; extra == '{extra.name}'", "nothing>=2; extra == 'other'"]
    monkeypatch.setattr("attrax.core.optional_library.requires", lambda _: lines)
    assert extra.missing == ("no-such-library",)


def test_modules_are_imported_when_they_are_asked_for():
    path, decoder = FILE_LIBRARIES.load("os.path", "json.decoder", place="a.h5")
    assert path is sys.modules["os.path"]
    assert decoder is sys.modules["json.decoder"]


def test_a_check_imports_nothing():
    RIVAL_LIBRARIES.check("this", place="a poem")
    assert "this" not in sys.modules


def test_every_missing_library_is_named_once():
    extra = Extra("nothing", "nobody needs them")
    with pytest.raises(ConfigError) as caught:
        extra.load("json", "no_such.a", "no_such.b", "nor_this", place="a.xyz")
    assert caught.value.code == "C640"
    assert caught.value.where == "a.xyz needs no_such and nor_this"
    assert caught.value.fix == 'pip install "attrax[nothing]"'
