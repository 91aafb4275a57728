import pytest

from attrax import DataError
from attrax.cli.app import app
from attrax.cli.remedy import with_command


def written(fix, *arguments):
    failure = DataError("D103", "what", where="where", why="why", fix=fix)
    return with_command(failure, arguments, app).fix


@pytest.mark.parametrize(
    ("arguments", "fix", "command"),
    [
        (["fit", "a.csv"], "--drop Oz", "attrax fit a.csv --drop Oz"),
        (["fit", "a b.csv"], "--drop 'my label'  # or so", "attrax fit 'a b.csv' --drop 'my label'  # or so"),
        (["fit", "a.csv", "--drop", "Fz"], "--drop Oz", "attrax fit a.csv --drop Fz,Oz"),
        (["fit", "a.csv", "--drop=Fz"], "--drop Oz", "attrax fit a.csv --drop Fz,Oz"),
        (["fit", "--window", "75", "a.csv"], "--window 20 --force", "attrax fit --window 20 a.csv --force"),
        (["fit", "a.csv", "--sort"], "--sort", "attrax fit a.csv --sort"),
        (["fit", "a.csv", "--set", "a.b=1"], "--set c.d=2", "attrax fit a.csv --set a.b=1 --set c.d=2"),
        (["fit", "a.csv", "--test", "b.csv", "-q"], "without --test", "attrax fit a.csv -q"),
        (["evaluate", "run"], "--drop Oz", "attrax evaluate run --drop Oz"),
        (["resume"], "--as-new", "attrax resume --as-new"),
    ],
)
def test_options_become_the_command_that_helps(arguments, fix, command):
    assert written(fix, *arguments) == command


@pytest.mark.parametrize(
    ("arguments", "what", "fix", "command"),
    [
        (["fit", "a.csv", "--detrend", "NINO"], "'NINO'", "--detrend x", "attrax fit a.csv --detrend x"),
        (["fit", "a.csv", "--drop", "u,V"], "'V'", "--drop v", "attrax fit a.csv --drop u,v"),
    ],
)
def test_a_name_that_does_not_exist_is_replaced_in_its_list(arguments, what, fix, command):
    failure = DataError("D119", f"there is no column {what}", where="where", why="why", fix=fix)
    assert with_command(failure, arguments, app).fix == command


def test_a_list_that_was_typed_with_spaces_is_put_together():
    assert written("--stack lat,lon", "fit", "a.nc", "--stack", "lat", "lon") == "attrax fit a.nc --stack lat,lon"


@pytest.mark.parametrize(
    ("arguments", "fix"),
    [
        (["simulate", "run"], "--drop Oz"),
        (["fit", "a.csv"], "record longer"),
        (["fit", "a.csv"], "--dt 1 if the file's times are wrong"),
        (["fit", "a.csv"], "--missing mask to learn from what is left; or --drop x"),
        ([], "--drop Oz"),
        (["no-such-command"], "--drop Oz"),
    ],
)
def test_everything_else_stays(arguments, fix):
    assert written(fix, *arguments) == fix
