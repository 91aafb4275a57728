"""Teacher forcing, as it is chosen in settings."""

from attrax.train.loss import TeacherForcing
from attrax.train.loss_spec import LossSpec, NoiseSettings

SPEC = LossSpec(
    "teacher forcing",
    TeacherForcing,
    NoiseSettings,
    create=lambda settings, forcing, scan: TeacherForcing(forcing, scan, settings.warmup, settings.noise),
    default=True,
)
