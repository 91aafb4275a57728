"""A worker process: runs one implementation and answers requests.

Requests and answers are lines of JSON on standard input and output; arrays are passed as files.
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
    """Run a worker that trains with one implementation."""
    desk = _Desk(way)
    actions = (desk.versions, desk.gradient, desk.train, desk.start, desk.advance, desk.drop)
    answer({action.__name__: action for action in actions})


def answer(actions: Mapping[str, Action]) -> None:
    """Answer requests until standard input ends.

    Args:
        actions: Functions by name; the other entries of a request are their arguments.
    """
    answers = _claim_output()
    for line in sys.stdin:
        request = json.loads(line)
        answers.write(json.dumps(actions[request.pop("do")](**request)) + "\n")
        answers.flush()


def _claim_output() -> TextIO:
    """Reserve standard output for answers; output of libraries goes to standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return answers


class _Desk:
    """The state of a worker: its implementation and its runs."""

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
        """Start a run. The first updates, which include compilation, are timed separately."""
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
