"""What can be learned: dynamics, observations, and the model that composes them."""

from attrax.models.affine_observation import AffineObservation as AffineObservation
from attrax.models.clipped_shallow_plrnn import ClippedShallowPLRNN as ClippedShallowPLRNN
from attrax.models.diagonal import BoundedDiagonal as BoundedDiagonal
from attrax.models.diagonal import FreeDiagonal as FreeDiagonal
from attrax.models.hierarchical_model import HierarchicalModel as HierarchicalModel
from attrax.models.identity_observation import IdentityObservation as IdentityObservation
from attrax.models.model import Model as Model
from attrax.models.shallow_plrnn import ShallowPLRNN as ShallowPLRNN
from attrax.models.start import LinearStart as LinearStart
