"""Meta-training: a model that has learned from many systems, so that few rows of a new one teach it the rest."""

from attrax.meta.adaptation import adapt as adapt
from attrax.meta.first_order import FirstOrderMAML as FirstOrderMAML
from attrax.meta.maml import MAML as MAML
from attrax.meta.meta_objective import AbstractMetaObjective as AbstractMetaObjective
from attrax.meta.reptile import Reptile as Reptile
from attrax.meta.task_batches import TaskBatch as TaskBatch
from attrax.meta.task_batches import Tasks as Tasks
