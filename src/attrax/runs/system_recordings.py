"""Recordings of known systems as files: of one, or of all of them with a manifest that freezes them by hash."""

import json
import multiprocessing
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from attrax.core.errors import ConfigError
from attrax.data.series import Dataset
from attrax.runs.output import writer_for
from attrax.runs.tree_file import write_atomically
from attrax.systems import catalogue

MANIFEST = "manifest.json"
LIBRARIES = ("attrax", "jax", "jaxlib", "diffrax", "numpy")
# Compiling is most of the work where every system is recorded once. In one piece, with the older and simpler emitter,
# it takes half as long; what is computed is the same to the last bit. Newer versions, for Python 3.12 and later, have
# no other emitter, and end the process if asked for it.
_EMITTER = "--xla_cpu_use_fusion_emitters=false " if version("jaxlib").startswith("0.10.") else ""
COMPILER = f"{_EMITTER}--xla_cpu_parallel_codegen_split_count=1"


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How recordings are made.

    Attributes:
        points: Rows.
        per_period: Rows in a dominant period; 0 takes the usual time step, as for maps always.
        dt: Time step in place of it; 0 if none.
        noise: Observation noise as a share of each channel's standard deviation.
        seed: Chooses the initial state and the noise.
    """

    points: int = 10_000
    per_period: float = 0.0
    dt: float = 0.0
    noise: float = 0.0
    seed: int = 0


def make(name: str, sampling: Sampling) -> Dataset:
    """A recording of a system of the catalogue.

    Raises: `DataError` D120 for a name that is not in the catalogue; whatever `record` raises.
    """
    system = catalogue.find(name)
    # Imported here: an unknown name must be answered without waiting for jax.
    import jax

    from attrax.systems.recording import record

    return record(
        system,
        sampling.points,
        dt=sampling.dt or None,
        points_per_period=sampling.per_period or None,
        noise=sampling.noise,
        key=jax.random.key(sampling.seed),
    )


def make_file(name: str, sampling: Sampling, out: Path) -> Dataset:
    """Record a system and write the recording; the suffix chooses the format."""
    write = writer_for(out)
    dataset = make(name, sampling)
    write(out, dataset[0].x, dataset[0].dt * np.arange(len(dataset[0])), ("time", *dataset[0].channels))
    return dataset


def require_name(name: str | None) -> str:
    """The name, if there is one.

    Raises: `ConfigError` C575 for none.
    """
    if name is None:
        raise ConfigError(
            "C575",
            "no system named",
            where="attrax record",
            why="one system is recorded, or all with --all",
            fix="attrax record lorenz63",
        )
    return name


def make_all(
    folder: Path,
    sampling: Sampling,
    *,
    names: Iterable[str] = (),
    processes: int | None = None,
    progress: Callable[[int, str], None] | None = None,
) -> dict[str, Any]:
    """Record every system into one folder, a `.npy` file each, with a manifest that freezes them by hash.

    The manifest holds the sampling, the versions of the libraries, and for each system the time step, the names of the
    channels and the SHA-256 of the float64 values. The same versions on the same kind of processor make the same bits;
    elsewhere chaos makes another orbit of the same attractor, so share the folder, not the command, where bits matter.

    Args:
        folder: Made if it is not there.
        sampling: The same for all, but that maps have no period.
        names: Systems; all if empty.
        processes: Side by side; one for each processor if not given.
        progress: Called with the number of systems done and the name of the last.

    Returns: The manifest.
    Cost: Two seconds of processor time for a system, nearly all of it compilation.
    """
    chosen = tuple(names) or catalogue.names()
    folder.mkdir(parents=True, exist_ok=True)
    # Fresh processes: jax may have threads running in this one.
    context = multiprocessing.get_context("spawn")
    series: dict[str, Any] = {}
    with ProcessPoolExecutor(processes or os.cpu_count() or 1, context, initializer=_compile_fast) as pool:
        for name, facts in pool.map(_make_one, chosen, [sampling] * len(chosen), [folder] * len(chosen)):
            series[name] = facts
            if progress is not None:
                progress(len(series), name)
    manifest = {
        "sampling": asdict(sampling),
        "versions": {library: version(library) for library in LIBRARIES},
        "series": series,
    }
    write_atomically(folder / MANIFEST, (json.dumps(manifest, indent=1) + "\n").encode())
    return manifest


def _compile_fast() -> None:
    os.environ.setdefault("XLA_FLAGS", COMPILER)


def _make_one(name: str, sampling: Sampling, folder: Path) -> tuple[str, dict[str, Any]]:
    system = catalogue.find(name)
    own = sampling if system.period else replace(sampling, per_period=0.0)
    series = make_file(name, own, folder / f"{name}.npy")[0]
    values = np.ascontiguousarray(series.x, "<f8")
    return name, {"dt": series.dt, "channels": list(series.channels), "sha256": sha256(values.tobytes()).hexdigest()}


def differing(manifest: dict[str, Any], frozen: Path) -> list[str]:
    """Systems whose recordings are not bit for bit those of another manifest.

    Raises: `ConfigError` C574 if the other manifest cannot be read or was made with another sampling.
    """
    try:
        other = json.loads(frozen.read_text(encoding="utf-8"))
        same = other["sampling"] == manifest["sampling"]
        hashes = {name: facts["sha256"] for name, facts in other["series"].items()}
    except (OSError, ValueError, KeyError) as error:
        raise _not_comparable(frozen, f"it cannot be read: {error}") from error
    if not same:
        raise _not_comparable(frozen, f"it was made with {other['sampling']}, this one with {manifest['sampling']}")
    return [name for name, facts in manifest["series"].items() if hashes.get(name) != facts["sha256"]]


def _not_comparable(path: Path, why: str) -> ConfigError:
    return ConfigError(
        "C574",
        "manifests cannot be compared",
        where=str(path),
        why=why,
        fix="a manifest.json that `attrax record --all` wrote with the same --points, --per-period, --noise and --seed",
    )
