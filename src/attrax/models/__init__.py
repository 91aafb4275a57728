"""Models that can be trained: dynamics, observations, and the model that combines them."""

from attrax.models.dynamical_noise import DynamicalNoise as DynamicalNoise
from attrax.models.dynamics.almost_linear import AlmostLinearRNN as AlmostLinearRNN
from attrax.models.dynamics.clipped import ClippedShallowPLRNN as ClippedShallowPLRNN
from attrax.models.dynamics.clipped_dendritic import ClippedDendriticPLRNN as ClippedDendriticPLRNN
from attrax.models.dynamics.dendritic import DendriticPLRNN as DendriticPLRNN
from attrax.models.dynamics.gru import GRU as GRU
from attrax.models.dynamics.hamiltonian import HamiltonianNetwork as HamiltonianNetwork
from attrax.models.dynamics.lem import LongExpressiveMemory as LongExpressiveMemory
from attrax.models.dynamics.lstm import LSTM as LSTM
from attrax.models.dynamics.mean_centred import MeanCentredPLRNN as MeanCentredPLRNN
from attrax.models.dynamics.pv_rnn import PredictiveCodingRNN as PredictiveCodingRNN
from attrax.models.dynamics.shallow import ShallowPLRNN as ShallowPLRNN
from attrax.models.dynamics.vanilla import VanillaPLRNN as VanillaPLRNN
from attrax.models.flows.continuous import ContinuousPLRNN as ContinuousPLRNN
from attrax.models.flows.neural_ode import NeuralFlow as NeuralFlow
from attrax.models.hamiltonian_energy import AbstractEnergy as AbstractEnergy
from attrax.models.hamiltonian_energy import AbstractJointEnergy as AbstractJointEnergy
from attrax.models.hamiltonian_energy import AbstractSeparableEnergy as AbstractSeparableEnergy
from attrax.models.hierarchical_model import HierarchicalModel as HierarchicalModel
from attrax.models.model import Model as Model
from attrax.models.observations.affine import AffineObservation as AffineObservation
from attrax.models.observations.categorical import CategoricalObservation as CategoricalObservation
from attrax.models.observations.gaussian import GaussianObservation as GaussianObservation
from attrax.models.observations.identity import IdentityObservation as IdentityObservation
from attrax.models.observations.offset import OffsetObservation as OffsetObservation
from attrax.models.observations.ordinal import OrdinalObservation as OrdinalObservation
from attrax.models.observations.poisson import PoissonObservation as PoissonObservation
from attrax.models.observations.zero_inflated_poisson import (
    ZeroInflatedPoissonObservation as ZeroInflatedPoissonObservation,
)
from attrax.models.parts.bounded_diagonal import BoundedDiagonal as BoundedDiagonal
from attrax.models.parts.free_diagonal import FreeDiagonal as FreeDiagonal
from attrax.models.parts.joint_energy import JointEnergy as JointEnergy
from attrax.models.parts.linear_start import LinearStart as LinearStart
from attrax.models.parts.product_observation import ProductObservation as ProductObservation
from attrax.models.parts.scalar_network import ScalarNetwork as ScalarNetwork
from attrax.models.parts.separable_energy import SeparableEnergy as SeparableEnergy
from attrax.models.parts.window_encoder import WindowEncoder as WindowEncoder
from attrax.models.stochastic import AbstractStochastic as AbstractStochastic
from attrax.models.symbolic.local_rule import LocalRule as LocalRule
from attrax.models.symbolic.symbol_model import AbstractSymbolModel as AbstractSymbolModel
from attrax.models.symbolic.token_model import TokenModel as TokenModel
