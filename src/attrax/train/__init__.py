"""How a model is learned: forcing, losses, penalties, and the loop."""

from attrax.train.distances import AbstractDistance as AbstractDistance
from attrax.train.distances import MaximumMeanDiscrepancy as MaximumMeanDiscrepancy
from attrax.train.distances import Sinkhorn as Sinkhorn
from attrax.train.distances import SpectralHellinger as SpectralHellinger
from attrax.train.encoded_forcing import EncodedForcing as EncodedForcing
from attrax.train.fit import Fit as Fit
from attrax.train.fit import fit as fit
from attrax.train.forcing import AbstractForcing as AbstractForcing
from attrax.train.forcing import Adaptive as Adaptive
from attrax.train.forcing import Generalized as Generalized
from attrax.train.forcing import Partial as Partial
from attrax.train.forcing import Sparse as Sparse
from attrax.train.free_run_distance import FreeRunDistance as FreeRunDistance
from attrax.train.loss import AbstractLoss as AbstractLoss
from attrax.train.loss import Batch as Batch
from attrax.train.loss import TeacherForcing as TeacherForcing
from attrax.train.penalties import ConditionPenalty as ConditionPenalty
from attrax.train.penalties import ManifoldPenalty as ManifoldPenalty
from attrax.train.penalties import SubjectPenalty as SubjectPenalty
from attrax.train.penalties import WeightPenalty as WeightPenalty
from attrax.train.plan import Plan as Plan
from attrax.train.subject_forcing import SubjectForcing as SubjectForcing
from attrax.train.subject_forcing import VectorsOnly as VectorsOnly
