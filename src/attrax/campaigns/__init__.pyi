from .budget import Budget as Budget
from .metric import Measurement as Measurement
from .metric import Metric as Metric
