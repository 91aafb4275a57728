"""A lock on a folder: only one process may write into it; a second one gets an error that names the first.

The operating system releases the lock when its process ends, in whatever way, so no lock remains behind. A file beside
it names the process that holds the lock; if the lock is free, the content of that file has no meaning.
"""

import errno
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from attrax.core.errors import RunError
from attrax.runs.json_file import pretty, read_object
from attrax.runs.tree_file import write_atomically

LOCK, HOLDER = ".lock", ".lock.json"
WITHOUT_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP)
"""What file systems without locks answer."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder while the block runs; a file system without locks gives none.

    Args:
        folder: The folder; it must exist.

    Raises: RunError R319 if another process, or another part of this one, holds it.
    """
    lock = FileLock(folder / LOCK, blocking=False, mode=0o666)
    try:
        lock.acquire()
    except Timeout:
        raise _held(folder) from None
    except NotImplementedError:
        lock = None
    except OSError as failure:
        if failure.errno not in WITHOUT_LOCKS:
            raise
        lock = None
    try:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        write_atomically(folder / HOLDER, pretty({"process": os.getpid(), "machine": platform.node(), "since": since}))
        yield
    finally:
        with suppress(OSError):
            (folder / HOLDER).unlink(missing_ok=True)
        if lock is not None:
            lock.release()


def _held(folder: Path) -> RunError:
    who = "another process"
    with suppress(OSError, RunError, KeyError):
        about = read_object(folder / HOLDER)
        who = f"process {about['process']} on {about['machine']}, since {about['since']}"
    return RunError(
        "R319",
        "the folder is being written",
        where=f"{folder}: by {who}",
        why="two writers would mix their results; the lock ends with its process, however that ends",
        fix="wait until it has ended, or use another folder",
    )
