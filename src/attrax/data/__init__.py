"""Recordings in, windows out: reading, diagnosis, scaling, splitting, embedding. Imports neither jax nor pandas."""

from attrax.data.diagnosis.checks import check as check
from attrax.data.diagnosis.checks import check_length as check_length
from attrax.data.embedding.delay_embedding import embed as embed
from attrax.data.reading.load import load as load
from attrax.data.reading.load import load_raw as load_raw
from attrax.data.reading.read_options import ReadOptions as ReadOptions
from attrax.data.reading.readers import READERS as READERS
from attrax.data.reading.readers import read as read
from attrax.data.repair.repairs import Repairs as Repairs
from attrax.data.repair.repairs import repair as repair
from attrax.data.series import Dataset as Dataset
from attrax.data.series import Series as Series
from attrax.data.splitting import split as split
from attrax.data.standardizing import fit_scaling as fit_scaling
from attrax.data.standardizing import standardize as standardize
from attrax.data.windows import Windows as Windows
from attrax.data.windows import windows as windows
