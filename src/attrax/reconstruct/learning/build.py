"""Creation of models, objective and training plan from a configuration."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Key, PRNGKeyArray

from attrax.core.dynamics import AbstractDynamics
from attrax.core.scaling import Scaling
from attrax.core.scan import AbstractScan, ScanTask
from attrax.core.spec import Settings
from attrax.data.series import Dataset, Series
from attrax.data.splitting import validation_split
from attrax.data.standardizing import fit_scaling, standardize
from attrax.data.windows import round_length
from attrax.models import HierarchicalModel, LinearStart, Model, WindowEncoder
from attrax.models.dynamics_spec import DynamicsSpec
from attrax.optimise import AbstractObjective, ExponentialDecay, Plan, TrainState
from attrax.reconstruct.learning.mixed_observation import build_mixed
from attrax.reconstruct.learning.parts import NO_PARTS, Parts
from attrax.reconstruct.preparation.channel_kinds import in_own_units
from attrax.reconstruct.settings.configuration import Config
from attrax.reconstruct.settings.sections import TrainConfig
from attrax.registries import PENALTIES, SCANS
from attrax.train import FreeRunDistance, Partial, Penalised, SubjectPenalty, WindowBatches
from attrax.train.forcing import AbstractForcing
from attrax.train.loss_spec import LossParts
from attrax.train.penalty import AbstractPenalty

COMPILED = "fused"
"""The scan for dynamics with compiled loops."""


def build_model(
    config: Config, series: Series, scaling: Scaling, *, parts: Parts = NO_PARTS, key: PRNGKeyArray
) -> Model:
    """Create a model with random parameters.

    Args:
        config: The complete configuration.
        series: A training series, for the number of channels and inputs and for initial values.
        scaling: Converts to standardised units.
        parts: Objects that replace sections of the settings.
        key: Random key.
    """
    k_dynamics, k_observation, k_start = jax.random.split(key, 3)
    c = config.model
    dynamics = parts.dynamics or _random_dynamics(
        c.dynamics.spec, c.latent_dim, c.dynamics.settings, series.input_dim, series.dt, k_dynamics
    )
    if c.kinds:
        observation = build_mixed(c, series, key=k_observation)
        start = WindowEncoder.create(observation, c.latent_dim, reach=c.encoder_rows, key=k_start)
    else:
        observation = parts.observation or c.observation.spec.create(
            np.asarray(series.values), c.latent_dim, c.observation.settings, key=k_observation
        )
        start = LinearStart.create(observation, c.latent_dim, key=k_start)
    return Model(dynamics, observation, start, scaling, series.channels)


@eqx.filter_jit
def _random_dynamics(
    spec: DynamicsSpec, latent_dim: int, settings: Settings, input_dim: int, dt: float, key: PRNGKeyArray
) -> AbstractDynamics:
    """A dynamics with random parameters. Compiled, because dispatching each operation separately takes seconds."""
    return spec.create(latent_dim, settings, input_dim=input_dim, dt=dt, key=key)


def build_hierarchical(
    config: Config,
    series: Series,
    scaling: Scaling,
    subjects: Sequence[str],
    *,
    parts: Parts = NO_PARTS,
    key: PRNGKeyArray,
) -> HierarchicalModel:
    """Create a hierarchical model of several subjects with random parameters."""
    *keys, k_vectors = jax.random.split(key, config.model.subject_dim + 1)
    models = [build_model(config, series, scaling, parts=parts, key=k) for k in keys]
    return HierarchicalModel.create(tuple(m.dynamics for m in models), models[0], subjects, key=k_vectors)


def build_replicas(
    config: Config,
    series: Series,
    scaling: Scaling,
    seeds: Sequence[int],
    subjects: Sequence[str] = (),
    parts: Parts = NO_PARTS,
) -> tuple[Any, Key[Array, " replica"]]:
    """Create a model for each seed. Returns the stacked models, and the random key for the training of each.

    The models are hierarchical if there are subjects.
    """

    def make(key: PRNGKeyArray) -> Model | HierarchicalModel:
        if subjects:
            return build_hierarchical(config, series, scaling, subjects, parts=parts, key=key)
        return build_model(config, series, scaling, parts=parts, key=key)

    keys = jax.vmap(jax.random.key)(jnp.asarray(seeds, jnp.uint32))
    k_make, k_train = jax.vmap(jax.random.split, out_axes=1)(keys)
    return eqx.filter_vmap(make)(k_make), k_train


def replica_seeds(config: Config) -> list[int]:
    """The seeds of the restarts, counted up from the seed of the run: restart i has seed + i."""
    return list(range(config.seed, config.seed + config.train.restarts))


def build_forcing(config: TrainConfig, parts: Parts = NO_PARTS) -> AbstractForcing:
    """The forcing of a training configuration."""
    forcing = parts.forcing or config.forcing.spec.create(config.forcing.settings)
    return Partial(forcing, config.forced_dim) if config.forced_dim else forcing


class Training(NamedTuple):
    """The arguments of `attrax.optimise.fit`, except for the batches, which change when gaps are filled.

    Attributes:
        models: The untrained models, stacked.
        data: The standardised training recordings.
        judges: The recordings that free runs are compared with, to select a model.
        objective: The function to minimise.
        plan: The training plan.
        keys: One random key per model.
        remark: Why the fastest scan cannot be used; None if it is used.
        strengths: The forcing strength of each model; empty if all have that of the objective.
    """

    models: Any
    data: Dataset
    judges: Dataset
    objective: AbstractObjective
    plan: Plan
    keys: Key[Array, " replica"]
    remark: str | None
    strengths: tuple[float, ...] = ()

    @property
    def start(self) -> TrainState:
        """The state before the first update."""
        state = TrainState.create(
            self.models, self.objective, self.plan.optimizer, len(self.keys), chunk=self.plan.chunk
        )
        return with_strengths(state, self.strengths) if self.strengths else state


def build_training(config: Config, train: Dataset, seeds: Sequence[int], parts: Parts = NO_PARTS) -> Training:
    """Create the models, the objective and the plan for a complete configuration, with one model per seed.

    Raises: ConfigError C515 if a section of the settings has kind `object` and the object is not in `parts`.
    """
    parts.check(config)
    seen, judges = validation_split(train, config.train.validation_fraction, window=config.train.window, gap=config.gap)
    scaling = fit_scaling(seen) if config.data.standardize else Scaling.identity(seen[0].obs_dim)
    scaling = in_own_units(scaling, config.model.kinds)
    subjects = seen.subjects if config.model.subject_dim else ()
    models, keys = build_replicas(config, seen[0], scaling, seeds, subjects, parts)
    gaps = any(series.mask is not None for series in seen)
    scan, remark = choose_scan(config, gaps=gaps, obs_dim=seen[0].obs_dim)
    data = standardize(seen, scaling)
    rows = round_length(sum(map(len, data)))
    objective = build_objective(config, scan, parts, like=replica(models, 0), rows=rows)
    strengths = () if parts.forcing or parts.loss else strengths_of(config.train, len(seeds))
    return Training(models, data, judges, objective, build_plan(config.train), keys, remark, strengths)


def strengths_of(config: TrainConfig, n: int) -> tuple[float, ...]:
    """The forcing strength of each of `n` models; empty if the settings have no alternatives."""
    others = getattr(config.forcing.settings, "alternatives", ())
    if not others:
        return ()
    strengths = (config.forcing.settings.alpha, *others)
    return tuple(strengths[i % config.restarts % len(strengths)] for i in range(n))


def with_strengths(state: TrainState, strengths: Sequence[float]) -> TrainState:
    """A training state with another forcing strength for each replica."""
    objective = jax.tree.map(lambda leaf: jnp.asarray(strengths, leaf.dtype), state.objective)
    return replace(state, objective=objective, best=state.best and replace(state.best, objective=objective))


class ChosenScan(NamedTuple):
    """How orbits are computed, and if it is not the fastest way that there is, why."""

    scan: AbstractScan
    remark: str | None


def choose_scan(config: Config, *, gaps: bool, obs_dim: int) -> ChosenScan:
    """The scan that is asked for, or the fastest one for a complete configuration on this machine.

    Args:
        config: The complete configuration.
        gaps: Whether values are missing in the training data.
        obs_dim: Number of channels of the training data.
    """
    chosen, dynamics = config.train.scan, config.model.dynamics
    task = ScanTask(dynamics.kind, dynamics.spec.compiled, _mixed(config, gaps=gaps, obs_dim=obs_dim))
    if not chosen.open:
        return ChosenScan(chosen.spec.create(chosen.settings, task), None)
    compiled, spec = SCANS.spec(COMPILED), SCANS.spec(dynamics.spec.scan)
    remark = None
    # The networks of subjects are mapped over, which compiled loops cannot be.
    if dynamics.spec.compiled and not config.model.subject_dim:
        reason = compiled.obstacle(task)
        remark = None if reason is None else f"{spec.title} instead of {compiled.title}: {reason}"
        spec = compiled if reason is None else spec
    return ChosenScan(spec.create(spec.settings(), task), remark)


def _mixed(config: Config, *, gaps: bool, obs_dim: int) -> str:
    """Why each latent state is not told about the data separately; empty if it is."""
    if not config.train.loss.spec.forced:
        timed = config.model.dynamics.continuous_time
        return "what is added in a step of an inferred orbit is no rate of change" if timed else ""
    if config.model.kinds or config.model.observation.spec.selects:
        return ""
    if gaps:
        return "with gaps in mixed channels the correction is not coordinate by coordinate"
    if config.model.latent_dim > obs_dim:
        return "with more latent states than mixed channels the correction is not coordinate by coordinate"
    return ""


def build_loss(
    config: TrainConfig, scan: AbstractScan, parts: Parts = NO_PARTS, *, like: Model | HierarchicalModel, rows: int = 0
) -> AbstractObjective:
    """The loss of a training configuration.

    Args:
        config: The training configuration.
        scan: The method that computes the orbits.
        parts: Objects that replace sections of the settings.
        like: A model of the right sizes.
        rows: Number of rows of the training recordings; 0 if the loss keeps nothing for each row.
    """
    dynamics = like.basis[0] if isinstance(like, HierarchicalModel) else like.dynamics
    made_of = LossParts(build_forcing(config, parts), scan, dynamics, rows)
    loss = parts.loss or config.loss.spec.create(config.loss.settings, made_of)
    free_runs = config.free_run_distance
    if free_runs.open:
        return loss
    distance = free_runs.spec.create(free_runs.settings)
    return FreeRunDistance(loss, distance, free_runs.weight, free_runs.steps, scan)


def build_objective(
    config: Config, scan: AbstractScan, parts: Parts = NO_PARTS, *, like: Model | HierarchicalModel, rows: int = 0
) -> AbstractObjective:
    """The loss and the penalties of a complete configuration; the arguments are those of `build_loss`."""
    loss, penalties = build_loss(config.train, scan, parts, like=like, rows=rows), build_penalties(config)
    return Penalised(loss, penalties) if penalties else loss


def build_optimizer(config: TrainConfig) -> optax.GradientTransformation:
    """The optimiser of a training configuration."""
    return config.optimizer.spec.create(config.optimizer.settings, config.clip)


def build_plan(config: TrainConfig) -> Plan:
    """The training plan of a configuration."""
    schedule = ExponentialDecay(config.learning_rate, config.final_learning_rate, config.updates)
    return Plan(config.updates, schedule, build_optimizer(config), config.chunk)


def build_batches(config: Config, data: Dataset, measured: Dataset | None = None) -> WindowBatches:
    """Create the batches of training windows.

    Args:
        config: The complete configuration.
        data: The standardised training recordings.
        measured: The same before gaps were filled, if they were; the loss uses only values observed in it.
    """
    subjects = data.subjects if config.model.subject_dim else ()
    c = config.train
    return WindowBatches.cut(data, length=c.window, size=c.batch_size, subjects=subjects, measured=measured)


def build_penalties(config: Config) -> tuple[AbstractPenalty, ...]:
    """The penalties of a configuration; those on loadings only if the observation has loadings."""
    with_loadings = config.model.observation.spec.has_loadings and not config.model.kinds
    hierarchical = config.model.subject_dim > 0
    made = []
    for name, settings in config.train.penalties.settings.items():
        spec = PENALTIES.spec(name)
        penalty = spec.create(settings)
        if not spec.on_loadings:
            made.append(SubjectPenalty(penalty) if hierarchical else penalty)
        elif with_loadings:
            made.append(penalty)
    return tuple(made)


def replica(models: Any, i: int) -> Any:
    """Model i of stacked models."""
    return jax.tree.map(lambda leaf: leaf[i] if eqx.is_array(leaf) else leaf, models)
