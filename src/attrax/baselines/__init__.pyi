"""Baselines: the forecasting methods that every learned model is compared with."""

from .rivals.persistence import Persistence as Persistence
from .spiking.branching import branching_factor as branching_factor
from .spiking.encoding import tuning_rates as tuning_rates
from .spiking.liquid import Liquid as Liquid
from .spiking.liquid import LiquidRun as LiquidRun
from .spiking.liquid_classifier import LiquidClassifier as LiquidClassifier
from .spiking.liquid_classifier import liquid_spikes as liquid_spikes
from .spiking.liquid_classifier import most_likely as most_likely
from .spiking.liquid_classifier import shares as shares
from .spiking.liquid_classifier import softmax_weights as softmax_weights
from .spiking.plasticity import AstrocytePlasticity as AstrocytePlasticity
from .var import VectorAutoregression as VectorAutoregression
from .var_fit import fit_var as fit_var
