"""Batches of windows: short stretches of recordings, from anywhere in the data."""

from collections.abc import Sequence
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray, Shaped

from attrax.data.series import Dataset
from attrax.data.windows import Windows, cut_windows
from attrax.optimise import AbstractBatches


class Batch(NamedTuple):
    """Windows of recordings.

    Attributes:
        x: Values, standardised. Of missing ones only those of the first row matter: the first state is inferred from
            them.
        mask: True where observed; None if nothing is missing anywhere.
        s: External inputs, if there are any.
        subject: Which subject each window comes from, if they are told apart.
        durations: Time before each row since the row before it; None where it is the time step of the dynamics.
        counted: True where a value may be compared with its prediction; None where all of `mask` may. Others, which a
            model has filled in, only force: it must not be made to believe what it has said itself.
    """

    x: Float[Array, "window time obs"]
    mask: Bool[Array, "window time obs"] | None
    s: Float[Array, "window time input"] | None
    subject: Int[Array, " window"] | None = None
    durations: Float[Array, "window time"] | None = None
    counted: Bool[Array, "window time obs"] | None = None


class WindowBatches(AbstractBatches):
    """Windows drawn with replacement, uniformly over every place where one fits, in whichever series.

    Where subjects are told apart, each is drawn as often as any other, however long its recording: its vector is
    learned from its own windows alone.

    Args:
        windows: The rows of all recordings and the places where windows begin, on the device.
        length: Rows in a window; longer sees slower time scales and costs proportionally more.
        size: Windows in a batch.
    """

    windows: Windows = eqx.field(converter=lambda windows: jax.tree.map(jnp.asarray, windows))
    length: int = eqx.field(static=True)
    size: int = eqx.field(static=True)

    @classmethod
    def cut(
        cls,
        dataset: Dataset,
        *,
        length: int = 200,
        size: int = 16,
        subjects: Sequence[str] = (),
        measured: Dataset | None = None,
    ) -> "WindowBatches":
        """Windows of recordings.

        Args:
            dataset: The recordings, standardised.
            length: Rows in a window.
            size: Windows in a batch.
            subjects: Names of the subjects that a hierarchical model tells apart, in its order; none for other models.
            measured: The recordings before their gaps were filled, if they were; only values that it holds count.

        Raises: DataError D104 if no window fits, or none of a subject.
        """
        return cls(cut_windows(dataset, length, subjects=subjects, measured=measured), length, size)

    def draw(self, key: PRNGKeyArray, step: Int[Array, ""]) -> Batch:
        """So many windows."""
        del step
        w = self.windows
        starts, subject = self._starts(key)

        def cut(array: Shaped[Array, "row ..."]) -> Shaped[Array, "window time ..."]:
            return jax.vmap(lambda start: jax.lax.dynamic_slice_in_dim(array, start, self.length))(starts)

        x, mask, s, durations, counted = jax.tree.map(cut, (w.x, w.mask, w.inputs, w.durations, w.counted))
        return Batch(x, mask, s, subject, durations, counted)

    def _starts(self, key: PRNGKeyArray) -> tuple[Int[Array, " window"], Int[Array, " window"] | None]:
        """The first rows of the windows and the subjects that they come from."""
        w = self.windows
        if w.counts is None:
            return jax.random.choice(key, w.starts, (self.size,)), None
        k_subject, k_window = jax.random.split(key)
        subject = jax.random.randint(k_subject, (self.size,), 0, len(w.counts))
        first = jnp.cumsum(w.counts) - w.counts
        within = jax.random.randint(k_window, (self.size,), 0, w.counts[subject])
        return w.starts[first[subject] + within], subject
