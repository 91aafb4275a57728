"""The protocol of Brenner et al. 2022."""

from attrax.core.spec import Spec
from attrax.measures.published_protocol import PublishedProtocol


def dend2022() -> PublishedProtocol:
    """D_stsp with the bins of Brenner et al. 2022 [@brenner2022], for standardized data; the rest as `gtf2023`."""
    return PublishedProtocol("dend2022")


SPEC = Spec("protocol of Brenner et al. 2022", dend2022)
