"""Recordings in, windows out: reading, diagnosis, scaling, splitting, embedding. Imports neither jax nor pandas."""

from attrax.data.checks import check as check
from attrax.data.checks import check_length as check_length
from attrax.data.embedding import embed as embed
from attrax.data.load import load as load
from attrax.data.load import load_raw as load_raw
from attrax.data.options import ReadOptions as ReadOptions
from attrax.data.readers import READERS as READERS
from attrax.data.readers import read as read
from attrax.data.repair import Repairs as Repairs
from attrax.data.repair import repair as repair
from attrax.data.scaling import fit_scaling as fit_scaling
from attrax.data.scaling import standardize as standardize
from attrax.data.series import Dataset as Dataset
from attrax.data.series import Series as Series
from attrax.data.splitting import split as split
from attrax.data.windows import Windows as Windows
from attrax.data.windows import windows as windows
