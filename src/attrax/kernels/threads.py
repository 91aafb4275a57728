"""Threads: functions that run on all cores at once."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from attrax.kernels.processors import processors

Item = TypeVar("Item")
Found = TypeVar("Found")


def in_threads(
    function: Callable[[Item], Found], items: Iterable[Item], finished: Callable[[int], None] = lambda _: None
) -> list[Found]:
    """The values of a function for several items, computed side by side; in the order of the items.

    NumPy, SciPy and compiled programs of JAX run side by side, plain Python does not. Each item is computed by one
    thread, so the results do not depend on the number of cores.

    Args:
        function: The function. It changes nothing that other calls see.
        items: Its arguments.
        finished: Called in the thread of the caller, with the number of items whose values are known, in their order.

    Example:
        >>> in_threads(abs, [-1, 2, -3])
        [1, 2, 3]
    """
    items = list(items)
    threads = min(len(items), processors())
    if threads < 2:
        return _counted(map(function, items), finished)
    with ThreadPoolExecutor(threads) as pool:
        return _counted(pool.map(function, items), finished)


def _counted(values: Iterable[Found], finished: Callable[[int], None]) -> list[Found]:
    """The values as a list; `finished` is told their number after each."""
    found = []
    for value in values:
        found.append(value)
        finished(len(found))
    return found
