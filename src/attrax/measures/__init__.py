"""Measures: how close a simulation comes to a recording. They take arrays and return scores."""

from attrax.measures.box import AbstractBox as AbstractBox
from attrax.measures.box import DeviationBox as DeviationBox
from attrax.measures.box import RangeBox as RangeBox
from attrax.measures.density_persistence import persistence_layers as persistence_layers
from attrax.measures.ensemble_score import ensemble_score as ensemble_score
from attrax.measures.error_unit import AbstractErrorUnit as AbstractErrorUnit
from attrax.measures.error_unit import DataUnit as DataUnit
from attrax.measures.error_unit import DeviationUnit as DeviationUnit
from attrax.measures.floor import floor as floor
from attrax.measures.gates.compared import GateResult as GateResult
from attrax.measures.grading import Grade as Grade
from attrax.measures.grading import Row as Row
from attrax.measures.mixture import MixtureDivergence as MixtureDivergence
from attrax.measures.prediction import PredictionError as PredictionError
from attrax.measures.score import AbstractMeasure as AbstractMeasure
from attrax.measures.score import Flag as Flag
from attrax.measures.score import Score as Score
from attrax.measures.spectrum import SpectrumDistance as SpectrumDistance
from attrax.measures.state_space_divergence import StateSpaceDivergence as StateSpaceDivergence
from attrax.measures.topological_distance import TopologicalDistance as TopologicalDistance
from attrax.measures.topological_distance import Topology as Topology
from attrax.measures.valid_time import ValidPredictionTime as ValidPredictionTime
from attrax.measures.verdict import Outcome as Outcome
from attrax.measures.verdict import Verdict as Verdict
from attrax.measures.verdict import judge as judge
