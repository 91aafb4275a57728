"""A package from outside adds a dynamics, a forcing, a loss, a rival and an option of reading, one source file each."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = re.search(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.DOTALL)

FORCING = '''
"""A forcing that fades along the window."""

import equinox as eqx
import jax.numpy as jnp
from pydantic import Field

from attrax.core.spec import Settings
from attrax.train.forcing import AbstractForcing, ForcingSpec


class Fading(AbstractForcing):
    """Half of what is left at every step."""

    rate: float = eqx.field(static=True)

    def init(self):
        """No state."""

    def gain(self, t, n, state):
        return jnp.broadcast_to((self.rate**t)[:, None], (len(t), n))

    def update(self, state, dynamics, z_hat):
        """Nothing changes."""

    def alpha(self, state):
        return jnp.asarray(self.rate)


class FadingSettings(Settings):
    """Settings of the fading forcing."""

    rate: float = Field(default=0.5, gt=0, lt=1, description="What is left after a step.")


SPEC = ForcingSpec(
    "fading forcing",
    Fading,
    FadingSettings,
    create=lambda settings: Fading(settings.rate),
    describe=lambda settings: f"fading forcing {settings.rate:g}",
)
'''

LOSS = '''
"""Absolute instead of squared errors."""

import jax
import jax.numpy as jnp

from attrax.core.scan import AbstractScan
from attrax.core.spec import Settings
from attrax.train.forcing import AbstractForcing
from attrax.optimise import AbstractObjective
from attrax.train.loss import forced_orbits, targets, time_first
from attrax.train.loss_spec import LossSpec


class Absolute(AbstractObjective):
    """The mean absolute error of forced predictions."""

    forcing: AbstractForcing
    scan: AbstractScan

    def init(self):
        return self.forcing.init()

    def __call__(self, model, batch, state, key):
        z = forced_orbits(model, self.forcing, batch, state, self.scan)
        x, _ = jax.tree.map(time_first, targets(batch, 0))
        value = jnp.abs(model.observation.observe(z) - x).mean()
        return value, (state, {"alpha": self.forcing.alpha(state)})


SPEC = LossSpec("absolute error", Absolute, create=lambda settings, parts: Absolute(parts.forcing, parts.scan))
'''

RIVAL = '''
"""Half of the last row."""

from attrax.baselines.forecaster import Forecaster, recursion
from attrax.baselines.rival_spec import RivalSpec


def fit_half(train, *, share=0.5, seed=0):
    """Everything halves."""
    return Forecaster(recursion(lambda rows: share * rows[:, -1:]), 1)


SPEC = RivalSpec("halves", fit_half, variants=({}, {"share": 0.25}))
'''

OPTION = '''
"""Leave out the first rows."""

from dataclasses import replace

from attrax.reading.table_option import TableOption


def skip_rows(tables, skip):
    """Every table without its first rows."""
    return [rest(table, skip) for table in tables] if skip else tables


def rest(table, skip):
    lines = None if table.lines is None else table.lines[skip:]
    return replace(table, columns=tuple(column[skip:] for column in table.columns), lines=lines, block=None)


SPEC = TableOption(
    title="skipped rows", implementation=skip_rows, type_=int, help="Rows to leave out at the start.", default=0
)
'''

FILES = {"toy": EXAMPLE and EXAMPLE[1], "fading": FORCING, "absolute": LOSS, "half": RIVAL, "skip": OPTION}
GROUPS = {
    "toy": "attrax.dynamics",
    "fading": "attrax.forcings",
    "absolute": "attrax.losses",
    "half": "attrax.rivals",
    "skip": "attrax.table_options",
}


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """A folder that holds an installed package, and one more whose dynamics cannot be imported."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "outside").mkdir()
    (folder / "outside" / "__init__.py").write_text("")
    for name, text in FILES.items():
        (folder / "outside" / f"{name}.py").write_text(text)
    points = [f"[{GROUPS[name]}]\n{name} = outside.{name}:SPEC" for name in FILES]
    for k in (0, -1):
        points[k] += "\nbroken = outside.nowhere:SPEC"
    info = folder / "outside-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: outside\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("\n".join(points) + "\n")
    return folder


@pytest.fixture(scope="module")
def run(outside):
    """Runs a program, or the command line, where that package is installed."""

    def start(*arguments, expect=0):
        path = os.pathsep.join([str(outside), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
        ended = subprocess.run(
            [sys.executable, *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=outside,
            env={**os.environ, "PYTHONPATH": path, "COLUMNS": "200"},
        )
        assert ended.returncode == expect, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr

    return start


CLI = ("-c", "from attrax.cli.app import main; main()")


def test_what_another_package_adds_is_in_the_help(run):
    told = " ".join(run(*CLI, "fit", "--help").split())
    assert "shallow, toy, vanilla" in told
    assert "adaptive, fading, generalized" in told
    assert "--skip" in told
    assert "Rows to leave out at the start." in told


def test_what_another_package_adds_trains_a_model_that_is_opened_again(run, outside):
    settings = [
        "train.chunk=2",
        "train.candidates=1",
        "evaluate.starts=2",
        "train.loss.kind=absolute",
        "data.force=true",
    ]
    chosen = ["--dynamics", "toy", "--hidden", "3", "--forcing", "fading", "--set", "train.forcing.rate=0.25"]
    sizes = ["--steps", "400", "--window", "10", "--updates", "4", "--restarts", "1", "--no-report", "--out", "run"]
    told = run(*CLI, "fit", "henon", *chosen, *sizes, *(f"--set={setting}" for setting in settings), expect=4)
    assert "toy network, 3 latent, 3 hidden" in told
    assert "fading forcing 0.25" in told
    program = """
import json, numpy as np, attrax
from attrax.registries import DYNAMICS, RIVALS
from attrax.runs.installation_check import implementations
model = attrax.open_model("run/model/model.safetensors")
halves = RIVALS.spec("half").fits[1](None).simulate(np.array([[8.0]]), 2)
check = implementations(DYNAMICS)
rest = attrax.load(np.arange(6.0), skip=2)[0].x.ravel()
shown = [type(model.dynamics).__module__, halves.x.ravel().tolist(), rest.tolist(), check.ok, check.detail]
print(json.dumps(shown))
"""
    module, halves, rest, ok, detail = json.loads(run("-c", program).splitlines()[-1])
    assert (module, halves, rest) == ("outside.toy", [2.0, 0.5], [2.0, 3.0, 4.0, 5.0])
    assert "toy (toy network)" in detail
    assert (ok, "broken (cannot be used" in detail) == (False, True)


@pytest.mark.slow
def test_a_package_that_cannot_be_imported_is_named(run):
    told = run(*CLI, "fit", "henon", "--steps", "400", "--dynamics", "broken", "--set=data.force=true", expect=2)
    assert "error C513" in told
    assert "outside.nowhere" in told
    assert "Traceback" not in told
