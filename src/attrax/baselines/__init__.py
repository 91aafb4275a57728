"""What every score is compared with: the simplest things that continue a recording."""

from attrax.baselines.rivals.persistence import Persistence as Persistence
from attrax.baselines.var import VectorAutoregression as VectorAutoregression
from attrax.baselines.var_fit import fit_var as fit_var
