"""The settings of a run, section by section: what each means, what it may be, what it is unless somebody decides."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

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


class DataConfig(Section):
    """Where the recording comes from and what becomes of it.

    Attributes:
        source: Files, or the name of a built-in system. Empty for arrays handed over in Python.
        test: Files of an independent test recording; without them the tail of the recording is held out.
        dt: Time step, if the file does not say; 0 takes it from the file (or 1).
        time: Name of the time column, if its name does not give it away.
        channels: Columns to keep; empty keeps all.
        drop: Columns to leave out; `constant` for all that never change.
        inputs: Columns that are external inputs, by name or glob.
        transpose: The file holds channels in rows.
        sep, decimal: Separator and decimal mark of text files; empty finds out.
        axes: A name for each axis of an array of three or more: `time`, `trial`, others make channels.
        var: Variables to read from a file that holds several.
        stack: Dimensions of a variable whose combinations become channels.
        pca: Principal components to learn from in place of the channels: a number, or `auto` for 99 % of the variance.
        missing: `stop` refuses recordings with more than 5 % missing values, `mask` trains around them, `interpolate`
            fills them linearly, `split` makes a series of every stretch without any.
        min_length: Fewest rows of a stretch that `split` keeps; 0 is a training window.
        sort: Put rows in the order of their times.
        duplicates: What becomes of rows that share their time: `mean`, `first` or `drop`; `stop` refuses them.
        resample: New time step, such as `4ms`; an uneven clock becomes an even one. Empty keeps the rows.
        every: Keep one row in so many, after a low-pass filter; 1 keeps all.
        detrend: Channels whose linear trend is removed; `all` for every one.
        force: Train although the recording is too short; the verdict is then `PARTLY` at best.
        lags: Forward delays in steps; each channel becomes one column a lag. Empty embeds nothing.
        embed: `auto` chooses lags from the training data where none are given; the run records them as `lags`.
        test_fraction: Share of the rows held out for the final scores.
        in_sample: Judge by the training recording itself, as some published protocols do. Such scores prove nothing
            about new data.
        subject: Only this subject of the recordings; repairs, components and delays are still those of all together.
        hide: Share of the values trained on that is hidden, to see what gaps cost; those that judge stay as they are.
        hide_length: Rows hidden in one piece.
        hide_rows: Hide whole rows; otherwise every channel has gaps of its own.
        steps, noise, seed: Rows, observation noise (share of the standard deviation) and seed of a built-in system.
        size: Number of variables of a built-in system that comes in several sizes; 0 is its usual one.
        standardize: Scale every channel to mean 0 and standard deviation 1 for training.
    """

    source: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    dt: float = Field(default=0.0, ge=0)
    time: str = ""
    channels: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    transpose: bool = False
    sep: str = ""
    decimal: str = ""
    axes: tuple[str, ...] = ()
    var: tuple[str, ...] = ()
    stack: tuple[str, ...] = ()
    pca: str = Field(default="", pattern=r"^(auto|[1-9]\d*)?$")
    missing: Literal["stop", "mask", "interpolate", "split"] = "stop"
    min_length: int = Field(default=0, ge=0)
    sort: bool = False
    duplicates: Literal["stop", "mean", "first", "drop"] = "stop"
    resample: str = ""
    every: int = Field(default=1, ge=1)
    detrend: tuple[str, ...] = ()
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
        measures: Which protocol: `default`, or `gtf2023` for the published one.
        horizon: Steps ahead of the short-term error.
        threshold: Normalised error at which a forecast has stopped being valid.
        starts: Places along the recording from which free runs and long forecasts start.
    """

    measures: Annotated[str, AfterValidator(PROTOCOLS.checked)] = "default"
    horizon: int = Field(default=20, ge=1)
    threshold: float = Field(default=0.4, gt=0)
    starts: int = Field(default=20, ge=1)
