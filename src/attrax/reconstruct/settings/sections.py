"""The sections of the settings of a run: meanings, allowed values and defaults."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from attrax.core.declared_options import declared
from attrax.core.random_seed import Seed
from attrax.data.clock.durations import duration
from attrax.data.levels.trend import Trend
from attrax.data.phases.phase_channels import Phases
from attrax.data.phases.phase_kinds import AUTO
from attrax.data.repair.repair_options import RepairOptions
from attrax.reading.read_options import LISTED, ReadOptions, listed_names, step_and_unit
from attrax.reconstruct.settings.choice import (
    DistanceChoice,
    DynamicsChoice,
    ForcingChoice,
    LossChoice,
    ObservationChoice,
    OptimizerChoice,
    Penalties,
    ScanChoice,
)
from attrax.reconstruct.settings.cost import USUAL_BUDGET
from attrax.registries import PROTOCOLS

TUNABLE = ("train.forcing", "model.dynamics.hidden_dim", "train.window", "train.updates")
"""The settings that probes can choose, in the order in which they are chosen."""

SHORTEST_WINDOW, LONGEST_WINDOW = 75, 200
CYCLES_IN_WINDOW = 2
"""Length of a training window, if it is open. With 100 rows per cycle, windows of 200 rows made free runs more faithful
than windows of 75 rows, also with the same number of rows in an update; windows of 400 rows were no better. With 7 to
37 rows per cycle, windows of 200 rows were worse than windows of 75 rows (docs/guides/recipe.md)."""

WINDOWS_IN_RECORDING = 20
"""A recording has at least so many windows one after the other, unless the shortest window is longer."""

BATCH_ROWS = 1_600
"""Largest number of rows in an update, if the batch size is open and the window not longer than 200 rows."""


_NAMES = tuple(o.name for o in declared(ReadOptions, RepairOptions) if o.several and o.name not in LISTED)
"""Options that take one name or several."""


class Section(BaseModel):
    """A section of the settings: values are checked on creation, and are immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DataConfig(Section, RepairOptions, ReadOptions):  # pyright: ignore[reportGeneralTypeIssues] - frozen by `Section`
    """Where the recording comes from, how it is read and repaired, and how it is prepared for training.

    The options of reading and of repair are declared in `ReadOptions` and `RepairOptions`.

    Attributes:
        source: Files, or the name of a built-in system. Empty for arrays passed in Python.
        test: Files of an independent test recording. Without them the end of the recording is held out.
        phases: Channels that are a phase: `auto` to find them, `none`, or `theta=angle:360`, `t=clock:3`, `force=wave`.
            A periodic drive becomes an input, an angle its cosine and sine. The run stores what was found.
        trends: The linear trends that `detrend` has removed from the training rows, one for each series. The run stores
            them.
        pca: Principal components to train on instead of the channels: a number, or `auto` for 99 % of the variance.
        force: Train although the recording is too short; the verdict is then `PARTLY` at best.
        lags: Forward delays in time steps; each channel becomes one column for each lag. Empty for no delay embedding.
        embed: `auto` chooses lags from the training data if none are given and the channels are not a state; the run
            stores them as `lags`. `none` trains on the channels as they are.
        test_fraction: Fraction of the rows that is held out for the final scores.
        in_sample: Test on the training recording itself, as some published protocols do. Such scores say nothing about
            new data.
        subject: Use only this subject of the recordings; repairs, components and delays are those of all subjects.
        hide: Fraction of the training values to hide, to measure the effect of missing values. Test values are kept.
        hide_length: Number of rows that are hidden together.
        hide_rows: Hide whole rows; otherwise the hidden rows of each channel are different.
        steps, noise, seed: Rows, observation noise (share of the standard deviation) and seed of a built-in system.
        size: Number of variables of a built-in system that exists in several sizes; 0 for its usual size.
        standardize: Scale every channel to mean 0 and standard deviation 1 for training.
    """

    source: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    phases: tuple[str, ...] = (AUTO,)
    trends: tuple[Trend, ...] = ()
    pca: str = Field(default="", pattern=r"^(auto|[1-9]\d*)?$")
    force: bool = False
    lags: tuple[int, ...] = ()
    embed: Literal["auto", "none"] = "auto"
    subject: str = ""
    test_fraction: float = Field(default=0.2, gt=0, lt=1)
    in_sample: bool = False
    hide: float = Field(default=0.0, ge=0, lt=1)
    hide_length: int = Field(default=1, ge=1)
    hide_rows: bool = False
    steps: int = Field(default=100_000, ge=100)
    noise: float = Field(default=0.05, ge=0)
    seed: Seed = 0
    size: int = Field(default=0, ge=0)
    standardize: bool = True

    @model_validator(mode="before")
    @classmethod
    def _step_in_words(cls, given: Any) -> Any:
        """A time step may be text, such as `4ms` or `250Hz`."""
        return {**given, **step_and_unit(given.get("dt"), given.get("unit", ""))} if isinstance(given, dict) else given

    @field_validator("dt", mode="before")
    @classmethod
    def _none_for_zero(cls, dt: Any) -> Any:
        """Configurations of version 0.1 have 0 where no time step was given."""
        return None if dt == 0 else dt

    @field_validator("embed", mode="before")
    @classmethod
    def _none_for_empty(cls, embed: Any) -> Any:
        """Configurations of earlier versions have an empty text where nothing was embedded."""
        return embed or "none"

    @field_validator(*LISTED, mode="before")
    @classmethod
    def _names_in_a_text(cls, names: Any) -> Any:
        """Names of axes, of dimensions and of columns that distinguish recordings may be one text with commas."""
        return listed_names(names) if isinstance(names, str) else names

    @field_validator(*_NAMES, "source", "test", "phases", mode="before")
    @classmethod
    def _one_or_more(cls, names: Any) -> Any:
        """A single name becomes a tuple of one."""
        return (names,) if isinstance(names, str) and names else names

    @field_validator("pca", mode="before")
    @classmethod
    def _number_as_text(cls, pca: Any) -> Any:
        """The number of components may be a number."""
        return str(pca) if isinstance(pca, int) and not isinstance(pca, bool) else pca

    @field_validator("*")
    @classmethod
    def _tuples(cls, value: Any) -> Any:
        """Lists become tuples, since settings never change."""
        return tuple(value) if isinstance(value, list) else value

    @model_validator(mode="after")
    def _possible(self) -> "DataConfig":
        self.check_reading()
        self.check_repairs()
        Phases.of(self.phases)
        return self

    @property
    def chooses_lags(self) -> bool:
        """Whether lags of a delay embedding are to be chosen from the data."""
        return not self.lags and self.embed == "auto"

    @property
    def known_phases(self) -> Phases:
        """The phases whose numbers are known: all of them once the settings are complete."""
        return Phases.of(self.phases)


class ModelConfig(Section):
    """The model to train.

    Attributes:
        dynamics: The dynamics and its settings; `attrax doctor` lists all kinds.
        latent_dim: Number of latent states; 0 chooses it from the dynamics and the number of channels.
        observation: The observation and its settings.
        kinds: Kinds of channels, by name or glob, such as `spikes*=poisson` or `mood=ordinal:5` for 5 levels. Other
            channels are `gaussian`, or as `observation` says. If several entries fit a channel, the last one is used.
        encoder_rows: Number of rows from which the states of counts, levels and labels are inferred.
        subject_dim: Number of networks that the subjects share; each subject combines them with its own weights. 0
            trains one network for all subjects. 3 is enough for subjects that differ in one parameter; use more if they
            differ in several.
    """

    dynamics: DynamicsChoice = DynamicsChoice()
    latent_dim: int = Field(default=0, ge=0)
    observation: ObservationChoice = ObservationChoice()
    kinds: tuple[str, ...] = ()
    encoder_rows: int = Field(default=20, ge=1, le=64)
    subject_dim: int = Field(default=0, ge=0)

    @property
    def units(self) -> int:
        """The number of hidden units, or of latent states if there is no hidden layer."""
        return self.dynamics.spec.number_of_units(self.latent_dim, self.dynamics.settings)

    def describe(self) -> str:
        """The title and the sizes of the dynamics, such as `shallow PLRNN, 3 latent, 50 hidden`."""
        return self.dynamics.spec.describe(self.latent_dim, self.dynamics.settings)


class TrainConfig(Section):
    """The training.

    Attributes:
        forcing: The teacher forcing, which corrects the state with the data.
        forced_dim: Number of latent states that are forced; 0 forces all that the data determine.
        loss: The loss to minimise.
        penalties: Penalties added to the loss.
        free_run_distance: Distance between short free runs and the data, added to the loss.
        updates: Number of parameter updates; 0 for as many as the budget of time allows (`tune.budget`).
        batch_size: Number of windows in a batch; 0 for a number that gives about 1,600 rows.
        window: Number of rows in a training window; 0 for two cycles of the fastest channel, between 75 and 200 rows,
            and shorter if the recording has fewer than twenty such windows. Much shorter windows make free runs less
            faithful.
        optimizer: The optimiser and its settings.
        learning_rate, final_learning_rate: Initial and final learning rate, with exponential decay in between.
        clip: Largest norm of a gradient; longer gradients are scaled down, because a few large ones can undo the
            training. 0 turns clipping off.
        fillings: How often missing values are filled by the best model so far, in the first half of training. 0 leaves
            them missing. Values that the model cannot estimate well always stay missing.
        restarts: Number of models trained in parallel from different seeds.
        candidates: How often free runs are compared with the training data, in the second half of training. The best
            of all restarts at all these times becomes the model. 1 compares the restarts at the end only.
        validation_fraction: Fraction of the training rows, the last ones, that are not trained on but compared with
            free runs. 0 trains on all rows and compares with them.
        patience: Stop training after this many candidates without improvement of any restart; candidates are then
            spread over the whole training. 0 trains to the end.
        dynamical_noise: Largest dynamical noise that free runs may get after the training, as a share of the one-step
            errors. As much is used as brings free runs nearest to the training data. 0 keeps them deterministic.
        scan: The method that computes orbits.
        chunk: Number of updates in one call of compiled code.
        checkpoint_seconds: Time between two checkpoints, in seconds.
    """

    forcing: ForcingChoice = ForcingChoice()
    forced_dim: int = Field(default=0, ge=0)
    loss: LossChoice = LossChoice()
    penalties: Penalties = Penalties()
    free_run_distance: DistanceChoice = DistanceChoice()
    updates: int = Field(default=0, ge=0)
    batch_size: int = Field(default=0, ge=0)
    window: int = Field(default=0, ge=0)
    optimizer: OptimizerChoice = OptimizerChoice()
    learning_rate: float = Field(default=1e-2, gt=0)
    final_learning_rate: float = Field(default=1e-5, gt=0)
    clip: float = Field(default=1.0, ge=0)
    fillings: int = Field(default=2, ge=0)
    restarts: int = Field(default=4, ge=1)
    candidates: int = Field(default=10, ge=1)
    validation_fraction: float = Field(default=0.0, ge=0, lt=1)
    patience: int = Field(default=0, ge=0)
    dynamical_noise: float = Field(default=1.0, ge=0, le=1)
    scan: ScanChoice = ScanChoice()
    chunk: int = Field(default=250, ge=1)
    checkpoint_seconds: float = Field(default=10.0, ge=0)

    @field_validator("window")
    @classmethod
    def _has_a_prediction(cls, window: int) -> int:
        if window == 1:
            raise ValueError("a training window needs at least 2 rows; 0 chooses a number")
        return window

    @property
    def told(self) -> str:
        """How the states are told about the data, in a few words for reports."""
        return self.forcing.spec.describe(self.forcing.settings) if self.loss.spec.forced else self.loss.spec.title

    def of_length(self, rows: float, rows_per_cycle: float) -> "TrainConfig":
        """The same settings with a training window and a batch size, if they are open.

        Args:
            rows: Number of consecutive rows of the recording.
            rows_per_cycle: Number of rows per cycle of the fastest channel; infinite if there are no cycles.
        """
        wanted = min(CYCLES_IN_WINDOW * rows_per_cycle, rows / WINDOWS_IN_RECORDING, LONGEST_WINDOW)
        window = self.window or max(int(wanted), SHORTEST_WINDOW)
        # Multiples of eight fill the registers of the processor.
        batch = self.batch_size or 8 * max(BATCH_ROWS // (8 * window), 1)
        return self.model_copy(update={"window": window, "batch_size": batch})


class TuneConfig(Section):
    """The choice of settings by short trainings (probes) before the training.

    Attributes:
        budget: Time for probes and training in seconds, or with a unit such as `10 min`, on two cores of a usual
            machine. It sets the number of updates if `train.updates` is 0. Raise it if the best model comes from the
            end of the training.
        settings: Names of the settings to choose, for example `train.window`. `auto` chooses `train.forcing` and
            `train.updates` if they were not given, but no forcing if `train.updates` is given and small. After the
            choice the list is empty, and the configuration of the run holds the chosen values.
    """

    budget: float = Field(default=USUAL_BUDGET, gt=0)
    settings: tuple[str, ...] | Literal["auto"] = "auto"

    @field_validator("budget", mode="before")
    @classmethod
    def _in_seconds(cls, budget: Any) -> Any:
        return duration(budget, "s", "--budget") if isinstance(budget, str) else budget

    @field_validator("settings")
    @classmethod
    def _known(cls, settings: tuple[str, ...] | Literal["auto"]) -> tuple[str, ...] | Literal["auto"]:
        unknown = [name for name in settings if name not in TUNABLE] if settings != "auto" else []
        if unknown:
            raise ValueError(f"{unknown[0]} cannot be tuned; can be: {', '.join(TUNABLE)}")
        return settings


class EvaluateConfig(Section):
    """The evaluation of the trained model.

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
