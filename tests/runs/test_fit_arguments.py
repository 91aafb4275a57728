"""Names or objects: what `attrax.fit` takes in place of settings."""

from types import SimpleNamespace

import equinox as eqx
import jax
import numpy as np
import pytest

import attrax
from attrax import DataError
from attrax.models import ClippedShallowPLRNN
from attrax.reconstruct.settings.configuration import configure
from attrax.runs.reconstruction import Reconstruction
from attrax.train import Generalized


@pytest.fixture(scope="module")
def x(henon):
    return henon(300)


@pytest.fixture(scope="module")
def network():
    return ClippedShallowPLRNN.create(3, 5, key=jax.random.key(4))


@pytest.fixture(scope="module")
def short(tiny):
    return {"train": tiny["train"], "evaluate": tiny["evaluate"]}


@pytest.fixture(scope="module")
def of_objects(x, short, network, tmp_path_factory):
    folder = tmp_path_factory.mktemp("objects") / "run"
    return attrax.fit(x, dynamics=network, forcing=Generalized(0.2), settings=short, folder=folder, quiet=True)


def test_an_object_is_trained_in_place_of_what_settings_name(of_objects, network):
    trained = of_objects.model.dynamics
    assert (trained.latent_dim, trained.W1.shape) == (3, network.W1.shape)
    assert not np.array_equal(trained.W1, network.W1)
    config = of_objects.config
    assert (config.model.dynamics.kind, config.train.forcing.kind, config.model.latent_dim) == ("object", "object", 3)
    assert "own dynamics" in repr(of_objects)


def test_the_run_of_an_object_is_opened(of_objects):
    opened = attrax.open_run(of_objects.folder)
    assert eqx.tree_equal(opened.model, of_objects.model)
    assert opened.verdict == of_objects.verdict


def test_a_run_of_objects_goes_on_with_the_objects(x, short, network, of_objects, tmp_path):
    def stop(progress):
        raise MemoryError("killed")

    with pytest.raises(attrax.RunError, match="R352"):
        attrax.fit(
            x,
            dynamics=network,
            forcing=Generalized(0.2),
            settings=short,
            callbacks=[stop],
            folder=tmp_path / "run",
            quiet=True,
        )
    with pytest.raises(attrax.ConfigError, match="C515"):
        attrax.resume(tmp_path / "run", data=x, quiet=True)
    again = attrax.resume(tmp_path / "run", data=x, dynamics=network, forcing=Generalized(0.2), quiet=True)
    assert eqx.tree_equal(again.model, of_objects.model)


@pytest.mark.slow
def test_names_and_numbers_stand_above_settings_and_those_above_the_preset(x, tiny):
    settings = {**tiny, "train": {**tiny["train"], "forcing": {"kind": "generalized", "alpha": 0.3}}}
    config = attrax.fit(x, dynamics="shallow", forcing="sparse", settings=settings, seed=2, quiet=True).config
    assert (config.model.dynamics.kind, config.train.forcing.kind, config.seed) == ("shallow", "sparse", 2)
    assert config.model.dynamics.settings.hidden_dim == 4


def test_a_kind_that_is_not_there_is_answered(x):
    with pytest.raises(attrax.ConfigError, match=r"clipped"):
        attrax.fit(x, dynamics="cliped", quiet=True)


def test_another_recording_is_advised_to_be_read_in_python(write):
    path = write("a.csv", "date,x\n" + "".join(f"{d:02d}/{d + 1:02d}/2021,{d}\n" for d in range(1, 9)))
    run = SimpleNamespace(config=configure(), recordings=None)
    with pytest.raises(DataError, match="D142") as failure:
        Reconstruction.evaluate(run, path)
    assert failure.value.fix.startswith("attrax.load(data, date_order='dmy')")
