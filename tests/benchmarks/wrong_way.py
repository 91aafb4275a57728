"""A worker that trains with half the learning rate: its loss and gradient are right, its updates are not."""

from dataclasses import replace

from benchmarks.ways.plain_scan import PlainScan
from benchmarks.worker import serve


class Slow(PlainScan):
    def start(self, task):
        c = task.settings
        return super().start(replace(task, settings=replace(c, learning_rate=c.learning_rate / 2)))


if __name__ == "__main__":
    serve(Slow())
