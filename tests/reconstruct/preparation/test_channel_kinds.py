import jax
import numpy as np
import pytest

import attrax
from attrax import ConfigError, open_model, save_model
from attrax.core import Scaling
from attrax.models import PoissonObservation, ProductObservation
from attrax.reading import load_raw
from attrax.reconstruct.learning.build import build_model
from attrax.reconstruct.preparation.channel_kinds import decide_kinds, in_own_units
from attrax.reconstruct.settings.configuration import configure


@pytest.fixture
def mixed():
    rng = np.random.default_rng(0)
    columns = {"spikes1": rng.poisson(2, 400), "spikes2": rng.poisson(1, 400), "mood": rng.integers(0, 4, 400)}
    return load_raw({**{k: v.astype(float) for k, v in columns.items()}, "volts": rng.normal(size=400)})


def model_config(**settings):
    return configure(overrides={"model": settings, "train": {"window": 30}}).model


def test_measurements_alone_need_no_kinds(mixed):
    assert decide_kinds(model_config(), mixed) == ()
    assert decide_kinds(model_config(observation={"kind": "gaussian"}), mixed) == ()


def test_channels_get_kinds_by_name_or_glob_and_levels_from_the_data(mixed):
    kinds = decide_kinds(model_config(kinds=["spikes*=poisson", "mood=ordinal", "spikes2=categorical:9"]), mixed)
    assert kinds == ("spikes1=poisson", "spikes2=categorical:9", "mood=ordinal:4", "volts=gaussian")
    assert decide_kinds(model_config(kinds=kinds), mixed) == kinds
    others = decide_kinds(model_config(observation={"kind": "poisson"}, kinds=["volts=gaussian"]), mixed)
    assert others == ("spikes1=poisson", "spikes2=poisson", "mood=poisson", "volts=gaussian")


@pytest.mark.parametrize(
    ("kinds", "code"),
    [
        ("volts", "C600"),
        ("volts=binary", "C600"),
        ("volts=gaussian:3", "C600"),
        ("speed=poisson", "C601"),
        ("volts=poisson", "C602"),
        ("mood=ordinal:3", "C603"),
    ],
)
def test_impossible_kinds_are_refused(mixed, kinds, code):
    with pytest.raises(ConfigError) as error:
        decide_kinds(model_config(kinds=[kinds]), mixed)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("train", "model", "code"),
    [
        ({"free_run_distance": {"kind": "mmd"}}, {}, "C604"),
        ({}, {"subject_dim": 2}, "C604"),
        ({"window": 20}, {}, "C605"),
        ({"loss": {"warmup": 190}}, {}, "C605"),
    ],
)
def test_settings_that_do_not_go_with_counts_are_refused(train, model, code):
    config = configure(overrides={"train": train, "model": {"kinds": ["a=poisson"], **model}})
    with pytest.raises(ConfigError) as error:
        config.complete(1)
    assert error.value.code == code


def test_only_measurements_are_standardised():
    scaling = in_own_units(Scaling((5.0, 6.0), (2.0, 3.0)), ("a=poisson", "b=gaussian"))
    assert scaling == Scaling((0.0, 6.0), (1.0, 3.0))
    assert in_own_units(scaling, ()) == scaling


@pytest.mark.slow
def test_a_model_of_mixed_channels_survives_its_file(mixed, tmp_path):
    kinds = decide_kinds(model_config(kinds=["spikes*=zero-inflated-poisson", "mood=categorical"]), mixed)
    config = configure(overrides={"model": {"kinds": list(kinds), "latent_dim": 3, "dynamics": {"hidden_dim": 5}}})
    model = build_model(config, mixed[0], Scaling.identity(4), key=jax.random.key(0))
    save_model(model, tmp_path / "m.safetensors")
    again = open_model(tmp_path / "m.safetensors")
    assert isinstance(again.observation, ProductObservation)
    context = mixed[0].x[:40]
    np.testing.assert_array_equal(again.simulate(context, 20, key=1).x, model.simulate(context, 20, key=1).x)


@pytest.mark.slow
def test_counts_are_learned_from_end_to_end():
    phase = np.arange(600)[:, None] / 8 + np.arange(4)
    counts = np.random.default_rng(0).poisson(np.exp(0.5 + np.sin(phase))).astype(float)
    settings = {
        "model": {
            "observation": {"kind": "poisson"},
            "latent_dim": 2,
            "dynamics": {"hidden_dim": 10},
            "encoder_rows": 5,
        },
        "train": {"updates": 40, "chunk": 20, "window": 20, "restarts": 1, "candidates": 1},
        "evaluate": {"starts": 2},
        "data": {"force": True},
    }
    fit = attrax.fit(counts, settings=settings, quiet=True)
    assert isinstance(fit.model.observation, PoissonObservation)
    assert fit.model.scaling == Scaling.identity(4)
    assert fit.config.model.kinds == ("x0=poisson", "x1=poisson", "x2=poisson", "x3=poisson")
    assert (fit.evaluation.simulation.x % 1 == 0).all()
    assert np.isfinite(fit.history[-1]["loss"]).all()
