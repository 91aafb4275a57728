"""The general path of attrax: any model, any device."""

from attrax.core.scans.sequential import Sequential
from benchmarks.ways.attrax_fit import AttraxFit
from benchmarks.worker import serve

if __name__ == "__main__":
    serve(AttraxFit(Sequential()))
