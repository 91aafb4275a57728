"""Baselines: the forecasting methods that every learned model is compared with."""

from attrax.baselines.rivals.persistence import Persistence as Persistence
from attrax.baselines.var import VectorAutoregression as VectorAutoregression
from attrax.baselines.var_fit import fit_var as fit_var
