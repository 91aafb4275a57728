"""Teacher forcing by encoded states, as it is chosen in settings."""

from pydantic import Field

from attrax.train.encoded_forcing import EncodedForcing
from attrax.train.loss_spec import LossSpec, WarmupSettings


class EncodedForcingSettings(WarmupSettings):
    """What can be set of teacher forcing by encoded states."""

    reconstruction: float = Field(
        default=1.0, ge=0, description="Weight of what encoded states say about values hidden from the encoder."
    )
    hidden: float = Field(default=0.2, gt=0, lt=1, description="Share of the values that is hidden from the encoder.")


SPEC = LossSpec(
    "teacher forcing by encoded states",
    EncodedForcing,
    EncodedForcingSettings,
    create=lambda settings, forcing, scan: EncodedForcing(
        forcing, scan, settings.warmup, settings.reconstruction, settings.hidden
    ),
    encoded=True,
    default=True,
)
