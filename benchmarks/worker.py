"""A worker: one way in a process of its own, answering requests, asleep between them.

Requests and answers are lines of JSON on standard input and output; arrays travel as files.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from benchmarks.task import Task
from benchmarks.way import AbstractTraining, AbstractWay

Action = Callable[..., dict[str, Any]]


def serve(way: AbstractWay) -> None:
    """A worker that trains in one way."""
    desk = _Desk(way)
    actions = (desk.versions, desk.gradient, desk.train, desk.start, desk.advance, desk.drop)
    answer({action.__name__: action for action in actions})


def answer(actions: Mapping[str, Action]) -> None:
    """Answer requests until standard input ends.

    Args:
        actions: What can be asked for, by name; a request's other entries are the arguments.
    """
    answers = _claim_output()
    for line in sys.stdin:
        request = json.loads(line)
        answers.write(json.dumps(actions[request.pop("do")](**request)) + "\n")
        answers.flush()


def _claim_output() -> TextIO:
    """Standard output for answers alone: whatever a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return answers


class _Desk:
    """What a worker has at hand: its way, and the runs it has been told to keep."""

    def __init__(self, way: AbstractWay):
        self.way = way
        self.runs: dict[str, AbstractTraining] = {}

    def versions(self) -> dict[str, Any]:
        return self.way.versions()

    def gradient(self, task: str, windows: str, out: str) -> dict[str, Any]:
        loss, gradient = self.way.gradient(Task.load(Path(task)), np.load(windows))
        np.savez(out, loss=loss, **gradient)
        return {}

    def train(self, task: str, updates: int, out: str) -> dict[str, Any]:
        run = self.way.start(Task.load(Path(task)))
        run.advance(updates)
        np.savez(out, **run.parameters())
        return {}

    def start(self, name: str, task: str) -> dict[str, Any]:
        """Prepare a run; the first updates are where compilers compile, and are timed apart."""
        loaded = Task.load(Path(task))
        self.runs[name] = self.way.start(loaded)
        return {"first_seconds": self._seconds(name, loaded.settings.chunk)}

    def advance(self, name: str, updates: int) -> dict[str, Any]:
        return {"seconds": self._seconds(name, updates)}

    def drop(self, name: str) -> dict[str, Any]:
        del self.runs[name]
        return {}

    def _seconds(self, name: str, updates: int) -> float:
        before = time.perf_counter()
        self.runs[name].advance(updates)
        return time.perf_counter() - before
