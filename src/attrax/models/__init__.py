"""What can be learned: dynamics, observations, and the model that composes them."""

from attrax.models.affine_observation import AffineObservation as AffineObservation
from attrax.models.almost_linear_rnn import AlmostLinearRNN as AlmostLinearRNN
from attrax.models.clipped_dendritic_plrnn import ClippedDendriticPLRNN as ClippedDendriticPLRNN
from attrax.models.clipped_shallow_plrnn import ClippedShallowPLRNN as ClippedShallowPLRNN
from attrax.models.continuous_plrnn import ContinuousPLRNN as ContinuousPLRNN
from attrax.models.dendritic_plrnn import DendriticPLRNN as DendriticPLRNN
from attrax.models.diagonal import BoundedDiagonal as BoundedDiagonal
from attrax.models.diagonal import FreeDiagonal as FreeDiagonal
from attrax.models.gru import GRU as GRU
from attrax.models.hierarchical_model import HierarchicalModel as HierarchicalModel
from attrax.models.identity_observation import IdentityObservation as IdentityObservation
from attrax.models.long_expressive_memory import LongExpressiveMemory as LongExpressiveMemory
from attrax.models.lstm import LSTM as LSTM
from attrax.models.mean_centred_plrnn import MeanCentredPLRNN as MeanCentredPLRNN
from attrax.models.model import Model as Model
from attrax.models.shallow_plrnn import ShallowPLRNN as ShallowPLRNN
from attrax.models.start import LinearStart as LinearStart
from attrax.models.vanilla_plrnn import VanillaPLRNN as VanillaPLRNN
