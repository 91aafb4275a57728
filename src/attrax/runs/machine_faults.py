"""Machine faults: failures of the machine, such as a full disk, become errors with an explanation."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from attrax.core.errors import RunError

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
OUT_OF_MEMORY = ("RESOURCE_EXHAUSTED", "failed to map segment", "cannot allocate memory")
"""What errors of XLA and of the loader of libraries say about too little memory; they are of no class of their own."""


def machine_fault(failure: Exception) -> RunError | None:
    """The error that explains a failure of the machine; None if the failure has another cause.

    Args:
        failure: What Python, or JAX, has raised.

    Example:
        >>> machine_fault(OSError(28, "No space left on device", "run/model.safetensors")).what
        'the disk is full'
    """
    memory = any(sign in str(failure) for sign in OUT_OF_MEMORY)
    if memory or isinstance(failure, MemoryError) or getattr(failure, "errno", None) == errno.ENOMEM:
        return RunError(
            "R352",
            "not enough memory",
            where=str(failure).splitlines()[0][:200] if str(failure) else "the memory that this process may use",
            why="arrays of this size do not fit; what was written before is kept",
            fix="a smaller train.batch_size, fewer restarts, or a machine with more memory",
        )
    if not isinstance(failure, OSError) or isinstance(failure, BrokenPipeError):
        # Whoever closed a pipe, such as `head`, has seen enough.
        return None
    where = " -> ".join(str(name) for name in (failure.filename, failure.filename2) if name is not None)
    reason = failure.strerror or str(failure) or type(failure).__name__
    if failure.errno in FULL:
        return RunError(
            "R350",
            "the disk is full",
            where=where or reason,
            why="nothing is half-written: each file holds its old or its new content",
            fix="make room, then repeat the command; attrax resume RUN continues a run that had begun",
        )
    if failure.errno in FORBIDDEN:
        return RunError(
            "R351",
            "not allowed by the file system",
            where=f"{where}: {reason}" if where else reason,
            why="the file or its folder is read-only, or belongs to somebody else",
            fix="choose a folder that you may write to with --out",
        )
    return RunError(
        "R353",
        "the operating system refused",
        where=f"{where}: {reason}" if where else reason,
        why="a file, a device or a connection failed; what was written before is kept",
        fix="repeat the command when the cause is gone; attrax resume RUN continues a run that had begun",
    )


@contextmanager
def told_as_errors() -> Iterator[None]:
    """Turn failures of the machine inside the block into a `RunError`; other errors are not changed."""
    try:
        yield
    except (OSError, MemoryError, RuntimeError, ImportError) as failure:
        fault = machine_fault(failure)
        if fault is None:
            raise
        raise fault from None
