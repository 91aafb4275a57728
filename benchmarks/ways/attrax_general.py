"""attrax with the scan of this dynamics where there are no compiled loops, on any device."""

from attrax.core.scans.stored import Stored
from benchmarks.ways.attrax_fit import AttraxFit
from benchmarks.worker import serve

if __name__ == "__main__":
    serve(AttraxFit(Stored()))
