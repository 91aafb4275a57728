"""Figures of results. A figure is described as data first; a renderer then draws it with matplotlib or plotly."""

from attrax.plots.figure import Axis as Axis
from attrax.plots.figure import Figure as Figure
from attrax.plots.figure import Panel as Panel
from attrax.plots.theme import DARK as DARK
from attrax.plots.theme import LIGHT as LIGHT
from attrax.plots.theme import Role as Role
from attrax.plots.theme import Theme as Theme
from attrax.plots.theme import paper as paper
from attrax.plots.traces import AbstractTrace as AbstractTrace
from attrax.plots.traces import Band as Band
from attrax.plots.traces import Bars as Bars
from attrax.plots.traces import Heatmap as Heatmap
from attrax.plots.traces import Line as Line
from attrax.plots.traces import Line3D as Line3D
from attrax.plots.traces import Points as Points
from attrax.plots.traces import Points3D as Points3D
