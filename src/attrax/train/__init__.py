"""Training on recordings: teacher forcing, losses, penalties, and batches of windows, for `attrax.optimise`."""

from attrax.train.distances.mmd import MaximumMeanDiscrepancy as MaximumMeanDiscrepancy
from attrax.train.distances.sinkhorn import Sinkhorn as Sinkhorn
from attrax.train.distances.spectrum import SpectralHellinger as SpectralHellinger
from attrax.train.forcing import Partial as Partial
from attrax.train.forcings.adaptive import Adaptive as Adaptive
from attrax.train.forcings.generalized import Generalized as Generalized
from attrax.train.forcings.sparse import Sparse as Sparse
from attrax.train.free_run_distance import FreeRunDistance as FreeRunDistance
from attrax.train.losses.encoded_forcing import EncodedForcing as EncodedForcing
from attrax.train.losses.error_regression import ErrorRegression as ErrorRegression
from attrax.train.losses.subject_forcing import SubjectForcing as SubjectForcing
from attrax.train.losses.teacher_forcing import TeacherForcing as TeacherForcing
from attrax.train.next_symbols import NextSymbols as NextSymbols
from attrax.train.penalised import Penalised as Penalised
from attrax.train.penalties.condition import ConditionPenalty as ConditionPenalty
from attrax.train.penalties.local_regularization import LocalRegularization as LocalRegularization
from attrax.train.penalties.manifold import ManifoldPenalty as ManifoldPenalty
from attrax.train.penalties.weight import WeightPenalty as WeightPenalty
from attrax.train.penalty import AbstractPenalty as AbstractPenalty
from attrax.train.penalty import SubjectPenalty as SubjectPenalty
from attrax.train.state_inference import infer_states as infer_states
from attrax.train.variational_bound import FreeVectors as FreeVectors
from attrax.train.variational_bound import VariationalBound as VariationalBound
from attrax.train.vectors_only import VectorsOnly as VectorsOnly
from attrax.train.window_batches import Batch as Batch
from attrax.train.window_batches import WindowBatches as WindowBatches
