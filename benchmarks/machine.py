"""Describes the machine: processor, memory, load, versions, and the speed of matrix products."""

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
    """The description of the machine, with two short measurements of its cores. Call it before other measurements.

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
    """Speed of matrix products on one core, then on two cores at the same time.

    Two independent cores have a ratio of 2.0. A smaller ratio means that they share something (two threads of a core, a
    lower turbo frequency, other users), and that no program can gain more from the second thread.
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
    """Whether turbo is on; None if not known."""
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
    """The commit of the repository, with a mark if files have been changed."""
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return None
    return described.stdout.strip()
