"""What every implementation says of itself, taken from the registries."""

import inspect
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from attrax import registries
from attrax.core import AbstractTimed
from attrax.core.scan import ScanTask
from attrax.measures.measure_names import MEASURES
from attrax.reconstruct.settings.configuration import configure
from attrax.train import Batch

REFERENCES = (Path(__file__).parents[2] / "docs" / "refs.bib").read_text(encoding="utf-8")
SPECS = {(registry.noun, name): spec for registry in registries.ALL for name, spec in registry.specs().items()}
KEY = jax.random.key(0)


@pytest.fixture(params=SPECS, ids=": ".join)
def spec(request):
    return SPECS[request.param]


def test_it_has_a_title_and_says_what_it_is(spec):
    assert spec.title
    assert len(spec.summary.split()) >= 2


def test_its_papers_are_in_the_references(spec):
    assert [key for key in spec.references if f"{{{key}," not in REFERENCES] == []


def test_its_settings_have_defaults_and_are_described(spec):
    assert spec.settings().model_dump().keys() == spec.settings.model_fields.keys()
    assert [name for name, field in spec.settings.model_fields.items() if not field.description] == []


def test_it_is_found_by_its_class(spec):
    assert any(spec is registry.specs().get(registry.name_of(spec.implementation)) for registry in registries.ALL)


@pytest.mark.parametrize(
    "registry", [r for r in registries.ALL if inspect.isclass(next(iter(r.specs().values())).implementation)]
)
def test_every_registered_class_has_a_row_in_the_tables(registry, in_tables):
    assert {spec.implementation for spec in registry.specs().values()} - in_tables == set()


@pytest.mark.parametrize("name", registries.DYNAMICS.names)
def test_a_dynamics_is_made_from_its_settings(name):
    spec = registries.DYNAMICS.spec(name)
    latent_dim = spec.default_latent_dim(2)
    made = spec.create(latent_dim, spec.settings(), input_dim=1, dt=0.5, key=KEY)
    assert isinstance(made, spec.implementation)
    assert (made.latent_dim, made.input_dim, made.dt) == (latent_dim, 1, 0.5)
    assert spec.number_of_units(latent_dim, spec.settings()) >= 1
    assert registries.OBSERVATIONS.spec(spec.default_observation(2)).invertible
    assert spec.scan in registries.SCANS.names


def test_dynamics_say_what_they_can_do():
    specs = registries.DYNAMICS.specs()
    timed = {name for name, spec in specs.items() if issubclass(spec.implementation, AbstractTimed)}
    assert timed == set(registries.FLOWS.names)
    general = {"gru", "lstm", "lem", "hamiltonian", "neural-ode", "pv-rnn"}
    assert {name for name, spec in specs.items() if not spec.has_memory_matrix} == {"continuous", *general}
    assert {name for name, spec in specs.items() if spec.bounded_by} == {"clipped", "clipped-dendritic"}
    assert {name for name, spec in specs.items() if not spec.compiled} == general


@pytest.mark.parametrize("name", registries.OBSERVATIONS.names)
def test_an_observation_is_made_from_values_and_settings(name):
    spec = registries.OBSERVATIONS.spec(name)
    settings = spec.settings(**({"levels": 3} if spec.levelled else {}))
    made = spec.create(np.array([[0.0, 2.0], [1.0, 1.0]]), 3, settings, key=KEY)
    assert isinstance(made, spec.implementation)
    assert made.obs_dim == 2
    assert spec.selects == (spec.invertible and made.selects)
    assert spec.has_loadings == (spec.invertible and not made.selects)


@pytest.mark.parametrize("name", registries.FORCINGS.names)
def test_a_forcing_is_made_from_its_settings(name):
    spec = registries.FORCINGS.spec(name)
    assert isinstance(spec.create(spec.settings()), spec.implementation)
    assert spec.describe(spec.settings())


def test_exactly_one_forcing_is_the_default_of_a_recording():
    for rows_per_cycle in (3.0, 75.0, np.inf):
        suits = [n for n, s in registries.FORCINGS.specs().items() if s.default_for(rows_per_cycle) is not None]
        assert len(suits) == 1


def test_every_kind_of_model_has_one_default_loss():
    kinds = [(spec.subjects, spec.encoded) for spec in registries.LOSSES.specs().values() if spec.default]
    assert sorted(kinds) == [(False, False), (False, True), (True, False)]


@pytest.mark.parametrize("name", registries.DISTANCES.names)
def test_a_distance_is_made_from_its_settings(name):
    spec = registries.DISTANCES.spec(name)
    assert isinstance(spec.create(spec.settings()), spec.implementation)


@pytest.mark.parametrize("name", registries.SCANS.names)
def test_a_scan_is_made_or_says_why_not(name):
    spec = registries.SCANS.spec(name)
    task = ScanTask("clipped", registries.DYNAMICS.spec("clipped").compiled, "")
    if spec.obstacle(task) is None:
        assert isinstance(spec.create(spec.settings(), task), spec.implementation)


@pytest.mark.parametrize("name", registries.OPTIMIZERS.names)
def test_an_optimizer_goes_downhill_and_is_made_once(name):
    spec = registries.OPTIMIZERS.spec(name)
    optimizer = spec.create(spec.settings(), 1.0)
    assert optimizer is spec.create(spec.settings(), 1.0)
    w = {"W": jnp.array([[3.0, -2.0], [1.0, 4.0]]), "h": jnp.array([1.0, -1.0])}
    direction, _ = optimizer.update(w, optimizer.init(w))  # the gradient of half the squared norm is w itself
    assert optax.tree.vdot(direction, w) > 0


def test_penalties_are_finite_and_can_be_minimised(penalty):
    term, model = penalty()
    batch = Batch(jax.random.normal(KEY, (3, 5, 2)), None, jnp.ones((3, 5, 1)))
    value, gradient = eqx.filter_jit(eqx.filter_value_and_grad(lambda model: term(model, batch, KEY)))(model)
    assert value > 0
    assert all(jnp.isfinite(leaf).all() for leaf in jax.tree.leaves(gradient))


def test_protocols_judge_geometry_rhythm_and_forecasts(protocol):
    x = np.random.default_rng(0).normal(size=(400, 2))
    geometry, spectrum = protocol().attractor_measures(x)
    assert geometry(x, x, key=0).value == pytest.approx(0, abs=1e-9)
    assert spectrum(x, x).value == pytest.approx(0, abs=1e-6)
    assert protocol().prediction_error(3).horizon == 3


def test_protocols_have_scores_of_their_own():
    x = np.random.default_rng(0).normal(size=(300, 3))
    protocols = [spec.implementation() for spec in registries.PROTOCOLS.specs().values()]
    scored = {
        tuple(measure.protocol for measure in (*p.attractor_measures(x), p.prediction_error(3))) for p in protocols
    }
    assert len(scored) == len(protocols)


def test_every_preset_of_a_measure_is_a_protocol():
    presets = {paper for spec in MEASURES.values() for paper in spec.presets}
    assert presets == set(registries.PROTOCOLS.names) - {"default"}


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_is_explained_and_its_scores_have_its_name(name):
    spec = MEASURES[name]
    assert spec.meaning
    assert spec.better in ("lower", "higher")
    assert all(make().name == name for make in spec.presets.values())


@pytest.mark.parametrize("name", registries.PRESETS.names)
def test_a_preset_can_be_completed(name):
    assert configure(name).complete(3).preset == name
