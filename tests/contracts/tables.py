"""Every implementation of every contract, one row each; a new one gets its row here, and the meta-test insists."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from attrax import registries
from attrax.analysis import HeldInput, HeldSmoothInput
from attrax.analysis.koopman.dictionaries.delay import Delay
from attrax.analysis.koopman.dictionaries.polynomial import Polynomial
from attrax.analysis.koopman.dictionaries.radial import Radial
from attrax.analysis.rotating_input import RotatingInput
from attrax.baselines import Persistence, VectorAutoregression
from attrax.baselines.forecaster import Forecaster, recursion
from attrax.baselines.linear_null import LinearNull
from attrax.baselines.networks.network_training import NextRows
from attrax.core.dynamics import EulerMap
from attrax.core.scaling import Scaling
from attrax.core.scans.linearised import Linearised
from attrax.core.scans.newton import Newton
from attrax.core.scans.sequential import Sequential
from attrax.core.scans.stored import Stored
from attrax.data.series import Dataset, Series
from attrax.measures import (
    DataUnit,
    DeviationBox,
    DeviationUnit,
    MixtureDivergence,
    PredictionError,
    RangeBox,
    SpectrumDistance,
    StateSpaceDivergence,
    TimeToFirstError,
    TopologicalDistance,
    ValidPredictionTime,
)
from attrax.measures.protocols.default import DefaultProtocol
from attrax.measures.published_protocol import PublishedProtocol
from attrax.meta import MAML, FirstOrderMAML, Reptile, Tasks
from attrax.models import (
    GRU,
    LSTM,
    AffineObservation,
    AlmostLinearRNN,
    CategoricalObservation,
    ClippedDendriticPLRNN,
    ClippedShallowPLRNN,
    ContinuousPLRNN,
    DendriticPLRNN,
    GaussianObservation,
    HamiltonianNetwork,
    HierarchicalModel,
    IdentityObservation,
    LinearStart,
    LocalRule,
    LongExpressiveMemory,
    MeanCentredPLRNN,
    Model,
    NeuralFlow,
    OffsetObservation,
    OrdinalObservation,
    PoissonObservation,
    PredictiveCodingRNN,
    ProductObservation,
    ShallowPLRNN,
    TokenModel,
    VanillaPLRNN,
    WindowEncoder,
    ZeroInflatedPoissonObservation,
)
from attrax.models.stochastic import Innovations
from attrax.optimise import FixedBatch, Minibatches, UniformPoints
from attrax.systems import Lorenz63, RandomLattices, catalogue
from attrax.systems.delay_equation import DelayMap
from attrax.testing import Decay
from attrax.train import (
    Adaptive,
    ConditionPenalty,
    EncodedForcing,
    ErrorRegression,
    FreeRunDistance,
    Generalized,
    LocalRegularization,
    ManifoldPenalty,
    MaximumMeanDiscrepancy,
    NextSymbols,
    Partial,
    Penalised,
    Sinkhorn,
    Sparse,
    SpectralHellinger,
    SubjectForcing,
    SubjectPenalty,
    TeacherForcing,
    VariationalBound,
    VectorsOnly,
    WeightPenalty,
    WindowBatches,
)
from attrax.train.estimators.arithmetic_mean import arithmetic_mean
from attrax.train.forced_map import CoordinateCorrection, ForcedMap, ObservationCorrection
from attrax.train.scans.fused import Fused
from attrax.train.variational_bound import InferredMap

KEY = jax.random.key(0)
ESTIMATORS = {name: spec.implementation for name, spec in registries.ESTIMATORS.specs().items()}


def plrnn(kind, *, latent_dim=4, **settings):
    """A fresh network whose offsets are not zero, so that no kink lies at the origin."""
    network = kind.create(latent_dim, 30, key=KEY, **settings)
    h1, h2 = (0.3 * jax.random.normal(KEY, p.shape) for p in (network.h1, network.h2))
    return eqx.tree_at(lambda f: (f.h1, f.h2), network, (h1, h2))


def coupled(kind, *sizes, **settings):
    """A fresh network whose units are its four latent states, with an offset."""
    network = kind.create(4, *sizes, key=KEY, **settings)
    return eqx.tree_at(lambda f: f.h, network, 0.3 * jax.random.normal(KEY, network.h.shape))


def model(observation, latent_dim, *, kind=ClippedShallowPLRNN, input_dim=0):
    dynamics = plrnn(kind, latent_dim=latent_dim, input_dim=input_dim)
    start = LinearStart.create(observation, latent_dim, key=KEY)
    return Model(dynamics, observation, start, Scaling((3.0, -1.0), (2.0, 0.5)), ("a", "b"))


def with_loadings():
    return model(AffineObservation.create(2, 4, key=KEY), 4)


def in_continuous_time():
    dynamics, seen = NeuralFlow.create(2, 3, input_dim=1, key=KEY), IdentityObservation(2)
    return Model(dynamics, seen, LinearStart.create(seen, 2, key=KEY), Scaling.identity(2), ("a", "b"))


def hierarchical_model():
    networks = tuple(plrnn(ClippedShallowPLRNN, latent_dim=3) for _ in range(2))
    return HierarchicalModel.create(networks, model(IdentityObservation(2), 3), ("a", "b", "c"), key=KEY)


def autoregression(*, inputs=0):
    A = np.array([[[0.5, 0.1], [-0.2, 0.4]], [[0.1, 0.0], [0.0, 0.2]]])
    return VectorAutoregression(
        c=np.array([0.1, -0.2]), A=A, C=np.ones((2, inputs)), covariance=np.array([[0.5, 0.2], [0.2, 0.3]])
    )


def mixed():
    """Counts in columns 0 and 3, a label in 1, a measurement in 2."""
    parts = (
        PoissonObservation.create(jnp.array([2.0, 9.0]), 3, key=KEY),
        CategoricalObservation.create(1, 3, 3, key=KEY),
        GaussianObservation.create(1, 3, key=KEY),
    )
    return ProductObservation(parts, ((0, 3), (1,), (2,)))


def counting_model():
    observation = PoissonObservation.create(jnp.ones(2), 3, key=KEY)
    start = WindowEncoder.create(observation, 3, reach=4, hidden_dim=5, key=KEY)
    return Model(plrnn(ClippedShallowPLRNN, latent_dim=3), observation, start, Scaling.identity(2), ("a", "b"))


def completing():
    observation = AffineObservation.create(3, 4, key=KEY)
    return ObservationCorrection(observation, observation.inverse())


NETWORKS = {
    f"{kind.__name__}-{'bounded' if bounded else 'free'}-{input_dim}-inputs": (
        lambda kind=kind, bounded=bounded, input_dim=input_dim: plrnn(kind, bounded=bounded, input_dim=input_dim)
    )
    for kind in (ClippedShallowPLRNN, ShallowPLRNN)
    for bounded in (True, False)
    for input_dim in (0, 2)
}

NETWORKS |= {
    "vanilla": lambda: coupled(VanillaPLRNN, input_dim=2),
    "mean-centred": lambda: coupled(MeanCentredPLRNN, bounded=True),
    "dendritic": lambda: coupled(DendriticPLRNN, 3, input_dim=2),
    "clipped-dendritic": lambda: coupled(ClippedDendriticPLRNN, 3),
    "almost-linear": lambda: coupled(AlmostLinearRNN, 2, input_dim=2),
    "continuous": lambda: ContinuousPLRNN.create(4, 6, input_dim=2, key=KEY),
    "gru": lambda: GRU.create(4, input_dim=2, key=KEY),
    "lstm": lambda: LSTM.create(4, input_dim=2, key=KEY),
    "lem": lambda: LongExpressiveMemory.create(4, input_dim=2, key=KEY),
    "neural-ode": lambda: NeuralFlow.create(4, 6, tolerance=1e-6, input_dim=2, key=KEY),
    "hamiltonian": lambda: HamiltonianNetwork.create(4, 6, friction=True, input_dim=2, key=KEY),
    "hamiltonian-joint": lambda: HamiltonianNetwork.create(4, 6, separable=False, key=KEY),
}
NETWORKS["pv-rnn"] = lambda: PredictiveCodingRNN.create(6, 2, input_dim=2, key=KEY)
NETWORKS["innovations"] = lambda: Innovations(GRU.create(4, input_dim=2, key=KEY), 0.1)
NETWORKS["held-smooth-input"] = lambda: HeldSmoothInput(GRU.create(4, input_dim=2, key=KEY), jnp.array([0.5, -1.0]))
NETWORKS["held-input"] = lambda: HeldInput(plrnn(ShallowPLRNN, input_dim=2), jnp.array([0.5, -1.0]))
NETWORKS["rotating-input"] = lambda: RotatingInput(GRU.create(4, input_dim=3, key=KEY), jnp.array([9.5]), jnp.ones(1))

# A delay at a coarser resolution than usual, since its derivative is as large as its history is long.
SYSTEMS = {
    name: lambda name=name: catalogue.find(name).map()
    for name in catalogue.names()
    if not catalogue.find(name).has_memory
} | {
    "mackey_glass": lambda: DelayMap(catalogue.find("mackey_glass").dynamics, dt=1.0, resolution=10),
    "euler-step": lambda: EulerMap(Lorenz63(), 0.01),
}

# Each takes seconds to compile; one flow in the default suite is enough to see that `TimeMap` keeps its contract.
DEFAULT = ("lorenz63", "henon", "logistic", "ikeda", "mackey_glass")
SLOW = (
    *(name for name in SYSTEMS if name not in DEFAULT),
    "adaptive-explog_approximation",
    "hamiltonian-joint",
    "neural-ode",
)

OBSERVATIONS = {
    "identity": lambda: (IdentityObservation(3), 3),
    "identity-with-free-coordinates": lambda: (IdentityObservation(2), 4),
    "affine-square": lambda: (AffineObservation.create(3, 3, key=KEY), 3),
    "affine-more-channels": lambda: (AffineObservation.create(5, 3, key=KEY), 3),
    "affine-fewer-channels": lambda: (AffineObservation.create(2, 5, key=KEY), 5),
    "offset": lambda: (OffsetObservation(AffineObservation.create(5, 3, key=KEY).B, jnp.arange(5.0)), 3),
    "gaussian": lambda: (GaussianObservation.create(5, 3, key=KEY), 3),
    "poisson": lambda: (PoissonObservation.create(jnp.array([0.5, 5.0, 40.0]), 2, key=KEY), 2),
    "zero-inflated-poisson": lambda: (ZeroInflatedPoissonObservation.create(jnp.array([0.5, 5.0]), 2, key=KEY), 2),
    "ordinal": lambda: (OrdinalObservation.create(6, 2, 5, key=KEY), 2),
    "ordinal-of-two-levels": lambda: (OrdinalObservation.create(12, 2, 2, key=KEY), 2),
    "categorical": lambda: (CategoricalObservation.create(6, 2, 4, key=KEY), 2),
    "product": lambda: (mixed(), 3),
}

FORCINGS = {
    "generalized": lambda: Generalized(0.3),
    "none": lambda: Generalized(0.0),
    "full": lambda: Generalized(1.0),
    **{f"adaptive-{name}": lambda f=f: Adaptive(f, decay=0.9, every=2) for name, f in ESTIMATORS.items()},
    "sparse": lambda: Sparse(2),
    "partial": lambda: Partial(Generalized(0.3), 2),
    "partial-adaptive": lambda: Partial(Adaptive(arithmetic_mean), 3),
}

DRIVEN_MAPS = {
    "decay": Decay,
    "pulled": lambda: ForcedMap(plrnn(ShallowPLRNN), CoordinateCorrection()),
    "completed": lambda: ForcedMap(plrnn(ShallowPLRNN), completing()),
    "inferred": lambda: InferredMap(Innovations(plrnn(ShallowPLRNN), 0.1)),
    "inferred-random-units": lambda: InferredMap(PredictiveCodingRNN.create(4, 2, key=KEY)),
}

SCANS = {
    "sequential": Sequential,
    "linearised": Linearised,
    "stored": Stored,
    "newton": Newton,
    "fused": Fused,
}

LOSSES = {
    "teacher-forcing": lambda: TeacherForcing(Generalized(0.1)),
    "adaptive-teacher-forcing": lambda: TeacherForcing(Adaptive(arithmetic_mean)),
    "error-regression": lambda: ErrorRegression(VariationalBound(0.1), rows=30, latent_dim=3, vector_dim=3),
    "encoded-forcing": lambda: EncodedForcing(Generalized(0.1), warmup=1, hidden=0.5),
    "penalised-teacher-forcing": lambda: Penalised(TeacherForcing(Generalized(0.1)), (WeightPenalty(1e-3),)),
    "warmed-up-noisy-teacher-forcing": lambda: TeacherForcing(Generalized(0.1), warmup=2, noise=0.1),
    **{
        f"free-run-{name}": lambda distance=distance: FreeRunDistance(
            TeacherForcing(Generalized(0.1)), distance(), 0.1, 3
        )
        for name, distance in (("mmd", MaximumMeanDiscrepancy), ("sinkhorn", Sinkhorn), ("spectrum", SpectralHellinger))
    },
}

PENALTIES = {
    "weight": lambda: (WeightPenalty(1e-3), with_loadings()),
    "manifold": lambda: (ManifoldPenalty(0.1, 2), with_loadings()),
    "condition": lambda: (ConditionPenalty(1e-3), with_loadings()),
    "subject": lambda: (SubjectPenalty(WeightPenalty(1e-3)), hierarchical_model()),
    "local-regularization": lambda: (LocalRegularization(1.0), in_continuous_time()),
}

PROTOCOLS = {
    "default": DefaultProtocol,
    **{paper: lambda paper=paper: PublishedProtocol(paper) for paper in ("gtf2023", "dend2022", "alrnn2024")},
}

SUBJECT_LOSSES = {
    "subject-forcing": lambda: SubjectForcing(Generalized(0.1)),
    "adaptive-subject-forcing": lambda: SubjectForcing(Adaptive(arithmetic_mean)),
    "vectors-only": lambda: VectorsOnly(SubjectForcing(Generalized(0.1))),
}

META_LOSSES = {
    "maml": lambda: MAML(TeacherForcing(Adaptive(arithmetic_mean)), steps=2, rate=0.1),
    "first-order-maml": lambda: FirstOrderMAML(TeacherForcing(Generalized(0.1)), steps=2, rate=0.1),
    "reptile": lambda: Reptile(TeacherForcing(Generalized(0.1)), steps=2, rate=0.1),
}

NETWORK_LOSSES = {"next-rows": NextRows}

SYMBOL_LOSSES = {"next-symbols": NextSymbols}

BATCHES = {
    "fixed": lambda: FixedBatch((np.arange(3.0), np.arange(3))),
    "minibatches": lambda: Minibatches((np.arange(9.0), np.eye(9)), 4),
    "lattices": lambda: RandomLattices(catalogue.find("life").resized(9).dynamics, 3),
    "points": lambda: UniformPoints((0.0, -1.0), (1.0, 1.0), 5),
    "windows": lambda: WindowBatches.cut(Dataset((Series(np.eye(9, 2)),)), length=4, size=3),
    "windows-of-subjects": lambda: WindowBatches.cut(
        Dataset(tuple(Series(np.eye(9, 2), subject=name) for name in "ab")), length=4, size=3, subjects=("a", "b")
    ),
}

BATCHES["tasks"] = lambda: Tasks.of([Minibatches(np.arange(9.0) + i, 4) for i in range(3)], size=2, batches=3)

SIMULATORS = {
    "identity": lambda: (model(IdentityObservation(2), 2), 0),
    "identity-with-free-coordinates": lambda: (model(IdentityObservation(2), 5), 0),
    "identity-inputs": lambda: (model(IdentityObservation(2), 3, input_dim=2), 2),
    "affine": lambda: (model(AffineObservation.create(2, 3, key=KEY), 3), 0),
    "affine-shallow": lambda: (model(AffineObservation.create(2, 2, key=KEY), 2, kind=ShallowPLRNN), 0),
    "counts": lambda: (counting_model(), 0),
    "persistence": lambda: (Persistence(), 0),
    "continuation": lambda: (Forecaster(recursion(lambda rows: 0.9 * rows.mean(axis=1, keepdims=True)), 3), 0),
    "continuation-of-all-rows": lambda: (Forecaster(lambda rows, n: np.repeat(rows[:, :1], n, axis=1), None), 0),
    "autoregression": lambda: (autoregression(), 0),
    "autoregression-inputs": lambda: (autoregression(inputs=2), 2),
    "tokens": lambda: (TokenModel.create(3, width=8, heads=2, depth=1, reach=2, key=KEY), 0),
    "local-rule": lambda: (LocalRule.create(3, (2,), key=KEY), 0),
    "linear-null": lambda: (LinearNull((autoregression(),), autoregression()), 0),
}

DISTANCES = {
    "binned": lambda: StateSpaceDivergence(bins=10),
    "binned-range": lambda: StateSpaceDivergence(bins=10, box=RangeBox()),
    "binned-deviation": lambda: StateSpaceDivergence(bins=10, box=DeviationBox()),
    "mixture": lambda: MixtureDivergence(samples=500),
    "spectrum": lambda: SpectrumDistance(smoothing=5.0),
    "topology": lambda: TopologicalDistance(landmarks=40, levels=(0.5, 1.0)),
    "error-data": lambda: PredictionError(horizon=5, unit=DataUnit()),
    "error-deviation": lambda: PredictionError(horizon=5, unit=DeviationUnit()),
}

STATES = np.random.default_rng(0).normal(size=(5, 1, 2))

DICTIONARIES = {
    "radial": lambda: (Radial(STATES[:3, 0], 0.5), STATES),
    "polynomial": lambda: (Polynomial(np.array([[0, 0], [1, 0], [1, 2]]), np.ones(2)), STATES),
    "delay": lambda: (Delay(2), STATES.reshape(5, 2, 1)),
}

SYMMETRIC = {"spectrum", "error-data"}

TIMES = {"valid-time": lambda: ValidPredictionTime(), "first-error": lambda: TimeToFirstError()}

TABLES = {
    "network": NETWORKS,
    "system": SYSTEMS,
    "observation": OBSERVATIONS,
    "forcing": FORCINGS,
    "driven_map": DRIVEN_MAPS,
    "scan": SCANS,
    "loss": LOSSES,
    "penalty": PENALTIES,
    "protocol": PROTOCOLS,
    "subject_loss": SUBJECT_LOSSES,
    "network_loss": NETWORK_LOSSES,
    "meta_loss": META_LOSSES,
    "symbol_loss": SYMBOL_LOSSES,
    "batches": BATCHES,
    "simulator": SIMULATORS,
    "distance": DISTANCES,
    "time": TIMES,
    "dictionary": DICTIONARIES,
}
