"""The settings of a run, section by section: what each means, what it may be, what it is unless somebody decides."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from attrax.data.reading.read_options import ReadOptions
from attrax.data.repair.repair_options import RepairOptions
from attrax.reconstruct.settings.natural import NATURAL, Dynamics, Observation


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
        dynamics: `clipped` (shallow PLRNN with bounded free runs) or `shallow`; `vanilla`, `mean-centred`, `dendritic`,
            `clipped-dendritic` (bounded) or `almost-linear` PLRNNs, whose units are their latent states;
            `continuous`, a flow instead of a map, for rows that lie unevenly in time; or the gated cells `gru`, `lstm`
            and `lem`, for comparison.
        latent_dim: Number of latent states; 0 chooses by the dynamics and the number of channels.
        hidden_dim: Number of hidden units of shallow PLRNNs.
        bases: Number of ramps in a unit of dendritic PLRNNs.
        nonlinear_dim: Number of rectified states of almost-linear PLRNNs.
        kinks: Number of hidden units of continuous PLRNNs; every plane crossed costs time.
        observation: What the channels are: `identity` (states), `affine` (mixtures of states), `offset` (around a
            level), `gaussian` (with noise that is learned); `poisson` or `zero-inflated-poisson` counts, `ordinal`
            levels or `categorical` labels, numbered from 0. `auto` is `identity` or `affine`, by the dynamics and the
            number of channels.
        kinds: Channels that are something else, by name or glob, such as `spikes*=poisson` or `mood=ordinal:5` with 5
            levels; the others are `gaussian` unless `observation` says otherwise. Of several that fit, the last.
        encoder_rows: Rows that states of counts, levels and labels are read from.
        bounded: Keep |A| below 1 by construction. Gated cells have no A.
        subject_dim: Networks that several subjects share, each mixing them in its own way; 0 learns one network for
            all. 3 tells subjects apart that differ in one parameter; more where they differ in more ways.
    """

    dynamics: Dynamics = "clipped"
    latent_dim: int = Field(default=0, ge=0)
    hidden_dim: int = Field(default=100, ge=1)
    bases: int = Field(default=20, ge=1)
    nonlinear_dim: int = Field(default=2, ge=1)
    kinks: int = Field(default=40, ge=1)
    observation: Observation = "auto"
    kinds: tuple[str, ...] = ()
    encoder_rows: int = Field(default=20, ge=1, le=64)
    bounded: bool = True
    subject_dim: int = Field(default=0, ge=0)

    def describe(self) -> str:
        """The dynamics and its size in words."""
        natural = NATURAL[self.dynamics]
        sizes = {"hidden_dim": "hidden", "bases": "bases", "nonlinear_dim": "rectified", "kinks": "kinks"}
        own = [f"{getattr(self, name)} {word}" for name, word in sizes.items() if name in natural.settings]
        return ", ".join([natural.title, f"{self.latent_dim} latent", *own])


class TrainConfig(Section):
    """How it is learned.

    Attributes:
        forcing: `generalized` (fixed alpha), `adaptive` (alpha follows the Jacobians) or `sparse` (every tau steps).
            `auto` is generalized, but adaptive for recordings with few rows in a cycle, whose states drift apart by far
            more in a step than any fixed alpha foresees; unless alpha is given.
        alpha: Forcing strength; the initial one if adaptive.
        estimator: Growth estimate of adaptive forcing.
        decay, every: Averaging and interval of adaptive forcing.
        tau: Forcing interval of sparse forcing, in steps.
        forced_dim: Force only so many coordinates; 0 forces all that the data imply.
        warmup: Predictions at the beginning of a window that are forced but do not count.
        noise: Standard deviation of noise on the teacher signals, in that of the channels.
        reconstruction: Weight in the loss of what encoded states say about values that were hidden from the encoder.
        weight_penalty, condition_penalty: Strength of the penalties on weights and on the loadings B.
        manifold_penalty, manifold_dim: Strength of the penalty that makes so many latent states, the last ones, keep
            what they hold, for time scales much longer than a window; PLRNNs only.
        invariant: Train free runs of `invariant_steps` steps to visit the states of the data, too: `mmd`, `sinkhorn`,
            or `spectrum` for their rhythms. Empty trains on forced predictions alone.
        invariant_weight, invariant_steps: Share of that in the loss, and length of its free runs.
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
        scan: `auto` takes loops compiled for the processor where there are any, and otherwise `sequential`, the general
            path; `newton` solves for all steps of a window at once, for very long windows on a GPU.
        chunk: Updates between two looks at the clock.
        checkpoint_seconds: Time between two checkpoints.
    """

    forcing: Literal["auto", "generalized", "adaptive", "sparse"] = "auto"
    alpha: float = Field(default=0.125, ge=0, le=1)
    estimator: Literal[
        "arithmetic_mean", "product_upper_bound", "explog_approximation", "batch_maximum", "jacobian_upper_bound"
    ] = "arithmetic_mean"
    decay: float = Field(default=0.999, ge=0, le=1)
    every: int = Field(default=5, ge=1)
    tau: int = Field(default=25, ge=1)
    forced_dim: int = Field(default=0, ge=0)
    warmup: int = Field(default=0, ge=0)
    noise: float = Field(default=0.0, ge=0)
    reconstruction: float = Field(default=1.0, ge=0)
    weight_penalty: float = Field(default=0.0, ge=0)
    condition_penalty: float = Field(default=0.0, ge=0)
    manifold_penalty: float = Field(default=0.0, ge=0)
    manifold_dim: int = Field(default=1, ge=1)
    invariant: Literal["", "mmd", "sinkhorn", "spectrum"] = ""
    invariant_weight: float = Field(default=0.1, gt=0)
    invariant_steps: int = Field(default=25, ge=2)
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
    scan: Literal["auto", "sequential", "newton"] = "auto"
    chunk: int = Field(default=250, ge=1)
    checkpoint_seconds: float = Field(default=10.0, ge=0)


class EvaluateConfig(Section):
    """How the result is judged.

    Attributes:
        measures: `default`, or `gtf2023` for the published protocol.
        horizon: Steps ahead of the short-term error.
        threshold: Normalised error at which a forecast has stopped being valid.
        starts: Places along the recording from which free runs and long forecasts start.
    """

    measures: Literal["default", "gtf2023"] = "default"
    horizon: int = Field(default=20, ge=1)
    threshold: float = Field(default=0.4, gt=0)
    starts: int = Field(default=20, ge=1)
