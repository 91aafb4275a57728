"""attrax as `attrax fit` runs it: the scan that the platform gives."""

from attrax.core.scan import Sequential
from benchmarks.ways.attrax_fit import AttraxFit
from benchmarks.worker import serve

if __name__ == "__main__":
    serve(AttraxFit(Sequential()))
