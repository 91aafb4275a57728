"""What `--json` prints has a published schema, of every command."""

import json

import pytest
from pydantic import ValidationError

from attrax.cli.app import app
from attrax.cli.json_documents import DOCUMENTS, document, schema_of

WITHOUT = {"schema"}
"""Commands whose output is JSON anyway."""


def commands():
    from typer.main import get_command

    def all_of(group, prefix=""):
        for name, command in group.commands.items():
            inner = getattr(command, "commands", None)
            yield from all_of(command, f"{name} ") if inner else [(prefix + name, command)]

    return dict(all_of(get_command(app)))


def test_every_command_has_the_option_and_a_document():
    for name, command in commands().items():
        if name in WITHOUT:
            continue
        assert any("--json" in option.opts for option in command.params), name
        first = name.split()[0]
        assert name in DOCUMENTS or first in DOCUMENTS, name


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_schema_names_itself_and_describes_its_fields(name):
    schema = schema_of(name)
    assert schema["$id"] == f"attrax.{name.replace(' ', '-')}/1"
    told = json.dumps(schema)
    assert '"schema"' in told
    assert "schema_" not in told


def test_schemas_are_printed(program):
    one = json.loads(program("schema", "fit").out)
    assert one == schema_of("fit")
    assert set(json.loads(program("schema").out)) == set(DOCUMENTS)
    assert json.loads(program("schema", "bench", "rivals").out)["$id"] == "attrax.bench-rivals/1"
    unknown = program("schema", "fits")
    assert (unknown.code, "commands with one are" in unknown.err) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("systems",),
        ("systems", "lorenz63"),
        ("record", "henon", "--points", 20, "--quiet"),
        ("bench", "rivals"),
        ("doctor", "forcings"),
        ("study", "list", "--quiet"),
    ],
)
def test_what_is_printed_validates(program, arguments):
    pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    from jsonschema import validate

    told = json.loads(program(*arguments, "--json").out)
    name = "bench rivals" if arguments[:2] == ("bench", "rivals") else arguments[0]
    validate(told, schema_of(name))
    assert told["schema"] == schema_of(name)["$id"]


def test_a_document_that_does_not_fit_its_schema_is_not_printed():
    with pytest.raises(ValidationError):
        document("sweep", {"folders": "a"})
