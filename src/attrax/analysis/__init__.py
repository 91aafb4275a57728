"""What a map does: exponents, fixed points, cycles, regions, attractors, and how close that is to the truth."""

from attrax.analysis.attractors import Attractor as Attractor
from attrax.analysis.attractors import AttractorKind as AttractorKind
from attrax.analysis.attractors import Attractors as Attractors
from attrax.analysis.attractors import attractors as attractors
from attrax.analysis.attractors import starts_in_box as starts_in_box
from attrax.analysis.bifurcation import Bifurcation as Bifurcation
from attrax.analysis.bifurcation import bifurcation as bifurcation
from attrax.analysis.bifurcation import training_path as training_path
from attrax.analysis.comparison import Comparison as Comparison
from attrax.analysis.comparison import compare as compare
from attrax.analysis.continuation import Branch as Branch
from attrax.analysis.cycles import Cycles as Cycles
from attrax.analysis.cycles import cycles as cycles
from attrax.analysis.dimension import kaplan_yorke_dimension as kaplan_yorke_dimension
from attrax.analysis.events import Event as Event
from attrax.analysis.events import EventKind as EventKind
from attrax.analysis.fixed_points import FixedPoints as FixedPoints
from attrax.analysis.fixed_points import fixed_points as fixed_points
from attrax.analysis.held_input import HeldInput as HeldInput
from attrax.analysis.lyapunov import Lyapunov as Lyapunov
from attrax.analysis.lyapunov import lyapunov_spectrum as lyapunov_spectrum
from attrax.analysis.matching import FixedPointMatch as FixedPointMatch
from attrax.analysis.matching import match_fixed_points as match_fixed_points
from attrax.analysis.regions import Regions as Regions
from attrax.analysis.regions import regions as regions
from attrax.analysis.stability import Kind as Kind
