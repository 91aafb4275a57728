import itertools
import json
import shutil
import sys
import tomllib
from dataclasses import replace
from inspect import isabstract
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax import models, open_run
from attrax.core.dynamics import AbstractDynamics
from attrax.core.errors import ModelFileError, RunError
from attrax.models.dynamical_noise import DynamicalNoise
from attrax.reconstruct.settings.configuration import configure
from attrax.registries import DYNAMICS, OBSERVATIONS
from attrax.runs.model_file import (
    COMPOSITIONS as COMPOSED,
)
from attrax.runs.model_file import (
    FAMILIES,
    SCHEMA,
    class_of,
    open_model,
    read_facts,
    read_model,
    save_model,
)
from attrax.runs.tree_file import file_sha256, read_arrays, write_arrays
from tests.mutated_bytes import mutated

COMPOSITIONS = [
    *itertools.product(["clipped", "shallow"], ["identity", "affine"], [True, False], [0, 2]),
    *((name, "affine", True, 2) for name in DYNAMICS.names if name not in ("clipped", "shallow")),
]


@pytest.fixture(params=COMPOSITIONS, ids=str)
def model(request, make_model):
    dynamics, observation, bounded, input_dim = request.param
    known = {"bounded": bounded} if "bounded" in DYNAMICS.spec(dynamics).settings.model_fields else {}
    chosen = {"dynamics": {"kind": dynamics, **known}, "observation": {"kind": observation}, "latent_dim": 4}
    return make_model(input_dim=input_dim, **chosen)


def test_a_model_comes_back_bit_for_bit(tmp_path, model):
    save_model(model, tmp_path / "m")
    opened = open_model(tmp_path / "m")
    assert jax.tree.structure(opened) == jax.tree.structure(model)
    for leaf, expected in zip(jax.tree.leaves(opened), jax.tree.leaves(model), strict=True):
        assert leaf.dtype == expected.dtype
        assert np.asarray(leaf).tobytes() == np.asarray(expected).tobytes()
    assert (opened.scaling, opened.channels, opened.dt) == (model.scaling, model.channels, 0.1)


def test_a_model_written_again_gives_the_same_file(tmp_path, model):
    save_model(model, tmp_path / "1", {"seed": 3})
    save_model(open_model(tmp_path / "1"), tmp_path / "2", read_facts(tmp_path / "1"))
    assert file_sha256(tmp_path / "1") == file_sha256(tmp_path / "2")


NEW_KINDS = {
    "hamiltonian": {"dynamics": {"kind": "hamiltonian", "hidden_dim": 4}, "latent_dim": 4},
    "neural-ode": {"dynamics": {"kind": "neural-ode", "hidden_dim": 4}},
    "dynamical noise": {},
}


@pytest.mark.parametrize("kind", NEW_KINDS)
def test_every_change_of_a_model_file_of_a_later_kind_is_noticed(tmp_path, make_model, kind):
    model = make_model(**NEW_KINDS[kind])
    if kind == "dynamical noise":
        model = replace(model, noise=DynamicalNoise(jnp.eye(model.dynamics.latent_dim), share=0.5, size=0.01))
    save_model(model, tmp_path / "m")
    assert (open_model(tmp_path / "m").noise is None) == (model.noise is None)
    whole, rng = (tmp_path / "m").read_bytes(), np.random.default_rng(0)
    for _ in range(60):
        changed = mutated(whole, rng)
        (tmp_path / "m").write_bytes(changed)
        if changed != whole:
            with pytest.raises(ModelFileError):
                open_model(tmp_path / "m")


def test_other_models_give_other_files(tmp_path, make_model):
    hashes = set()
    for i, model in enumerate([make_model(0), make_model(1), make_model(0, dynamics={"kind": "shallow"})]):
        save_model(model, tmp_path / str(i))
        hashes.add(file_sha256(tmp_path / str(i)))
    assert len(hashes) == 3


def test_facts_travel_with_the_model(tmp_path, make_model):
    save_model(make_model(), tmp_path / "m", {"seed": 3, "nearness": -1.5})
    assert read_facts(tmp_path / "m") == {"seed": 3, "nearness": -1.5}
    save_model(make_model(), tmp_path / "m")
    assert read_facts(tmp_path / "m") == {}


def test_an_opened_model_simulates_what_the_saved_one_did(tmp_path, make_model):
    model = make_model(scale := 0)
    context = np.random.default_rng(scale).normal(size=(4, 3))
    save_model(model, tmp_path / "m")
    np.testing.assert_array_equal(open_model(tmp_path / "m").simulate(context, 20).x, model.simulate(context, 20).x)


@pytest.mark.parametrize(
    "change",
    [
        {"schema": SCHEMA + 1, "version": "9.1"},
        {"schema": None},
        {"version": "9.1", "model": {"kind": "Oracle", "fields": {}}},
    ],
    ids=str,
)
def test_a_file_of_a_newer_version_is_refused(tmp_path, make_model, change):
    path = tmp_path / "m"
    save_model(make_model(), path)
    arrays, description = read_arrays(path)
    changed = {name: value for name, value in (description | change).items() if value is not None}
    write_arrays(path, arrays, changed)
    with pytest.raises(ModelFileError) as caught:
        open_model(path)
    assert caught.value.code == "M401"
    assert caught.value.where.startswith(f"{path}: schema ")
    assert caught.value.fix.startswith("pip install --upgrade")
    assert ("9.1" in caught.value.fix) == ("version" in change)


def test_a_checkpoint_is_no_model(tmp_path):
    write_arrays(tmp_path / "m", {"a": np.zeros(2)}, {"schema": SCHEMA})
    with pytest.raises(ModelFileError, match="M402"):
        open_model(tmp_path / "m")


@pytest.mark.parametrize("family", FAMILIES)
def test_every_registered_class_has_a_name_by_which_it_is_found_again(family):
    for name, spec in FAMILIES[family].specs().items():
        assert FAMILIES[family].name_of(spec.implementation) == name
        assert class_of(f"{family}:{name}") is spec.implementation


def test_every_public_part_of_a_model_is_registered():
    # A model of symbols is no part of a `Model`, and is not written to a file.
    public = {
        kind
        for kind in vars(models).values()
        if isinstance(kind, type) and not isabstract(kind) and not issubclass(kind, models.AbstractSymbolModel)
    }
    written = {*COMPOSED.values(), *(spec.implementation for r in FAMILIES.values() for spec in r.specs().values())}
    assert public <= written


class OwnDynamics(AbstractDynamics):
    """Registered nowhere."""

    rate: jax.Array
    dt: float = eqx.field(static=True, default=1.0)
    latent_dim = property(lambda self: 2)
    input_dim = property(lambda self: 0)

    def step(self, z, s=None):
        return self.rate * z

    def jacobian(self, z, s=None):
        return self.rate * jnp.eye(2)


def test_a_class_of_the_caller_is_found_among_what_the_caller_has_imported(tmp_path, make_model, monkeypatch):
    start = make_model(latent_dim=3, observation={"kind": "affine"})
    model = eqx.tree_at(lambda m: m.dynamics, start, OwnDynamics(jnp.asarray(0.5)))
    save_model(model, tmp_path / "m")
    assert eqx.tree_equal(open_model(tmp_path / "m"), model)
    monkeypatch.delitem(sys.modules, OwnDynamics.__module__)
    with pytest.raises(ModelFileError, match="OwnDynamics") as caught:
        open_model(tmp_path / "m")
    assert caught.value.code == "M404"
    assert caught.value.fix.startswith(f"from {OwnDynamics.__module__} import OwnDynamics")


@pytest.mark.parametrize("kind", ["class:os:system", "class:builtins:dict", "class:attrax:load", "class:nowhere:A"])
def test_nothing_but_a_module_of_equinox_is_ever_called(tmp_path, make_model, kind):
    save_model(make_model(), tmp_path / "m")
    arrays, description = read_arrays(tmp_path / "m")
    write_arrays(tmp_path / "m", arrays, description | {"model": {"kind": kind, "fields": {"command": "true"}}})
    with pytest.raises(ModelFileError, match="M404"):
        open_model(tmp_path / "m")


def test_a_dynamics_whose_package_is_not_installed_is_named(tmp_path, make_model):
    save_model(make_model(), tmp_path / "m")
    arrays, description = read_arrays(tmp_path / "m")
    write_arrays(tmp_path / "m", arrays, description | {"model": {"kind": "dynamics:toy", "fields": {}}})
    with pytest.raises(ModelFileError, match="adds the dynamics 'toy'"):
        open_model(tmp_path / "m")


GOLDEN = Path(__file__).parents[1] / "golden"
FORECASTS = {
    (version.name, name): numbers
    for version in sorted(GOLDEN.iterdir())
    for name, numbers in json.loads((version / "forecasts.json").read_text()).items()
}


@pytest.mark.parametrize(("format_", "name"), FORECASTS, ids="-".join)
def test_files_of_every_format_are_read_for_ever(format_, name):
    model, numbers = read_model(GOLDEN / format_ / f"{name}.safetensors"), FORECASTS[format_, name]
    one = model.subject("b") if isinstance(model, models.HierarchicalModel) else model
    forecast = one.simulate(np.array(numbers["context"]), len(numbers["forecast"])).x
    np.testing.assert_allclose(forecast, numbers["forecast"], rtol=1e-4, atol=1e-5)


def test_every_kind_has_a_file_in_the_present_format():
    kept = {name for format_, name in FORECASTS if format_ == f"format_{SCHEMA}"}
    # Models of continuous states observe them as they are, unless another observation is named.
    assert kept >= {*DYNAMICS.names, *OBSERVATIONS.names, "hierarchical", "mixed"} - {"identity"}


@pytest.mark.parametrize(
    "file", sorted(GOLDEN.glob("format_*/*.toml")), ids=lambda file: f"{file.parent.name}-{file.stem}"
)
def test_settings_of_every_format_are_read_for_ever(file):
    config = configure(file=file)
    assert configure(overrides=tomllib.loads(config.to_toml())) == config


@pytest.mark.parametrize("folder", sorted(GOLDEN.glob("format_*/run")), ids=lambda folder: folder.parent.name)
def test_a_run_folder_of_every_format_opens_for_ever(tmp_path, folder):
    copy = shutil.copytree(folder, tmp_path / "run")
    fit = open_run(copy)
    about = json.loads((copy / "run.json").read_text())
    assert fit.verdict.outcome.value == about["verdict"]
    assert [entry["step"] for entry in fit.history] == [5, 10]
    assert len(fit.learned.restarts) == 2
    about["schema"] += 1
    (copy / "run.json").write_text(json.dumps(about))
    with pytest.raises(RunError, match="R320"):
        open_run(copy)


def test_parameters_keep_their_precision(tmp_path, make_model):
    model = jax.tree.map(lambda leaf: leaf.astype(jnp.float16), make_model())
    save_model(model, tmp_path / "m")
    assert {leaf.dtype for leaf in jax.tree.leaves(open_model(tmp_path / "m"))} == {jnp.dtype("float16")}


def test_a_damaged_file_of_attrax_0_1_is_never_a_traceback(tmp_path):
    whole, rng = (GOLDEN / "format_0_1" / "shallow.safetensors").read_bytes(), np.random.default_rng(0)
    told = 0
    for _ in range(100):
        changed = bytearray(whole)
        changed[int(rng.integers(len(whole) // 2))] ^= 1 << int(rng.integers(8))
        (tmp_path / "m").write_bytes(bytes(changed))
        try:
            read_model(tmp_path / "m")
        except ModelFileError:
            told += 1
    assert told > 10
