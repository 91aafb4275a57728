"""Objects in place of what the settings name."""

import equinox as eqx
import jax
import numpy as np
import pytest

from attrax.core.errors import ConfigError
from attrax.data.series import Dataset, Series
from attrax.models import GRU, AffineObservation
from attrax.reconstruct.learning.build import build_training
from attrax.reconstruct.learning.parts import Parts
from attrax.reconstruct.settings.configuration import configure
from attrax.train import Sparse, TeacherForcing

KEY = jax.random.key(7)
DATA = Dataset((Series(np.sin(np.arange(60)[:, None] / 5 + np.array([0.0, 1.0]))),))
SETTINGS = {"train": {"window": 10, "updates": 4, "chunk": 2, "restarts": 2}, "model": {"dynamics": {"hidden_dim": 4}}}


def completed(parts):
    return parts.named_in(configure(overrides=SETTINGS)).complete(2)


def test_without_objects_the_settings_decide():
    assert completed(Parts()) == configure(overrides=SETTINGS).complete(2)


def test_objects_take_the_place_of_what_is_named():
    forcing = Sparse(3)
    parts = Parts(GRU.create(4, key=KEY), AffineObservation.create(2, 4, key=KEY), forcing)
    config = completed(parts)
    assert (config.model.latent_dim, config.model.dynamics.kind, config.train.forcing.kind) == (4, "object", "object")
    assert config.model.describe() == "own dynamics, 4 latent"
    training = build_training(config, DATA, [0, 1], parts)
    assert training.objective.forcing == forcing
    for i in range(2):
        made = jax.tree.map(lambda leaf, i=i: leaf[i] if eqx.is_array(leaf) else leaf, training.models)
        assert eqx.tree_equal(made.dynamics, parts.dynamics)
        assert eqx.tree_equal(made.observation, parts.observation)


def test_a_loss_of_ones_own_is_the_objective():
    loss = TeacherForcing(Sparse(2), warmup=1)
    parts = Parts(loss=loss)
    assert build_training(completed(parts), DATA, [0], parts).objective == loss


def test_objects_that_the_settings_speak_of_must_be_there():
    config = completed(Parts(forcing=Sparse(3)))
    with pytest.raises(ConfigError, match=r"C515[\s\S]*forcing=") as caught:
        build_training(config, DATA, [0])
    assert "generalized" in caught.value.fix


def test_what_was_an_object_is_read_back_from_its_file(tmp_path):
    config = completed(Parts(forcing=Sparse(3)))
    (tmp_path / "config.toml").write_text(config.to_toml())
    assert configure(file=tmp_path / "config.toml") == config
