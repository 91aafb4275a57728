"""Ends a program at its k-th file operation, as a kill or a full disk would."""

import errno
import os
import sys
from contextlib import contextmanager

CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate"}


class Killed(BaseException):
    """Stands for the end of the process: nothing may catch it."""


class _Watch:
    """Counts the operations that change files below a folder; from one of them on, all of them fail."""

    def __init__(self):
        self.folder, self.last, self.count, self.failure = None, 0, 0, Killed

    def __call__(self, event, arguments):
        if self.folder is None or not self._changes(event, arguments):
            return
        self.count += 1
        if self.last and self.count >= self.last:
            raise self.failure()

    def _changes(self, event, arguments):
        if event == "open":
            path, mode, flags = arguments
            writes = set(mode or "") & set("wax+") or (flags or 0) & (os.O_WRONLY | os.O_RDWR)
            return bool(writes) and self._inside(path)
        return event in CHANGES and self._inside(arguments[0])

    def _inside(self, path):
        return isinstance(path, str | os.PathLike) and os.fspath(path).startswith(self.folder)


_WATCH = _Watch()
# A hook cannot be taken away again; it does nothing outside the blocks below.
sys.addaudithook(_WATCH)


def full_disk():
    """What the operating system says to every write on a full disk."""
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "a file")


@contextmanager
def failing_from(k, folder, failure=Killed):
    """The k-th operation on files below `folder`, and all after it, raise; with 0 they are only counted."""
    _WATCH.folder, _WATCH.last, _WATCH.count, _WATCH.failure = str(folder), k, 0, failure
    try:
        yield _WATCH
    finally:
        _WATCH.folder = None
