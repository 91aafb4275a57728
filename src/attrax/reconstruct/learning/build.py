"""From configuration to objects: the one place where a name becomes a class."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Key, PRNGKeyArray

from attrax.core.linearised import Linearised
from attrax.core.newton import Newton
from attrax.core.scaling import Scaling
from attrax.core.scan import AbstractScan, Sequential
from attrax.data.series import Dataset, Series
from attrax.data.splitting import validation_split
from attrax.data.standardizing import fit_scaling, standardize
from attrax.kernels.support import obstacle
from attrax.models import (
    GRU,
    LSTM,
    AffineObservation,
    AlmostLinearRNN,
    ClippedDendriticPLRNN,
    ClippedShallowPLRNN,
    ContinuousPLRNN,
    DendriticPLRNN,
    GaussianObservation,
    HierarchicalModel,
    IdentityObservation,
    LinearStart,
    LongExpressiveMemory,
    MeanCentredPLRNN,
    Model,
    OffsetObservation,
    ShallowPLRNN,
    VanillaPLRNN,
    WindowEncoder,
)
from attrax.reconstruct.learning.mixed_observation import build_mixed
from attrax.reconstruct.preparation.channel_kinds import in_own_units
from attrax.reconstruct.settings.configuration import Config
from attrax.reconstruct.settings.natural import NATURAL
from attrax.reconstruct.settings.sections import TrainConfig
from attrax.train import (
    Adaptive,
    ConditionPenalty,
    EncodedForcing,
    FreeRunDistance,
    Generalized,
    ManifoldPenalty,
    MaximumMeanDiscrepancy,
    Partial,
    Plan,
    Sinkhorn,
    Sparse,
    SpectralHellinger,
    SubjectForcing,
    SubjectPenalty,
    TeacherForcing,
    WeightPenalty,
    alpha_estimators,
)
from attrax.train.forcing import AbstractForcing
from attrax.train.loss import AbstractLoss

DYNAMICS = {
    "clipped": ClippedShallowPLRNN,
    "shallow": ShallowPLRNN,
    "vanilla": VanillaPLRNN,
    "mean-centred": MeanCentredPLRNN,
    "dendritic": DendriticPLRNN,
    "clipped-dendritic": ClippedDendriticPLRNN,
    "almost-linear": AlmostLinearRNN,
    "continuous": ContinuousPLRNN,
    "gru": GRU,
    "lstm": LSTM,
    "lem": LongExpressiveMemory,
}
INVERTIBLE = {
    "identity": lambda obs_dim, _, *, key: IdentityObservation(obs_dim),  # noqa: ARG005
    "affine": AffineObservation.create,
    "offset": OffsetObservation.create,
    "gaussian": GaussianObservation.create,
}
ESTIMATORS = {
    "arithmetic_mean": alpha_estimators.arithmetic_mean,
    "product_upper_bound": alpha_estimators.product_upper_bound,
    "explog_approximation": alpha_estimators.explog_approximation,
    "batch_maximum": alpha_estimators.batch_maximum,
    "jacobian_upper_bound": alpha_estimators.jacobian_upper_bound,
}
FORCINGS = {
    "generalized": lambda c: Generalized(c.alpha),
    "adaptive": lambda c: Adaptive(ESTIMATORS[c.estimator], c.decay, c.every),
    "sparse": lambda c: Sparse(c.tau),
}
DISTANCES = {"mmd": MaximumMeanDiscrepancy, "sinkhorn": Sinkhorn, "spectrum": SpectralHellinger}


def build_model(config: Config, series: Series, scaling: Scaling, *, key: PRNGKeyArray) -> Model:
    """A fresh model for recordings like `series`."""
    k_dynamics, k_observation, k_start = jax.random.split(key, 3)
    c = config.model
    own = {name: getattr(c, name) for name in NATURAL[c.dynamics].settings}
    dynamics = DYNAMICS[c.dynamics].create(
        c.latent_dim, **own, input_dim=series.input_dim, dt=series.dt, key=k_dynamics
    )
    if c.kinds:
        observation = build_mixed(c, series, key=k_observation)
        start = WindowEncoder.create(observation, c.latent_dim, reach=c.encoder_rows, key=k_start)
    else:
        observation = INVERTIBLE[c.observation](series.obs_dim, c.latent_dim, key=k_observation)
        start = LinearStart.create(observation, c.latent_dim, key=k_start)
    return Model(dynamics, observation, start, scaling, series.channels)


def build_hierarchical(
    config: Config, series: Series, scaling: Scaling, subjects: Sequence[str], *, key: PRNGKeyArray
) -> HierarchicalModel:
    """A fresh model of several subjects, whose networks are those of ordinary models."""
    *keys, k_vectors = jax.random.split(key, config.model.subject_dim + 1)
    models = [build_model(config, series, scaling, key=k) for k in keys]
    return HierarchicalModel.create(tuple(m.dynamics for m in models), models[0], subjects, key=k_vectors)


def build_replicas(
    config: Config, series: Series, scaling: Scaling, seeds: Sequence[int], subjects: Sequence[str] = ()
) -> tuple[Any, Key[Array, " replica"]]:
    """A fresh model for each seed, stacked, and the key with which each is trained.

    They are ordinary ones, or hierarchical ones where there are subjects.
    """

    def make(key: PRNGKeyArray) -> Model | HierarchicalModel:
        if subjects:
            return build_hierarchical(config, series, scaling, subjects, key=key)
        return build_model(config, series, scaling, key=key)

    keys = jax.vmap(jax.random.key)(jnp.asarray(seeds, jnp.uint32))
    k_make, k_train = jax.vmap(jax.random.split, out_axes=1)(keys)
    # Compiled as one program: operation by operation, its start-up costs seconds.
    build = eqx.filter_jit(eqx.filter_vmap(make))
    return build(k_make), k_train


def replica_seeds(config: Config) -> list[int]:
    """Consecutive seeds from the configured one: restart i of seed s is restart 0 of seed s + i."""
    return list(range(config.seed, config.seed + config.train.restarts))


def build_forcing(config: TrainConfig) -> AbstractForcing:
    """The forcing of a training configuration."""
    forcing = FORCINGS[config.forcing](config)
    return Partial(forcing, config.forced_dim) if config.forced_dim else forcing


class Training(NamedTuple):
    """Everything that `attrax.train.fit` is handed.

    Attributes:
        models: Fresh models, stacked.
        data: The recording in the units of training.
        judges: The recordings that free runs are compared with to choose among the models.
        plan: How to train.
        keys: One for each model.
        remark: Why this is not the fastest way that there is; None if it is.
    """

    models: Any
    data: Dataset
    judges: Dataset
    plan: Plan
    keys: Key[Array, " replica"]
    remark: str | None


def build_training(config: Config, train: Dataset, seeds: Sequence[int]) -> Training:
    """The training of a complete configuration, with a model for each seed."""
    seen, judges = validation_split(train, config.train.validation_fraction, config.train.window)
    scaling = fit_scaling(seen) if config.data.standardize else Scaling.identity(seen[0].obs_dim)
    scaling = in_own_units(scaling, config.model.kinds)
    subjects = seen.subjects if config.model.subject_dim else ()
    models, keys = build_replicas(config, seen[0], scaling, seeds, subjects)
    gaps = any(series.mask is not None for series in seen)
    scan, remark = choose_scan(config, gaps=gaps, obs_dim=seen[0].obs_dim)
    return Training(models, standardize(seen, scaling), judges, build_plan(config, scan, subjects), keys, remark)


class ScanChoice(NamedTuple):
    """How orbits are computed, and if it is not the fastest way that there is, why."""

    scan: AbstractScan
    remark: str | None


def choose_scan(config: Config, *, gaps: bool, obs_dim: int) -> ScanChoice:
    """The fastest scan for a complete configuration on this machine.

    Args:
        config: The configuration.
        gaps: Whether values are missing in the training data.
        obs_dim: Channels of the training data.
    """
    if config.train.scan == "sequential":
        return ScanChoice(Sequential(), None)
    if config.model.subject_dim and config.train.scan == "auto":
        return ScanChoice(Sequential(), None)
    if config.train.scan == "newton":
        return ScanChoice(Newton(), None)
    if config.model.dynamics == "continuous" and config.train.scan == "auto":
        return ScanChoice(Linearised(), None)
    reason = obstacle()
    mixed = not config.model.kinds and config.model.observation != "identity"
    if reason is None and gaps and mixed:
        reason = "with gaps in mixed channels the correction is not coordinate by coordinate"
    if reason is None and mixed and config.model.latent_dim > obs_dim:
        reason = "with more latent states than mixed channels the correction is not coordinate by coordinate"
    if reason is None and config.model.dynamics not in ("clipped", "shallow"):
        reason = f"there are none for {config.model.dynamics} dynamics"
    if reason is not None:
        return ScanChoice(Sequential(), f"general path instead of compiled loops: {reason}")
    from attrax.kernels import activations
    from attrax.train.fused import Fused

    return ScanChoice(
        Fused({"clipped": activations.ClippedRelu(), "shallow": activations.Relu()}[config.model.dynamics]), None
    )


def build_loss(config: TrainConfig, scan: AbstractScan, *, hierarchical: bool, encoded: bool) -> AbstractLoss:
    """The loss of a training configuration."""
    if encoded:
        return EncodedForcing(build_forcing(config), scan, config.warmup, config.reconstruction)
    forced = SubjectForcing if hierarchical else TeacherForcing
    loss = forced(build_forcing(config), scan, config.warmup, config.noise)
    if not config.invariant:
        return loss
    distance = DISTANCES[config.invariant]()
    return FreeRunDistance(loss, distance, config.invariant_weight, config.invariant_steps, scan)


def build_plan(config: Config, scan: AbstractScan, subjects: Sequence[str] = ()) -> Plan:
    """The training plan of a complete configuration; with subjects, that of a hierarchical model."""
    c = config.train
    on_network = (WeightPenalty(c.weight_penalty),) if c.weight_penalty else ()
    on_network += (ManifoldPenalty(c.manifold_penalty, c.manifold_dim),) if c.manifold_penalty else ()
    with_loadings = config.model.observation != "identity" and not config.model.kinds
    on_loadings = (ConditionPenalty(c.condition_penalty),) if c.condition_penalty and with_loadings else ()
    return Plan(
        loss=build_loss(c, scan, hierarchical=bool(subjects), encoded=bool(config.model.kinds)),
        penalties=(tuple(map(SubjectPenalty, on_network)) if subjects else on_network) + on_loadings,
        updates=c.updates,
        batch_size=c.batch_size,
        window=c.window,
        learning_rate=c.learning_rate,
        final_learning_rate=c.final_learning_rate,
        chunk=c.chunk,
        clip=c.clip,
        subjects=tuple(subjects),
    )


def replica(models: Any, i: int) -> Any:
    """The i-th of stacked models."""
    return jax.tree.map(lambda leaf: leaf[i] if eqx.is_array(leaf) else leaf, models)
