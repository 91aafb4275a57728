"""Repair: what is mended in a recording before anything is learned from it, each thing only if it is asked for.

A repair is a function from a Dataset to the mended Dataset and a sentence that says what was done. They are applied in
one order, whatever the order of the options: constant channels, order of rows, duplicates, resampling, the clock,
decimation, trends, gaps.
"""

from attrax.data.repair.plan import NO_REPAIRS as NO_REPAIRS
from attrax.data.repair.plan import Repairs as Repairs
from attrax.data.repair.plan import repair as repair
from attrax.data.repair.repaired import Repaired as Repaired
