"""Simulated recordings on disk: the channels' own names, and the time axis where the recording had one."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from jaxtyping import Float

from attrax.core.errors import ConfigError


def writer_for(
    path: Path,
) -> Callable[[Path, Float[np.ndarray, "time obs"], Float[np.ndarray, " time"], tuple[str, ...]], None]:
    """The function that writes this kind of file.

    Raises:
        ConfigError: no writer for the suffix, or the folder does not exist.
    """
    if not path.parent.is_dir():
        raise ConfigError(
            "C508",
            "folder for the output does not exist",
            where=str(path.parent),
            why="nothing can be written there",
            fix=f"mkdir -p {path.parent}",
        )
    if path.suffix not in WRITERS:
        raise ConfigError(
            "C507",
            f"cannot write {path.suffix or 'a file without suffix'}",
            where=f"--out {path}",
            why="the suffix chooses the format: " + " ".join(WRITERS),
            fix=f"--out {path.with_suffix('.csv')}",
        )
    return WRITERS[path.suffix]


def _write_csv(
    path: Path, x: Float[np.ndarray, "time obs"], t: Float[np.ndarray, " time"], channels: tuple[str, ...]
) -> None:
    header = ",".join(f'"{name}"' if "," in name else name for name in ("time", *channels))
    np.savetxt(path, np.column_stack([t, x]), delimiter=",", header=header, comments="", fmt="%.9g", encoding="utf-8")


def _write_npy(
    path: Path, x: Float[np.ndarray, "time obs"], t: Float[np.ndarray, " time"], channels: tuple[str, ...]
) -> None:
    del t, channels
    np.save(path, x)


WRITERS = {".csv": _write_csv, ".npy": _write_npy}
