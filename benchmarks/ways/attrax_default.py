"""attrax with the scan that `attrax fit` chooses on this platform."""

from attrax.reconstruct.learning.build import choose_scan
from attrax.reconstruct.settings.configuration import configure
from benchmarks.ways.attrax_fit import AttraxFit
from benchmarks.worker import serve

WAY = AttraxFit(choose_scan(configure().complete(3), gaps=False, obs_dim=3).scan)

if __name__ == "__main__":
    serve(WAY)
