"""Set up before jax is imported: the suite compiles hundreds of tiny programs, each of which runs for milliseconds.

Without optimisations, with the older and simpler emitter, and in one piece, they compile in half the time.
"""

import os

os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_use_fusion_emitters=false --xla_cpu_parallel_codegen_split_count=1")
