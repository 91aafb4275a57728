"""The protocol of Brenner et al. 2024."""

from attrax.core.spec import Spec
from attrax.measures.published_protocol import PublishedProtocol


def alrnn2024() -> PublishedProtocol:
    """D_stsp over the range without its lowest cells, Brenner et al. 2024 [@brenner2024]; the rest as `gtf2023`."""
    return PublishedProtocol("alrnn2024")


SPEC = Spec("protocol of Brenner et al. 2024", alrnn2024)
