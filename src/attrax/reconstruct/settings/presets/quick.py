"""Settings for a quick first result."""

from typing import Any

from attrax.core.spec import Spec


def quick() -> dict[str, Any]:
    """One short training (5,000 updates) instead of four long ones."""
    return {"train": {"updates": 5_000, "restarts": 1}}


SPEC = Spec("first look", quick)
