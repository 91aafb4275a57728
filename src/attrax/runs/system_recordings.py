"""Writes recordings of known systems to files: of one system, or of all with a manifest of their hashes."""

import json
import multiprocessing
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from attrax.core.errors import ConfigError
from attrax.data.series import Dataset
from attrax.runs.output import RowClock, WrittenRows, writer_for
from attrax.runs.tree_file import write_atomically
from attrax.systems import catalogue

if TYPE_CHECKING:
    from attrax.systems.system import System

NO_PARAMETERS: Mapping[str, float] = MappingProxyType({})
MANIFEST = "manifest.json"
LIBRARIES = ("attrax", "jax", "jaxlib", "diffrax", "numpy")
# Compiling is most of the work where every system is recorded once. In one piece, with the older and simpler emitter,
# it takes half as long; what is computed is the same to the last bit. Newer versions, for Python 3.12 and later, have
# no other emitter, and end the process if asked for it.
_EMITTER = "--xla_cpu_use_fusion_emitters=false " if version("jaxlib").startswith("0.10.") else ""
COMPILER = f"{_EMITTER}--xla_cpu_parallel_codegen_split_count=1"


@dataclass(frozen=True, kw_only=True)
class RecordOptions:
    """Settings of a recording.

    Attributes:
        points: Number of rows.
        per_period: Rows in a dominant period of a flow; 0 for the usual time step.
        dt: Time step, in place of `per_period`; 0 if not given.
        noise: Standard deviation of the observation noise, as a share of that of each channel.
        seed: Seed of the initial state and the noise.
    """

    points: int = 10_000
    per_period: float = 0.0
    dt: float = 0.0
    noise: float = 0.0
    seed: int = 0


def record_system(name: str, sampling: RecordOptions, parameters: Mapping[str, float] = NO_PARAMETERS) -> Dataset:
    """A recording of a built-in system.

    Args:
        name: Name of the system.
        sampling: Length, time step, noise and seed.
        parameters: Parameters of the equation that differ from the usual ones, by name.

    Raises: `DataError` D120 if no built-in system has this name; `ConfigError` C573 if it has no parameter of a name;
        the errors of `record`.

    Example:
        >>> record_system("logistic", RecordOptions(points=100), {"r": 3.2})[0].x[-2:].round(3).tolist()
        [[0.799], [0.513]]
    """
    system = _at(catalogue.find(name), parameters)
    # Imported here, so that an unknown name is reported without waiting for jax.
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


def _at(system: "System", parameters: Mapping[str, float]) -> "System":
    """The system with other values of some parameters."""
    if not parameters:
        return system
    from attrax.systems.equations import changed

    dynamics = system.dynamics
    at = getattr(dynamics, "at", None)
    if at is not None:
        return replace(system, dynamics=at(**parameters))
    # The oldest systems are classes whose fields are the parameters.
    changed({name: value for name, value in vars(dynamics).items() if isinstance(value, float)}, parameters)
    return replace(system, dynamics=replace(dynamics, **parameters))


def record_to_file(
    name: str, sampling: RecordOptions, out: Path, parameters: Mapping[str, float] = NO_PARAMETERS
) -> Dataset:
    """Record a built-in system and write the recording to a file.

    Args:
        name: Name of the system.
        sampling: Length, time step, noise and seed.
        out: The file; its suffix selects the format: .csv, .npy or .parquet.
        parameters: As for `record_system`.

    Returns: The recording.
    Raises: `ConfigError` C507 or C508 if the file cannot be written; the errors of `record_system`.
    """
    write = writer_for(out)
    dataset = record_system(name, sampling, parameters)
    write(out, WrittenRows(dataset[0].x, RowClock.of(dataset[0]), ("time", *dataset[0].channels)))
    return dataset


def require_name(name: str | None) -> str:
    """The name of a system, if one is given.

    Raises: `ConfigError` C575 if `name` is None.
    """
    if name is None:
        raise ConfigError(
            "C575",
            "no system named",
            where="attrax record",
            why="a command needs the name of one system, or --all for all systems",
            fix="attrax record lorenz63",
        )
    return name


def record_all(
    folder: Path,
    sampling: RecordOptions,
    *,
    names: Iterable[str] = (),
    processes: int | None = None,
    progress: Callable[[int, str], None] | None = None,
) -> dict[str, Any]:
    """Record many systems into one folder, one `.npy` file each, and write a manifest with their hashes.

    The manifest holds the options, the versions of the libraries, and for each system the time step, the channel names
    and the SHA-256 of the float64 values. The same versions on the same kind of processor give the same bits. On other
    machines chaos leads to another orbit on the same attractor; to share identical data, share the files.

    Args:
        folder: Where to write; created if it does not exist.
        sampling: Options for all systems; `per_period` is ignored for maps.
        names: Names of the systems; all if empty.
        processes: Number of parallel processes; one for each processor if not given.
        progress: Called with the number of systems done and the name of the last one.

    Returns: The manifest.
    Cost: Two seconds of processor time for a system, nearly all of it compilation.
    """
    chosen = tuple(names) or catalogue.names()
    folder.mkdir(parents=True, exist_ok=True)
    # New processes instead of forks: jax may have running threads in this process.
    context = multiprocessing.get_context("spawn")
    series: dict[str, Any] = {}
    with ProcessPoolExecutor(processes or os.cpu_count() or 1, context, initializer=_compile_fast) as pool:
        for name, facts in pool.map(_record_one, chosen, [sampling] * len(chosen), [folder] * len(chosen)):
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


def _record_one(name: str, sampling: RecordOptions, folder: Path) -> tuple[str, dict[str, Any]]:
    system = catalogue.find(name)
    own = sampling if system.period else replace(sampling, per_period=0.0)
    series = record_to_file(name, own, folder / f"{name}.npy")[0]
    values = np.ascontiguousarray(series.x, "<f8")
    return name, {"dt": series.dt, "channels": list(series.channels), "sha256": sha256(values.tobytes()).hexdigest()}


def changed_systems(manifest: dict[str, Any], frozen: Path) -> list[str]:
    """Names of the systems whose recordings differ, in any bit, from those of another manifest.

    Args:
        manifest: The new manifest.
        frozen: File of the other manifest.

    Raises: `ConfigError` C574 if the other manifest cannot be read or was made with other options.
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
