"""What can be learned: dynamics, observations, and the model that composes them."""

from attrax.models.affine_observation import AffineObservation as AffineObservation
from attrax.models.almost_linear_rnn import AlmostLinearRNN as AlmostLinearRNN
from attrax.models.categorical_observation import CategoricalObservation as CategoricalObservation
from attrax.models.clipped_dendritic_plrnn import ClippedDendriticPLRNN as ClippedDendriticPLRNN
from attrax.models.clipped_shallow_plrnn import ClippedShallowPLRNN as ClippedShallowPLRNN
from attrax.models.continuous_plrnn import ContinuousPLRNN as ContinuousPLRNN
from attrax.models.dendritic_plrnn import DendriticPLRNN as DendriticPLRNN
from attrax.models.diagonal import BoundedDiagonal as BoundedDiagonal
from attrax.models.diagonal import FreeDiagonal as FreeDiagonal
from attrax.models.gaussian_observation import GaussianObservation as GaussianObservation
from attrax.models.gru import GRU as GRU
from attrax.models.hierarchical_model import HierarchicalModel as HierarchicalModel
from attrax.models.identity_observation import IdentityObservation as IdentityObservation
from attrax.models.long_expressive_memory import LongExpressiveMemory as LongExpressiveMemory
from attrax.models.lstm import LSTM as LSTM
from attrax.models.mean_centred_plrnn import MeanCentredPLRNN as MeanCentredPLRNN
from attrax.models.model import Model as Model
from attrax.models.offset_observation import OffsetObservation as OffsetObservation
from attrax.models.ordinal_observation import OrdinalObservation as OrdinalObservation
from attrax.models.poisson_observation import PoissonObservation as PoissonObservation
from attrax.models.product_observation import ProductObservation as ProductObservation
from attrax.models.shallow_plrnn import ShallowPLRNN as ShallowPLRNN
from attrax.models.start import LinearStart as LinearStart
from attrax.models.vanilla_plrnn import VanillaPLRNN as VanillaPLRNN
from attrax.models.window_encoder import WindowEncoder as WindowEncoder
from attrax.models.zero_inflated_poisson_observation import (
    ZeroInflatedPoissonObservation as ZeroInflatedPoissonObservation,
)
