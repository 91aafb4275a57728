"""attrax as `attrax fit` runs it: the scan that the platform gives."""

from attrax.kernels.ramps import ClippedRamp
from attrax.train.fused import Fused
from benchmarks.ways.attrax_fit import AttraxFit
from benchmarks.worker import serve

WAY = AttraxFit(Fused(ClippedRamp()))

if __name__ == "__main__":
    serve(WAY)
