"""The public names: what users write must not change unnoticed."""

import importlib
import inspect
from importlib.metadata import version

import pytest

import attrax

NAMES = [
    "Analysis",
    "AttraxError",
    "ConfigError",
    "DataError",
    "Dataset",
    "Explanation",
    "HierarchicalReconstruction",
    "Interrupted",
    "MLflow",
    "ModelFileError",
    "Reconstruction",
    "Reconstructor",
    "RunError",
    "Series",
    "TensorBoard",
    "WeightsAndBiases",
    "__version__",
    "analysis",
    "analyze",
    "attractors",
    "baselines",
    "bifurcation",
    "core",
    "cycles",
    "data",
    "diagnosis",
    "evaluate",
    "explain",
    "fit",
    "fixed_points",
    "infer_subjects",
    "koopman_spectrum",
    "load",
    "lyapunov_spectrum",
    "manifolds",
    "measures",
    "meta",
    "models",
    "open_hierarchical",
    "open_model",
    "open_run",
    "optimise",
    "plots",
    "reading",
    "regions",
    "report",
    "resume",
    "rollout",
    "save_figure",
    "save_model",
    "systems",
    "testing",
    "train",
]


def test_the_public_names_are_these():
    assert sorted(attrax.__all__) == NAMES
    assert set(NAMES) <= set(dir(attrax))


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("__")])
def test_every_public_name_says_what_it_is(name):
    assert len((inspect.getdoc(getattr(attrax, name)) or "").split()) >= 4


def test_the_version_is_that_of_the_package():
    assert attrax.__version__ == version("attrax")


def test_fit_is_the_whole_job():
    importlib.import_module("attrax.runs.fit")
    assert callable(attrax.fit)
    assert {"data", "test", "seed", "subjects", "callbacks", "folder"} <= set(inspect.signature(attrax.fit).parameters)


@pytest.mark.parametrize(
    "package", ["analysis", "baselines", "data", "measures", "models", "plots", "systems", "train"]
)
def test_every_name_of_a_package_says_what_it_is(package):
    module = getattr(attrax, package)
    public = [name for name in getattr(module, "__all__", vars(module)) if not name.startswith("_")]
    things = [getattr(module, name) for name in public]
    own = [thing for thing in things if inspect.isclass(thing) or inspect.isfunction(thing)]
    assert own
    assert [thing.__name__ for thing in own if not (inspect.getdoc(thing) or "").strip()] == []
