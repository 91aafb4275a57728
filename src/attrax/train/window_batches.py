"""Batches of windows: short pieces of recordings, drawn at random from the training data."""

from collections.abc import Sequence
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray, Shaped

from attrax.data.series import Dataset
from attrax.data.windows import Windows, cut_windows, padded
from attrax.optimise import AbstractBatches


class Batch(NamedTuple):
    """A batch of windows.

    Attributes:
        x: Standardised values. Missing values hold a guess; it is used only in the first row of a window, from which
            the first state is inferred.
        mask: True where observed; None if no value is missing.
        s: External inputs; None if there are none.
        subject: Index of the subject of each window; None if subjects are not distinguished.
        durations: Time between each row and the row before it; None if it is always the time step of the dynamics.
        counted: True where a prediction is compared with the value; None if this is the same as `mask`. Values that a
            model has filled in are used for forcing but not compared, because a model must not be trained on its own
            predictions.
        first: Number of the first row of each window among all training rows; None if it is not known.

    Example:
        >>> batch = Batch(jnp.zeros((16, 200, 3)), mask=None, s=None)
        >>> batch.x.shape, batch.subject is None
        ((16, 200, 3), True)
    """

    x: Float[Array, "window time obs"]
    mask: Bool[Array, "window time obs"] | None
    s: Float[Array, "window time input"] | None
    subject: Int[Array, " window"] | None = None
    durations: Float[Array, "window time"] | None = None
    counted: Bool[Array, "window time obs"] | None = None
    first: Int[Array, " window"] | None = None


class WindowBatches(AbstractBatches):
    """Batches of windows, drawn uniformly and with replacement from all positions in all series.

    If subjects are distinguished, each is drawn equally often, whatever the length of its recording, because the
    vector of a subject is learned only from its own windows.

    Args:
        windows: The rows of all recordings and the possible first rows of windows, on the device. Rows and first rows
            are padded, so that recordings of similar length share a compiled program.
        total: Number of windows to draw from.
        length: Number of rows in a window. Longer windows show slower time scales and cost proportionally more.
        size: Number of windows in a batch.

    Example:
        >>> import numpy as np
        >>> from attrax.reading import load
        >>> batches = WindowBatches.cut(load(np.arange(100.0)), length=10, size=4)
        >>> batches.draw(jax.random.key(0), jnp.asarray(0)).x.shape
        (4, 10, 1)
    """

    windows: Windows = eqx.field(converter=lambda windows: jax.tree.map(jnp.asarray, windows))
    total: Int[Array, ""] = eqx.field(converter=jnp.asarray)
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
        """Create batches of windows from recordings.

        Args:
            dataset: The standardised recordings.
            length: Number of rows in a window.
            size: Number of windows in a batch.
            subjects: Names of the subjects in the order of a hierarchical model; empty for other models.
            measured: The recordings before gaps were filled; the loss uses only values observed in them. None if no
                gaps were filled.

        Raises: DataError D104 if every recording, or every recording of a subject, is shorter than a window.
        """
        windows = cut_windows(dataset, length, subjects=subjects, measured=measured)
        return cls(padded(windows), len(windows.starts), length, size)

    @classmethod
    def cut_each(cls, datasets: Sequence[Dataset], *, length: int = 200, size: int = 16) -> tuple["WindowBatches", ...]:
        """Separate batches of windows for each recording of a family, with arrays of equal shapes (`meta.Tasks`).

        Args:
            datasets: The standardised recordings. Either all of them have missing values, inputs or uneven times, or
                none has.
            length: Number of rows in a window.
            size: Number of windows in a batch.

        Raises: DataError D104 if a recording is shorter than a window.
        """
        cuts = [cut_windows(dataset, length) for dataset in datasets]
        rows, starts = (max(len(getattr(cut, name)) for cut in cuts) for name in ("x", "starts"))
        return tuple(cls(padded(cut, rows, starts), len(cut.starts), length, size) for cut in cuts)

    def draw(self, key: PRNGKeyArray, step: Int[Array, ""]) -> Batch:
        """Draw `size` random windows."""
        del step
        w = self.windows
        starts, subject = self._starts(key)

        def cut(array: Shaped[Array, "row ..."]) -> Shaped[Array, "window time ..."]:
            return jax.vmap(lambda start: jax.lax.dynamic_slice_in_dim(array, start, self.length))(starts)

        x, mask, s, durations, counted = jax.tree.map(cut, (w.x, w.mask, w.inputs, w.durations, w.counted))
        return Batch(x, mask, s, subject, durations, counted, starts)

    def _starts(self, key: PRNGKeyArray) -> tuple[Int[Array, " window"], Int[Array, " window"] | None]:
        """The first rows of the drawn windows, and their subjects."""
        w = self.windows
        if w.counts is None:
            return w.starts[jax.random.randint(key, (self.size,), 0, self.total)], None
        k_subject, k_window = jax.random.split(key)
        subject = jax.random.randint(k_subject, (self.size,), 0, len(w.counts))
        first = jnp.cumsum(w.counts) - w.counts
        within = jax.random.randint(k_window, (self.size,), 0, w.counts[subject])
        return w.starts[first[subject] + within], subject
