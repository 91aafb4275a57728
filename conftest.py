"""Set up before jax is imported: the suite compiles thousands of tiny programs, each of which runs for milliseconds.

Without optimisations, with the older and simpler emitter, and in one piece, they compile in half the time. What one
file of tests has compiled, the next finds on disk. The processes of a run share this cache, and it goes with the run;
`JAX_COMPILATION_CACHE_DIR` names one that stays.
"""

import contextlib
import ctypes
import gc
import importlib
import os
import signal
import sys
import tempfile
import threading
from importlib.metadata import version

import jaxtyping
import psutil
import pytest

from tests.type_checks import checked

MOST_MEMORY = 3e9
"""Bytes of a process, beyond which compiled programs are forgotten after a file of tests."""

# The matrices of these tests are small. Two threads for each of two workers wait for each other, in busy loops: the
# same tests of diagnosis took three times the processor time.
for _library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
# Some containers forbid compiled files of Python. Without them, every process compiles all of attrax, and every worker
# rewrites all tests again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")
# Newer versions, for Python 3.12 and later, have no other emitter, and end the process if asked for it.
_emitter = "--xla_cpu_use_fusion_emitters=false " if version("jaxlib").startswith("0.10.") else ""
os.environ.setdefault("XLA_FLAGS", f"{_emitter}--xla_cpu_parallel_codegen_split_count=1")
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")
_cache = None
# A worker inherits the cache of the process that started it.
if "JAX_COMPILATION_CACHE_DIR" not in os.environ:
    _cache = tempfile.TemporaryDirectory(prefix="attrax-tests-", ignore_cleanup_errors=True)
    os.environ["JAX_COMPILATION_CACHE_DIR"] = _cache.name

# What the option `--jaxtyping-packages` decorates all functions of attrax with.
jaxtyping.jaxtyped = checked

LIBRARIES = (
    *("diffrax", "equinox", "jax", "jinja2", "llvmlite.binding", "numpy", "optax", "pandas", "platformdirs"),
    *("pydantic", "rich.console", "rich.progress", "rich.table", "safetensors.numpy", "scipy.linalg", "scipy.ndimage"),
    *("scipy.optimize", "scipy.signal", "scipy.sparse", "scipy.spatial", "scipy.stats", "sklearn.base"),
    *("sklearn.utils.validation", "typer"),
)


PROGRAMS_OF_A_CONTEXT = 200
"""Programs that share a context of the compiler, before a new one is made."""


def share_contexts_of_the_compiler():
    """Translate many programs in one context of the compiler, one for each thread.

    JAX makes a context for every program, which takes 5 ms and keeps 1.2 megabytes as long as the program: for the tiny
    programs of these tests a third of the time, and nearly all of the memory.
    """
    with contextlib.suppress(ImportError, AttributeError):
        from jax._src.interpreters import mlir

        make, current = mlir.make_ir_context, threading.local()

        def shared():
            if getattr(current, "programs", PROGRAMS_OF_A_CONTEXT) == PROGRAMS_OF_A_CONTEXT:
                current.context, current.programs = make(), 0
            current.programs += 1
            return current.context

        mlir.make_ir_context = shared


def pytest_sessionstart(session):
    """Import the libraries from their compiled files.

    While attrax is imported with type checks, Python looks for compiled files under another name. Libraries that are
    imported then for the first time are compiled again from their sources, in every process.
    """
    # A shell that starts the tests in the background ignores Ctrl-C for them, and tests raise it.
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not session.config.getoption("numprocesses", None):
        gc.disable()
        for name in LIBRARIES:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
        share_contexts_of_the_compiler()


def pytest_collection_finish():
    """Hide what is imported and collected from the search for garbage, and search less often.

    These objects stay until the end; the search took 5 % of the processor time of the tests.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def pytest_unconfigure():
    """Nothing is left on disk."""
    if _cache is not None:
        _cache.cleanup()


@pytest.fixture(scope="module", autouse=True)
def _forget_compiled_programs():
    """Thousands of compiled programs, of about two megabytes each, fill the memory."""
    yield
    if "jax" in sys.modules and psutil.Process().memory_info().rss > MOST_MEMORY:
        sys.modules["jax"].clear_caches()
        # The C library of Linux keeps freed memory. Without this line the next file would find the memory full again
        # and forget its programs, too, and so would every file after it.
        with contextlib.suppress(AttributeError, OSError, TypeError):
            ctypes.CDLL(None).malloc_trim(0)
