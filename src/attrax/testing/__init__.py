"""Checks for implementations of the contracts of attrax; call them from your own tests.

Each check raises an `AssertionError` that says which property does not hold.
"""

from attrax.testing.closeness import assert_close as assert_close
from attrax.testing.dynamics_check import check_dynamics as check_dynamics
from attrax.testing.example_map import Decay as Decay
from attrax.testing.forcing_check import check_forcing as check_forcing
from attrax.testing.measure_check import check_measure as check_measure
from attrax.testing.observation_check import check_observation as check_observation
from attrax.testing.optimisation_checks import check_batches as check_batches
from attrax.testing.optimisation_checks import check_objective as check_objective
from attrax.testing.simulator_check import check_simulator as check_simulator
