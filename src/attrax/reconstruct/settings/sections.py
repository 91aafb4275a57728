"""The settings of a run, section by section: what each means, what it may be, what it is unless somebody decides."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from attrax.data.reading.read_options import ReadOptions
from attrax.data.repair.repair_options import RepairOptions
from attrax.reconstruct.settings.choice import (
    DistanceChoice,
    DynamicsChoice,
    ForcingChoice,
    LossChoice,
    ObservationChoice,
    Penalties,
    ScanChoice,
)
from attrax.registries import PROTOCOLS


class Section(BaseModel):
    """Settings that are checked when they are given, and never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DataConfig(Section, RepairOptions, ReadOptions):  # pyright: ignore[reportGeneralTypeIssues] - frozen by `Section`
    """Where the recording comes from, how it is read and repaired, and how it is prepared for training.

    The options of reading and of repair are declared in `ReadOptions` and `RepairOptions`.

    Attributes:
        source: Files, or the name of a built-in system. Empty for arrays handed over in Python.
        test: Files of an independent test recording. Without them the end of the recording is held out.
        pca: Principal components to train on instead of the channels: a number, or `auto` for 99 % of the variance.
        force: Train although the recording is too short; the verdict is then `PARTLY` at best.
        lags: Forward delays in time steps; each channel becomes one column for each lag. Empty for no delay embedding.
        embed: `auto` chooses lags from the training data if none are given; the run stores them as `lags`.
        test_fraction: Share of the rows that is held out for the final scores.
        in_sample: Test on the training recording itself, as some published protocols do. Such scores say nothing about
            new data.
        subject: Use only this subject of the recordings; repairs, components and delays are those of all subjects.
        hide: Share of the training values that is hidden, to measure the cost of missing values. Test values are kept.
        hide_length: Number of rows that are hidden together.
        hide_rows: Hide whole rows; otherwise the hidden rows of each channel are different.
        steps, noise, seed: Rows, observation noise (share of the standard deviation) and seed of a built-in system.
        size: Number of variables of a built-in system that exists in several sizes; 0 for its usual size.
        standardize: Scale every channel to mean 0 and standard deviation 1 for training.
    """

    source: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    pca: str = Field(default="", pattern=r"^(auto|[1-9]\d*)?$")
    force: bool = False
    lags: tuple[int, ...] = ()
    embed: Literal["", "auto"] = ""
    subject: str = ""
    test_fraction: float = Field(default=0.2, gt=0, lt=1)
    in_sample: bool = False
    hide: float = Field(default=0.0, ge=0, lt=1)
    hide_length: int = Field(default=1, ge=1)
    hide_rows: bool = False
    steps: int = Field(default=100_000, ge=100)
    noise: float = Field(default=0.05, ge=0)
    seed: int = Field(default=0, ge=0)
    size: int = Field(default=0, ge=0)
    standardize: bool = True

    @field_validator("dt", mode="before")
    @classmethod
    def _none_for_zero(cls, dt: Any) -> Any:
        """Configurations of version 0.1 have 0 where no time step was given."""
        return None if dt == 0 else dt

    @field_validator("*")
    @classmethod
    def _tuples(cls, value: Any) -> Any:
        """Lists become tuples, since settings never change."""
        return tuple(value) if isinstance(value, list) else value

    @model_validator(mode="after")
    def _possible(self) -> "DataConfig":
        self.check_reading()
        self.check_repairs()
        return self


class ModelConfig(Section):
    """What is learned.

    Attributes:
        dynamics: Which dynamics, and what can be set of it; `attrax doctor` lists all kinds.
        latent_dim: Number of latent states; 0 chooses by the dynamics and the number of channels.
        observation: What the channels are.
        kinds: Channels that are something else, by name or glob, such as `spikes*=poisson` or `mood=ordinal:5` with 5
            levels; the others are `gaussian` unless `observation` says otherwise. Of several that fit, the last.
        encoder_rows: Rows that states of counts, levels and labels are read from.
        subject_dim: Networks that several subjects share, each mixing them in its own way; 0 learns one network for
            all. 3 tells subjects apart that differ in one parameter; more where they differ in more ways.
    """

    dynamics: DynamicsChoice = DynamicsChoice()
    latent_dim: int = Field(default=0, ge=0)
    observation: ObservationChoice = ObservationChoice()
    kinds: tuple[str, ...] = ()
    encoder_rows: int = Field(default=20, ge=1, le=64)
    subject_dim: int = Field(default=0, ge=0)

    def describe(self) -> str:
        """The dynamics and its size in words."""
        return self.dynamics.spec.describe(self.latent_dim, self.dynamics.settings)


class TrainConfig(Section):
    """How it is learned.

    Attributes:
        forcing: How the state is corrected by the data.
        forced_dim: Force only so many coordinates; 0 forces all that the data imply.
        loss: What is minimised.
        penalties: What is added to it.
        free_run_distance: Whether free runs are trained to visit the states of the data, too.
        updates, batch_size, window: Parameter updates, windows in a batch, rows in a window.
        learning_rate, final_learning_rate: Exponential decay from one to the other.
        clip: Largest norm of a gradient, which is scaled down to it; 0 clips none. 1 tames a loss that overflows.
        fillings: How often, in the first half of training, missing values are filled with what the nearest model so far
            says of them, given all that was observed; 0 leaves them missing. Values that it is not sure of stay so.
        restarts: Models trained side by side from different seeds.
        candidates: How often, in the second half of training, free runs are compared with the training data; the best
            of all restarts and moments becomes the model. 1 compares the restarts at the end only.
        validation_fraction: Share of the training rows, at their end, that free runs are compared with instead, and
            nothing is trained on; 0 trains on all rows.
        patience: Stop after so many candidates in a row in which no restart has come nearer; they are then spread over
            all of training. 0 trains to the end.
        scan: How orbits are computed.
        chunk: Updates between two looks at the clock.
        checkpoint_seconds: Time between two checkpoints.
    """

    forcing: ForcingChoice = ForcingChoice()
    forced_dim: int = Field(default=0, ge=0)
    loss: LossChoice = LossChoice()
    penalties: Penalties = Penalties()
    free_run_distance: DistanceChoice = DistanceChoice()
    updates: int = Field(default=40_000, ge=1)
    batch_size: int = Field(default=16, ge=1)
    window: int = Field(default=75, ge=2)
    learning_rate: float = Field(default=1e-2, gt=0)
    final_learning_rate: float = Field(default=1e-5, gt=0)
    clip: float = Field(default=0.0, ge=0)
    fillings: int = Field(default=2, ge=0)
    restarts: int = Field(default=2, ge=1)
    candidates: int = Field(default=10, ge=1)
    validation_fraction: float = Field(default=0.0, ge=0, lt=1)
    patience: int = Field(default=0, ge=0)
    scan: ScanChoice = ScanChoice()
    chunk: int = Field(default=250, ge=1)
    checkpoint_seconds: float = Field(default=10.0, ge=0)


class EvaluateConfig(Section):
    """How the result is judged.

    Attributes:
        measures: Which protocol: `default`, or that of a paper: `gtf2023`, `dend2022`, `alrnn2024`.
        horizon: Steps ahead of the short-term error.
        threshold: Normalised error at which a forecast has stopped being valid.
        starts: Places along the recording from which free runs and long forecasts start.
    """

    measures: Annotated[str, AfterValidator(PROTOCOLS.checked)] = "default"
    horizon: int = Field(default=20, ge=1)
    threshold: float = Field(default=0.4, gt=0)
    starts: int = Field(default=20, ge=1)
