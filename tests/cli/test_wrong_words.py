"""What users of other programs type, and what the command line answers."""

import pytest
from typer.testing import CliRunner

from attrax.cli.app import app
from attrax.core.other_words import OTHER_WORDS


def answer(*arguments):
    return " ".join(CliRunner().invoke(app, arguments).output.split())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["fit", "a.csv", "--fs", "250"], "No such option: --fs. Here it is --dt: Time between two rows"),
        (["fit", "a.csv", "--epochs", "5"], "Here it is --updates: Parameter updates"),
        (["record", "henon", "--steps", "5"], "Here it is --points: Number of rows"),
        (["fit", "a.csv", "--latnt", "5"], "Did you mean --latent?"),
        (["fit", "a.csv", "--zzzz", "5"], "--help shows all options"),
        (["fit", "a.csv", "--updates", "2k"], "Invalid value for '--updates': '2k' is not a whole number"),
        (["fit", "a.csv", "--alpha", "much"], "'much' is not a number"),
        (["record", "logistic", "r"], "'r' is no parameter with its value, such as rho=24"),
        (["simulate", "run", "--steps", "0"], "it must be 1 or more"),
    ],
)
def test_an_option_of_other_programs_is_answered_with_ours(arguments, told):
    assert told in answer(*arguments)


def test_the_words_of_others_are_for_options_that_exist():
    from typer.main import get_command

    flags = {name for command in get_command(app).commands.values() for p in command.params for name in p.opts}
    assert {f"--{name}" for name in OTHER_WORDS} <= flags
