"""The training loop for any model (a pytree), any objective and any batches."""

from attrax.optimise.batches import AbstractBatches as AbstractBatches
from attrax.optimise.batches import FixedBatch as FixedBatch
from attrax.optimise.batches import Minibatches as Minibatches
from attrax.optimise.batches import UniformPoints as UniformPoints
from attrax.optimise.best_state import Rollback as Rollback
from attrax.optimise.loop import Callback as Callback
from attrax.optimise.loop import Fit as Fit
from attrax.optimise.loop import Progress as Progress
from attrax.optimise.loop import fit as fit
from attrax.optimise.objective import AbstractObjective as AbstractObjective
from attrax.optimise.optimizers.radam import radam as radam
from attrax.optimise.optimizers.soap import soap as soap
from attrax.optimise.plan import Plan as Plan
from attrax.optimise.probe import Probe as Probe
from attrax.optimise.probe import log_spaced as log_spaced
from attrax.optimise.rollback import Failure as Failure
from attrax.optimise.schedule import ExponentialDecay as ExponentialDecay
from attrax.optimise.state import TrainState as TrainState
