"""How many processor cores this process may use."""

import os


def processors() -> int:
    """Number of CPU cores that this process may use, if the system reports it; otherwise that of the machine."""
    # Only some systems have these names: macOS and Windows know no affinity.
    own = getattr(os, "process_cpu_count", None)
    affinity = getattr(os, "sched_getaffinity", None)
    return (own() if own else len(affinity(0)) if affinity else os.cpu_count()) or 1
