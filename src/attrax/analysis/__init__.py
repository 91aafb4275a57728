"""What a map does: its fixed points, cycles, manifolds and bifurcations, found from `step` and `jacobian` alone."""

from attrax.analysis.bifurcation import Bifurcation as Bifurcation
from attrax.analysis.bifurcation import bifurcation as bifurcation
from attrax.analysis.bifurcation import training_path as training_path
from attrax.analysis.continuation import Branch as Branch
from attrax.analysis.cycles import Cycles as Cycles
from attrax.analysis.cycles import cycles as cycles
from attrax.analysis.events import Event as Event
from attrax.analysis.events import EventKind as EventKind
from attrax.analysis.fixed_points import FixedPoints as FixedPoints
from attrax.analysis.fixed_points import fixed_points as fixed_points
from attrax.analysis.held_input import HeldInput as HeldInput
from attrax.analysis.manifolds import Manifold as Manifold
from attrax.analysis.manifolds import Manifolds as Manifolds
from attrax.analysis.manifolds import manifolds as manifolds
from attrax.analysis.stability import Kind as Kind
