import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax import ModelFileError, models, open_model, save_model
from attrax.reconstruct.learning.build import DYNAMICS
from attrax.runs.model_file import SCHEMA, read_facts
from attrax.runs.tree_file import file_sha256, read_arrays, write_arrays

COMPOSITIONS = [
    *itertools.product(["clipped", "shallow"], ["identity", "affine"], [True, False], [0, 2]),
    *((name, "affine", True, 2) for name in DYNAMICS if name not in ("clipped", "shallow")),
]


@pytest.fixture(params=COMPOSITIONS, ids=str)
def model(request, make_model):
    dynamics, observation, bounded, input_dim = request.param
    settings = {"dynamics": dynamics, "observation": observation, "bounded": bounded, "latent_dim": 4}
    return make_model(input_dim=input_dim, **settings)


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


def test_other_models_give_other_files(tmp_path, make_model):
    hashes = set()
    for i, model in enumerate([make_model(0), make_model(1), make_model(0, dynamics="shallow")]):
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
    [{"schema": SCHEMA + 1, "version": "9.1"}, {"schema": None}, {"model": {"kind": "Oracle", "fields": {}}}],
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


def test_every_part_of_a_model_can_be_written():
    from attrax.runs.model_file import KINDS

    public = {name: kind for name, kind in vars(models).items() if isinstance(kind, type)}
    concrete = {name for name, kind in public.items() if not getattr(kind, "__abstractmethods__", None)}
    assert concrete <= KINDS.keys()


def test_parameters_keep_their_precision(tmp_path, make_model):
    model = jax.tree.map(lambda leaf: leaf.astype(jnp.float16), make_model())
    save_model(model, tmp_path / "m")
    assert {leaf.dtype for leaf in jax.tree.leaves(open_model(tmp_path / "m"))} == {jnp.dtype("float16")}
