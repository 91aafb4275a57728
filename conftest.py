"""Set up before jax is imported: the suite compiles hundreds of tiny programs, each of which runs for milliseconds.

Without optimisations, with the older and simpler emitter, and in one piece, they compile in half the time.
"""

import os
import sys

import pytest

os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_use_fusion_emitters=false --xla_cpu_parallel_codegen_split_count=1")


@pytest.fixture(scope="module", autouse=True)
def _forget_compiled_programs():
    """Programs of one file of tests serve no other, and thousands of them fill the memory."""
    yield
    if "jax" in sys.modules:
        sys.modules["jax"].clear_caches()
