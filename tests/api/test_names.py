"""The public names: what users write must not change unnoticed."""

import inspect

import pytest

import attrax

NAMES = [
    "AttraxError",
    "ConfigError",
    "DataError",
    "Dataset",
    "HierarchicalReconstruction",
    "Interrupted",
    "ModelFileError",
    "Reconstruction",
    "Reconstructor",
    "RunError",
    "Series",
    "analysis",
    "attractors",
    "baselines",
    "bifurcation",
    "core",
    "cycles",
    "data",
    "evaluate",
    "fixed_points",
    "infer_subjects",
    "load",
    "lyapunov_spectrum",
    "manifolds",
    "measures",
    "models",
    "open_hierarchical",
    "open_model",
    "optimise",
    "plots",
    "reconstruct",
    "reconstruct_subjects",
    "regions",
    "report",
    "resume",
    "rollout",
    "save_model",
    "systems",
    "testing",
    "train",
]


def test_the_public_names_are_these():
    assert sorted(attrax.__all__) == NAMES
    assert set(NAMES) <= set(dir(attrax))


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_says_what_it_is(name):
    assert len((inspect.getdoc(getattr(attrax, name)) or "").split()) >= 4


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
