"""Matching: channels of another recording are found by their names, in any order of the columns."""

import re
from collections.abc import Sequence
from dataclasses import replace

from attrax.core.errors import DataError
from attrax.data.column_names import bare, listed_columns
from attrax.data.series import Dataset, Series

_NUMBERED = re.compile(r"[xs](\d+)(@\d+)?")
"""Names of channels and inputs of an array, which has no names of its own."""
_COPY = re.compile(r"@\d+$")
"""How the name of a delayed copy ends."""


def matched(dataset: Dataset, channels: Sequence[str], inputs: Sequence[str] | None = None) -> Dataset:
    """The dataset with its channels and inputs in the order of these names.

    Units in brackets do not count. If a recording or the names are only numbered, as those of an array, columns are
    matched by their numbers.

    Args:
        dataset: The recording, with the channels of the model.
        channels: Names of the channels that the model was trained on.
        inputs: Names of its inputs; None leaves inputs as they are.

    Raises: DataError D110 for other names, or another number of them.

    Example:
        >>> import numpy as np
        >>> other = Dataset((Series(np.array([[1.0, 2.0]]), channels=("b", "a")),))
        >>> matched(other, ("a", "b"))[0].x
        array([[2., 1.]])
    """
    first = dataset[0]
    wanted = (tuple(channels), _names(first)[1] if inputs is None else tuple(inputs))
    orders = [_order(ours, theirs) for ours, theirs in zip(wanted, _names(first), strict=True)]
    columns, driven = orders
    if columns is None or driven is None:
        raise DataError(
            "D110",
            "the recording has other channels than the model",
            where=f"model: {_told(*wanted)}; {dataset.source}: {_told(*_names(first))}",
            why="each channel of the model needs its own values",
            fix="choose the same columns in both with --channels or --drop, or give them the same names",
        )
    return dataset.map(lambda series: _ordered(series, columns, driven))


def aligned(dataset: Dataset, like: Series) -> Dataset:
    """The dataset with its channels and inputs in the order of another recording, if it has the same names."""
    same = [sorted(ours) == sorted(theirs) for ours, theirs in zip(_names(dataset[0]), _names(like), strict=True)]
    return matched(dataset, *_names(like)) if all(same) else dataset


def _names(series: Series) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return series.channels, () if series.inputs is None else series.input_channels


def _order(wanted: Sequence[str], given: Sequence[str]) -> list[int] | None:
    """The column of each name; None if they are not the same names."""
    if len(wanted) != len(given):
        return None
    for ours, theirs in ((wanted, given), (list(map(bare, wanted)), list(map(bare, given)))):
        if sorted(ours) == sorted(theirs):
            return [list(theirs).index(name) for name in ours]
    return list(range(len(given))) if _unnamed(wanted) or _unnamed(given) else None


def _unnamed(names: Sequence[str]) -> bool:
    """Whether the names are only numbers from 0 on, as those of an array; `x1` and `x2` are names.

    Example:
        >>> _unnamed(("x0@0", "x0@5", "x1@0", "x1@5")), _unnamed(("x1", "x2"))
        (True, False)
    """
    found = [_NUMBERED.fullmatch(name) for name in names]
    numbers = list(dict.fromkeys(int(match[1]) for match in found if match is not None))
    return all(match is not None for match in found) and numbers == list(range(len(numbers)))


def _ordered(series: Series, columns: list[int], driven: list[int]) -> Series:
    if columns == sorted(columns) and driven == sorted(driven):
        return series
    return replace(
        series,
        x=series.x[:, columns],
        channels=tuple(series.channels[k] for k in columns),
        mask=None if series.mask is None else series.mask[:, columns],
        inputs=None if series.inputs is None else series.inputs[:, driven],
        input_channels=tuple(series.input_channels[k] for k in driven),
    )


def _told(channels: Sequence[str], inputs: Sequence[str]) -> str:
    # Delayed copies are no columns of a file.
    channels = tuple(dict.fromkeys(name.partition("@")[0] if _COPY.search(name) else name for name in channels))
    driven = f", inputs {', '.join(inputs)}" if inputs else ""
    return f"{len(channels)} {listed_columns(channels)}{driven}"
