"""The protocol of Hess et al. 2023."""

from attrax.core.spec import Spec
from attrax.measures.published_protocol import PublishedProtocol


def gtf2023() -> PublishedProtocol:
    """30 bins a channel, with a margin of 0.1 standard deviations, Hess et al. 2023 [@hess2023]."""
    return PublishedProtocol("gtf2023")


SPEC = Spec("protocol of Hess et al. 2023", gtf2023)
