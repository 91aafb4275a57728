"""The kinds of text files whose header is known; add a function here for another kind."""

from attrax.reading.headers.acqknowledge import acqknowledge_lines
from attrax.reading.headers.actiwatch import actiwatch_lines
from attrax.reading.headers.arff import arff_lines
from attrax.reading.headers.axon import axon_lines
from attrax.reading.headers.campbell import campbell_lines
from attrax.reading.headers.headed_lines import HeadedLines
from attrax.reading.headers.labchart import labchart_lines
from attrax.reading.headers.labview import labview_lines
from attrax.reading.headers.monthly import monthly_lines
from attrax.reading.headers.spike2 import spike2_lines
from attrax.reading.headers.timeseries import timeseries_lines
from attrax.reading.text_layout import NumberedLines

KNOWN = (
    labchart_lines,
    campbell_lines,
    axon_lines,
    acqknowledge_lines,
    labview_lines,
    spike2_lines,
    arff_lines,
    monthly_lines,
    actiwatch_lines,
    timeseries_lines,
)
"""For each kind, the function that finds the recordings in the lines of a file, and none in files of other kinds."""


def headed_lines(lines: NumberedLines) -> tuple[HeadedLines, ...]:
    """The recordings in the lines of a file, told apart from the header of an instrument if there is a known one."""
    return next((found for known in KNOWN if (found := known(lines))), (HeadedLines(lines),))
