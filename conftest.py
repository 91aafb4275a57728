"""Set up before jax is imported: the suite compiles thousands of tiny programs, each of which runs for milliseconds.

Without optimisations, with the older and simpler emitter, and in one piece, they compile in half the time. What one
file of tests has compiled, the next finds on disk. Each process has a cache of its own, because its files are not
written atomically, and it goes with the process. `JAX_COMPILATION_CACHE_DIR` names one that stays.
"""

import os
import sys
import tempfile
from importlib.metadata import version

import pytest

_OWN_CACHE = "attrax-tests-"

os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")
# Newer versions, for Python 3.12 and later, have no other emitter, and end the process if asked for it.
_emitter = "--xla_cpu_use_fusion_emitters=false " if version("jaxlib").startswith("0.10.") else ""
os.environ.setdefault("XLA_FLAGS", f"{_emitter}--xla_cpu_parallel_codegen_split_count=1")
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")
_cache = None
# A worker inherits the environment of the process that started it, whose cache is not for sharing.
if _OWN_CACHE in os.environ.get("JAX_COMPILATION_CACHE_DIR", _OWN_CACHE):
    _cache = tempfile.TemporaryDirectory(prefix=_OWN_CACHE, ignore_cleanup_errors=True)
    os.environ["JAX_COMPILATION_CACHE_DIR"] = _cache.name


def pytest_unconfigure():
    """Nothing is left on disk."""
    if _cache is not None:
        _cache.cleanup()


@pytest.fixture(scope="module", autouse=True)
def _forget_compiled_programs():
    """Few programs of one file of tests serve another, and thousands of them fill the memory."""
    yield
    if "jax" in sys.modules:
        sys.modules["jax"].clear_caches()
