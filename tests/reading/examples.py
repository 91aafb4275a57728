"""How many examples the tests of random recordings try: `EXAMPLES=500 pytest tests/reading/test_containers.py`."""

import os

from hypothesis import settings


def at_least(few: int) -> settings:
    """Settings with so many examples, or as many as the environment asks for."""
    return settings(max_examples=max(few, int(os.environ.get("EXAMPLES", "0"))), deadline=None)
