"""Teacher forcing of many subjects, as it is chosen in settings."""

from attrax.train.loss_spec import LossSpec, NoiseSettings
from attrax.train.subject_forcing import SubjectForcing

SPEC = LossSpec(
    "teacher forcing of many subjects",
    SubjectForcing,
    NoiseSettings,
    create=lambda settings, forcing, scan: SubjectForcing(forcing, scan, settings.warmup, settings.noise),
    subjects=True,
    default=True,
)
