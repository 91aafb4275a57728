"""What a map does: exponents, regions, attractors, and how close that is to the truth."""

from attrax.analysis.dimension import kaplan_yorke_dimension as kaplan_yorke_dimension
from attrax.analysis.lyapunov import Lyapunov as Lyapunov
from attrax.analysis.lyapunov import lyapunov_spectrum as lyapunov_spectrum
from attrax.analysis.regions import Regions as Regions
from attrax.analysis.regions import regions as regions
