"""Importing costs nothing and changes nothing."""

import subprocess
import sys

import pytest

HEAVY = ("jax", "pandas", "scipy", "sklearn", "matplotlib", "plotly", "optax", "diffrax")


def run(program):
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def loaded_by(program, packages=HEAVY):
    """Which heavy packages are loaded at the end of a program."""
    report = f"import sys; print('LOADED', *[m for m in {packages} if m in sys.modules])"
    return run(f"{program}\n{report}").split("LOADED")[1].split()


def test_the_check_sees_what_is_loaded():
    assert "scipy" in loaded_by("import scipy")


@pytest.mark.parametrize(
    "program",
    [
        "import attrax",
        "import attrax; attrax.load; attrax.DataError",
        "import attrax.plots.structure, attrax.plots.matplotlib_renderer, attrax.plots.plotly_renderer",
        "import attrax.cli.app",
    ],
)
def test_importing_loads_nothing_heavy(program):
    assert loaded_by(program) == []


@pytest.mark.parametrize(
    "arguments", [["--help"], ["fit", "--help"], ["simulate", "--help"], ["analyze", "--help"], ["record", "--help"]]
)
def test_help_loads_nothing_heavy_and_not_even_numpy(arguments):
    program = f"""
import sys
from attrax.cli.app import main
sys.argv = ['attrax', *{arguments!r}]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
"""
    assert loaded_by(program, (*HEAVY, "numpy", "jaxtyping")) == []


def test_a_missing_file_is_told_without_loading_jax():
    program = """
import attrax
try:
    attrax.load('no such file.csv')
except attrax.DataError as error:
    assert error.code == 'D117', error.code
else:
    raise SystemExit('no error')
"""
    assert loaded_by(program) == []


@pytest.mark.slow
def test_loading_everything_changes_no_global_state():
    # The variables KMP_* are scikit-learn's own doing.
    program = """
import logging, os, signal, sys, warnings
import jax, numpy
def state():
    config = {name: getattr(jax.config, name) for name in ('jax_enable_x64', 'jax_platforms', 'jax_debug_nans',
              'jax_default_matmul_precision', 'jax_compilation_cache_dir')}
    root = logging.getLogger()
    return (config, numpy.geterr(), list(root.handlers), root.level, list(logging.getLogger('jax').handlers),
            {k: v for k, v in os.environ.items() if not k.startswith('KMP_')},
            signal.getsignal(signal.SIGINT), numpy.random.get_state()[1].tolist(),
            sys.excepthook, os.getcwd(), numpy.get_printoptions())
before = state()
import attrax
for name in attrax.__all__:
    getattr(attrax, name)
import attrax.runs.job, attrax.runs.reconstructor
assert state() == before
assert not {'matplotlib', 'plotly'} & set(sys.modules)
"""
    run(program)
