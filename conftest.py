"""Set up before jax is imported: the suite compiles hundreds of tiny programs, each of which runs for milliseconds."""

import os

os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")
