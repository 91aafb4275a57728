"""attrax with its general scan, for any model and any device."""

from attrax.core.scans.sequential import Sequential
from benchmarks.ways.attrax_fit import AttraxFit
from benchmarks.worker import serve

if __name__ == "__main__":
    serve(AttraxFit(Sequential()))
