"""Baselines: the forecasting methods that every learned model is compared with."""

from attrax.baselines.rivals.persistence import Persistence as Persistence
from attrax.baselines.spiking.branching import branching_factor as branching_factor
from attrax.baselines.spiking.encoding import tuning_rates as tuning_rates
from attrax.baselines.spiking.liquid import Liquid as Liquid
from attrax.baselines.spiking.liquid import LiquidRun as LiquidRun
from attrax.baselines.spiking.liquid_classifier import LiquidClassifier as LiquidClassifier
from attrax.baselines.spiking.liquid_classifier import liquid_spikes as liquid_spikes
from attrax.baselines.spiking.liquid_classifier import most_likely as most_likely
from attrax.baselines.spiking.liquid_classifier import shares as shares
from attrax.baselines.spiking.liquid_classifier import softmax_weights as softmax_weights
from attrax.baselines.spiking.plasticity import AstrocytePlasticity as AstrocytePlasticity
from attrax.baselines.var import VectorAutoregression as VectorAutoregression
from attrax.baselines.var_fit import fit_var as fit_var
