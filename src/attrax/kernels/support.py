"""Support: whether loops can be compiled on this machine."""

import importlib
import re
from functools import cache
from pathlib import Path

import jax

INTERFACE = 0  # major version of XLA's binary interface for custom calls that `handler` follows


@cache
def obstacle() -> str | None:
    """The reason why compiled loops cannot be used on this machine, in a few words; None if they can."""
    platform = jax.default_backend()
    if platform != "cpu":
        return f"they are for CPUs, and JAX uses a {platform.upper()}"
    try:
        importlib.import_module("attrax.kernels.handler").target_machine()
    except (ImportError, OSError, RuntimeError) as failure:
        return f"llvmlite cannot compile here ({failure})"
    found = _interface()
    return None if found == INTERFACE else f"jaxlib's interface for custom calls is of version {found}, not {INTERFACE}"


def _interface() -> int:
    """The major version of XLA's interface for custom calls; -1 if it is unknown."""
    header = Path(jax.ffi.include_dir()) / "xla" / "ffi" / "api" / "c_api.h"
    if not header.exists():
        return -1
    found = re.search(r"#define XLA_FFI_API_MAJOR (\d+)", header.read_text(encoding="utf-8"))
    return int(found.group(1)) if found else -1
