"""The machine: what a reader must know of it to judge a time."""

import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.interleave import Spread
from benchmarks.pool import ROOT, allowed_cores, on_processor, pinned

PACKAGES = ("attrax", "jax", "jaxlib", "equinox", "optax", "numpy", "scipy", "numba", "llvmlite")
INSTRUCTION_SETS = ("avx", "avx2", "fma", "avx512f", "avx512bw", "amx_tile", "asimd", "sve")
CPU = Path("/sys/devices/system/cpu")


def facts(seconds: float) -> dict[str, Any]:
    """Everything, with two short measurements of the cores; asked for before anything else runs.

    Args:
        seconds: Length of each measurement.
    """
    load = os.getloadavg() if hasattr(os, "getloadavg") else None
    return {
        "load_average_at_start": load,
        **_processor(),
        "memory_gb": _memory(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: found for name in PACKAGES if (found := _version(name))},
        "commit": _commit(),
        "matmul": scaling_of_the_cores(seconds),
    }


def scaling_of_the_cores(seconds: float, rounds: int = 3) -> dict[str, Any]:
    """A loop of small matrix products on one core alone, then on two cores at once.

    Two cores that are twice one give 2.0. Less means that they share something (a core with two threads, a turbo that
    falls, a busy neighbour), and that no program can gain more from the second thread.
    """
    cores = allowed_cores()[-2:]
    alone, both = [], []
    for _ in range(rounds):
        alone.append(_burn(cores[-1:], seconds))
        both.append(_burn(cores, seconds))
    answer: dict[str, Any] = {"one_core_gflops": Spread.of(alone).median}
    if len(cores) == 2:
        answer["two_over_one"] = Spread.of([two / one for one, two in zip(alone, both, strict=True)]).median
    return answer


def _burn(cores: tuple[int, ...], seconds: float) -> float:
    """GFLOP/s of one process on each of the cores, together."""
    running = []
    for core in cores:
        with pinned((core,)):
            command = [sys.executable, "-m", "benchmarks.burn", str(seconds)]
            running.append(subprocess.Popen(command, cwd=ROOT, env=on_processor(1), stdout=subprocess.PIPE, text=True))
    return sum(float(process.communicate()[0]) for process in running)


def _processor() -> dict[str, Any]:
    cores = allowed_cores()
    info = _cpuinfo()
    flags = set(info.get("flags", info.get("Features", "")).split())
    return {
        "cpu": info.get("model name") or platform.processor() or platform.machine(),
        "instruction_sets": [name for name in INSTRUCTION_SETS if name in flags],
        "virtual": "hypervisor" in flags,
        "cores": len(cores),
        "cores_of_the_machine": os.cpu_count(),
        "smt_siblings": sorted({s for c in cores if (s := _read(CPU / f"cpu{c}/topology/thread_siblings_list"))}),
        "governor": _read(CPU / "cpu0/cpufreq/scaling_governor"),
        "turbo": _turbo(),
    }


def _turbo() -> bool | None:
    """None if the system does not tell."""
    no_turbo, boost = _read(CPU / "intel_pstate/no_turbo"), _read(CPU / "cpufreq/boost")
    if no_turbo is not None:
        return no_turbo == "0"
    return None if boost is None else boost == "1"


def _cpuinfo() -> dict[str, str]:
    lines = (_read(Path("/proc/cpuinfo")) or "").split("\n\n")[0].splitlines()
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}


def _memory() -> float | None:
    if not hasattr(os, "sysconf"):
        return None
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1)


def _read(path: Path) -> str | None:
    try:
        return path.read_text().strip()
    except OSError:
        return None


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _commit() -> str | None:
    """Of the checkout, with a mark if it has been changed since."""
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return None
    return described.stdout.strip()
