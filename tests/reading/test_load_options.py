"""Options of reading and repair are declared once, for keyword arguments, flags of commands and settings of a run."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

import h5py
import numpy as np
import pytest
import typer
from typer.testing import CliRunner

import attrax
from attrax.cli.app import COMMANDS
from attrax.cli.option_flags import with_options
from attrax.core.declared_options import declared, normalize, takes_options
from attrax.core.errors import ConfigError
from attrax.data import RepairOptions, apply_repairs
from attrax.reading import LoadOptions, ReadOptions, load_raw
from attrax.reconstruct.settings.configuration import configure
from attrax.reconstruct.settings.sections import DataConfig

ROWS = np.arange(8.0)


def table(*, sep=",", decimal=".", header="t,a,b,c", t=ROWS, a=ROWS**2, c=ROWS):
    columns = np.stack([t, a, ROWS * 0.5, c], axis=1)
    lines = [sep.join(f"{value:g}".replace(".", decimal).replace("nan", "") for value in row) for row in columns]
    return "\n".join([header.replace(",", sep), *lines]) + "\n"


def field(path):
    with h5py.File(path, "w") as file:
        file["u"], file["v"] = np.stack([ROWS, ROWS**2], axis=1), np.stack([ROWS, ROWS + 1], axis=1)


def grid(path):
    xr = pytest.importorskip("xarray")
    values = np.arange(48.0).reshape(8, 2, 3) ** 2
    xr.Dataset({"u": (("time", "lat", "lon"), values)}).to_netcdf(path, engine="h5netcdf")


def hourly(path):
    path.write_text("t,a\n" + "".join(f"2021-01-01 {i:02d}:00,{i * i}\n" for i in range(8)))


def dated(path):
    """Dates that are even days if the month is first, and even months if the day is."""
    path.write_text("t,a\n" + "".join(f"01/{i + 1:02d}/2021,{i * i}\n" for i in range(8)))


class Case(NamedTuple):
    """How one option is typed, its value in Python and in settings, a file, and what it changes in the recording."""

    typed: str
    value: Any
    content: str | np.ndarray | Callable[..., None]
    changed: Callable[[Any], bool]
    name: str = "a.csv"


GAPS = np.where(ROWS == 3, np.nan, ROWS**2)
TWICE = np.array([0, 1, 2, 2, 4, 5, 6, 7.0])
CASES = {
    "channels": Case("--channels b,a", ["b", "a"], table(), lambda d: d[0].channels == ("b", "a")),
    "drop": Case("--drop a,constant", ["a", "constant"], table(c=0 * ROWS), lambda d: d[0].channels == ("b",)),
    "inputs": Case("--inputs b", ["b"], table(), lambda d: d[0].input_channels == ("b",)),
    "na": Case("--na 49,b=1", ["49", "b=1"], table(), lambda d: d.n_missing == 2),
    "labels": Case(
        "--labels w=up|down", ["w=up|down"], "w,b\nup,1\ndown,2\n", lambda d: d[0].x[:, 0].tolist() == [0, 1]
    ),
    "group": Case("--group g", ["g"], "t,g,b\n0,1,1\n1,1,2\n0,2,5\n1,2,9\n", lambda d: d.subjects == ("1", "2")),
    "pivot": Case("--pivot g", "g", "t,g,b\n0,u,1\n1,u,2\n0,v,5\n1,v,9\n", lambda d: d[0].channels == ("u", "v")),
    "time": Case("--time c", "c", table(header="x,a,b,c"), lambda d: d[0].channels == ("x", "a", "b")),
    "dt": Case("--dt 250Hz", "250Hz", table(), lambda d: (d[0].dt, d[0].unit) == (0.004, "s")),
    "unit": Case("--unit ms", "ms", table(), lambda d: d[0].unit == "ms"),
    "zone": Case("--zone Europe/Berlin", "Europe/Berlin", hourly, lambda d: d[0].origin.zone == "Europe/Berlin"),
    "date_order": Case("--date-order mdy", "mdy", dated, lambda d: d[0].dt == 86_400.0),
    "transpose": Case("--transpose", True, np.zeros((2, 5)), lambda d: d[0].x.shape == (5, 2), "a.npy"),
    "sep": Case("--sep tab", "tab", table(sep="\t"), lambda d: d.notices == ()),
    "decimal": Case("--decimal ,", ",", table(sep=";", decimal=","), lambda d: "decimal commas" not in str(d.notices)),
    "axes": Case("--axes trial,time,c", ["trial", "time", "c"], np.zeros((2, 5, 3)), lambda d: len(d) == 2, "a.npy"),
    "var": Case("--var v", ["v"], field, lambda d: d[0].x[0, 1] == 1, "a.h5"),
    "stack": Case("--stack lon,lat", ["lon", "lat"], grid, lambda d: d[0].channels[1] == "u_0_1", "a.nc"),
    "missing": Case("--missing interpolate", "interpolate", table(a=GAPS), lambda d: d.n_missing == 0),
    "min_length": Case(
        "--missing split --min-length 4", {"missing": "split", "min_length": 4}, table(a=GAPS), lambda d: len(d) == 1
    ),
    "sort": Case("--sort", True, table(t=ROWS[::-1]), lambda d: d[0].x[0, 0] == 49),
    "duplicates": Case(
        "--duplicates first --resample 1", {"duplicates": "first", "resample": "1"}, table(t=TWICE), lambda d: bool(d)
    ),
    "resample": Case("--resample 0.5", "0.5", table(), lambda d: len(d[0]) == 15),
    "every": Case("--every 2", 2, table(), lambda d: len(d[0]) == 4),
    "transform": Case("--transform c=sqrt", ["c=sqrt"], table(), lambda d: np.allclose(d[0].x[:, 2] ** 2, ROWS)),
    "highpass": Case("--highpass 5", "5", table(), lambda d: abs(d[0].x[:, 2]).max() < 5),
    "detrend": Case("--detrend c", ["c"], table(), lambda d: abs(np.diff(d[0].x[:, 2])).max() < 1e-9),
}


def settings(name):
    value = CASES[name].value
    return value if isinstance(value, dict) else {name: value}


@pytest.fixture
def file(tmp_path):
    def write(case):
        path = tmp_path / case.name
        if isinstance(case.content, str):
            path.write_text(case.content)
        elif isinstance(case.content, np.ndarray):
            np.save(path, case.content)
        else:
            case.content(path)
        return str(path)

    return write


def typed_options(declarations, arguments):
    """What a command receives that has the flags of some declarations."""
    app, received = typer.Typer(), []

    @app.command()
    @with_options(*declarations)
    def command(source: str, options: dict[str, Any], quiet: bool = False):
        received.append((source, options, quiet))

    ended = CliRunner().invoke(app, ["file", *arguments])
    assert ended.exit_code == 0, ended.output
    ((source, options, quiet),) = received
    assert (source, quiet) == ("file", False)
    return options


def test_every_option_has_a_case():
    assert set(CASES) == {option.name for option in declared(ReadOptions, RepairOptions)}
    assert [option.name for option in declared(LoadOptions)] == [
        option.name for option in declared(ReadOptions, RepairOptions)
    ]


@pytest.mark.parametrize("name", CASES)
def test_an_option_does_the_same_through_every_door(file, name):
    case, given = CASES[name], settings(name)
    path = file(case)
    dataset = attrax.load(path, **given)
    assert case.changed(dataset)
    assert typed_options([ReadOptions, RepairOptions], case.typed.split()) == given
    data = configure(overrides={"data": {"source": [path], **given}}).data
    again = apply_repairs(load_raw(path, data), data, drop_constant=data.drop_constant)
    assert (again.sha256, again[0].channels, again[0].dt) == (dataset.sha256, dataset[0].channels, dataset[0].dt)
    assert configure(overrides={"data": data.model_dump(exclude_none=True)}).data == data


@pytest.mark.parametrize("name", CASES)
def test_without_the_option_it_is_otherwise(file, name):
    case, given = CASES[name], settings(name)
    rest = {key: value for key, value in given.items() if key != name}
    with suppress(attrax.DataError):
        assert not case.changed(attrax.load(file(case), **rest))


def test_commands_have_the_flags_of_their_declarations():
    commands = {command.__name__: command for group in COMMANDS.values() for command in group}
    read, repair = ({option.name for option in declared(kind)} for kind in (ReadOptions, RepairOptions))
    for name, flags in {
        "fit": read | repair,
        "inspect": read | repair,
        "evaluate": read,
        "forecast": read,
        "fill": read,
    }.items():
        found = set(commands[name].__signature__.parameters)
        assert found & (read | repair) == flags
        assert "options" not in found


@dataclass(frozen=True, kw_only=True)
class WithGain(ReadOptions):
    """The options of reading and one more."""

    gain: Annotated[float, "Factor of all values."] = 1.0


def test_a_new_option_needs_one_declaration():
    class MoreData(DataConfig, WithGain):
        """The settings with the new option."""

    @takes_options(WithGain)
    def load_amplified(source: Any, options: WithGain) -> Any:
        """Load and amplify.

        Args:
            source: The recording.
        """
        return options.gain * load_raw(source, options)[0].x

    np.testing.assert_array_equal(load_amplified(ROWS, gain=2.0, channels="x0")[:, 0], 2 * ROWS)
    assert "gain: Factor of all values." in load_amplified.__doc__
    with pytest.raises(TypeError, match="gian"):
        load_amplified(ROWS, gian=2.0)
    assert typed_options([WithGain], ["--gain", "2", "--drop", "a, b"]) == {"gain": 2.0, "drop": ["a", "b"]}
    assert MoreData(gain=3).gain == 3.0
    assert load_raw(ROWS, MoreData(gain=3))[0].obs_dim == 1


@pytest.mark.parametrize("margin", ["", "    "], ids=["since Python 3.13", "before"])
def test_the_options_are_among_the_arguments_in_the_docstring(margin):
    def opened(source, options):
        return source

    opened.__doc__ = "Open it.\n\nArgs:\n    source: The file.\n\nReturns: It.\n".replace("\n", f"\n{margin}")
    doc = takes_options(ReadOptions)(opened).__doc__
    assert "\nArgs:\n    source: The file.\n    channels: Columns" in doc
    assert doc.index("    stack: ") < doc.index("\n\nReturns: It.")


def test_names_are_one_or_several():
    assert ReadOptions(drop="a") == ReadOptions(drop=["a"]) == ReadOptions(drop=("a",))
    assert DataConfig(drop=["a"]).drop == ("a",)


def test_an_unknown_choice_gets_the_nearest():
    # In tests, the types of arguments of attrax itself are checked before its own check.
    @dataclass(frozen=True, kw_only=True)
    class WithSpeed:
        speed: Annotated[Literal["slow", "fast"], "How fast."] = "slow"

        def __post_init__(self):
            normalize(self)

    assert WithSpeed(speed="fast").speed == "fast"
    with pytest.raises(ConfigError, match=r"C556[\s\S]*slow, fast[\s\S]*--speed fast"):
        WithSpeed(speed="faster")


def test_a_configuration_of_version_0_1_has_zero_for_no_time_step():
    assert configure(overrides={"data": {"dt": 0.0, "time": ""}}).data.dt is None
    with pytest.raises(ConfigError, match="C541"):
        attrax.load(ROWS, dt=0.0)
