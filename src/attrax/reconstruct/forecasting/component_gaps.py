r"""Missing values of channels behind principal components.

A row with a gap in any channel has no components. What was observed in it still tells much about them: with components
$y$, the channels in their units are $V y + e$, where $e$ is what the left-out components describe.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from attrax.data.embedding.projection import Projection
from attrax.data.repair.complete_stretches import complete_rows
from attrax.data.series import Dataset, Series
from attrax.reconstruct.learning.filling import SPREAD_LIMITS

_SMALLEST_REST = 1e-6
"""Least variance of a channel that is left to the omitted components, as a share of its own. It keeps sums regular."""


class Estimate(NamedTuple):
    """Values with the standard deviations of their errors; 0 where a value was observed."""

    x: Float[np.ndarray, "time obs"]
    spread: Float[np.ndarray, "time obs"]


@dataclass(frozen=True, eq=False)
class ComponentGaps:
    """A recording with gaps whose model has principal components as channels.

    Attributes:
        recorded: The recording, with the channels that the components were computed from, in their order.
        projection: The components.
        variances: The variance of each component in the training rows.
    """

    recorded: Series
    projection: Projection
    variances: Float[np.ndarray, " component"]

    @cached_property
    def components(self) -> Series:
        """The recording in components. Rows with few gaps have them too; what is left of the others is missing."""
        (seen,) = self.projection.apply(Dataset((self.recorded,)))
        if seen.mask is None:
            return seen
        x, mask, limit = seen.x.copy(), seen.mask.copy(), SPREAD_LIMITS[0] * np.sqrt(self.variances)
        for t in self._gappy:
            y, covariance = self._given(t, np.zeros_like(self.variances), self.variances)
            if (np.sqrt(np.diag(covariance)) < limit).all():
                x[t], mask[t] = y, True
        return seen.replace(x=x, inputs=seen.inputs, mask=None if mask.all() else mask)

    def channels(
        self, expected: Float[np.ndarray, "time component"], spread: Float[np.ndarray, "time component"]
    ) -> Estimate:
        r"""The channels, from what a model expects of the components and from what was observed in the same row.

        The components of a row have the expected values and spreads as a prior, or their mean and variance over the
        recording if nothing is expected of them. Observed channels then correct them, as in a Kalman filter. A missing
        value is given if the standard deviation of its part in the components is below 0.3 of that of its channel, or
        if all components of its row are expected.

        Args:
            expected: The expected components; NaN where the model gives none.
            spread: Their standard deviations.

        Cost: Of order rows with gaps × channels × components².
        """
        p, recorded = self.projection, self.recorded
        # Rows before the first one that a delayed copy is known of.
        early = ((len(recorded) - len(expected), 0), (0, 0))
        expected, spread = (np.pad(part, early, constant_values=np.nan) for part in (expected, spread))
        x, out = recorded.values.copy(), np.zeros(recorded.x.shape)
        known = np.isfinite(expected)
        mean = np.where(known, expected, 0.0)
        variance = np.where(known, spread**2, self.variances)
        for t in self._gappy:
            gap, sure = ~recorded.observed_mask[t], self.components.observed_mask[t].all()
            prior = (np.zeros_like(self.variances), self.variances) if sure else (mean[t], variance[t])
            y, covariance = self._given(t, *prior)
            V = p.components[gap]
            part = np.einsum("ck,kl,cl->c", V, covariance, V)
            given = known[t].all() | (part < SPREAD_LIMITS[1] ** 2 * self._channel_variances[gap])
            x[t, gap] = np.where(given, p.mean[gap] + p.scale[gap] * (V @ y), np.nan)
            out[t, gap] = p.scale[gap] * np.sqrt(part + self._rest[gap])
        return Estimate(x, out)

    @property
    def _gappy(self) -> list[int]:
        """The rows with a missing value."""
        return np.flatnonzero(~complete_rows(self.recorded)).tolist()

    @cached_property
    def _channel_variances(self) -> Float[np.ndarray, " obs"]:
        """The variance of each channel in units of the projection: its weight."""
        weights = dict(self.recorded.weights)
        return np.array([weights.get(name, 1.0) for name in self.recorded.channels])

    @cached_property
    def _rest(self) -> Float[np.ndarray, " obs"]:
        """The variance of each channel that the components leave to others."""
        whole = self._channel_variances
        return np.maximum(whole - self.projection.components**2 @ self.variances, _SMALLEST_REST * whole)

    def _given(
        self, t: int, mean: Float[np.ndarray, " component"], variance: Float[np.ndarray, " component"]
    ) -> tuple[Float[np.ndarray, " component"], Float[np.ndarray, "component component"]]:
        """Mean and covariance of the components of row `t`, given what was observed in it."""
        seen: Bool[np.ndarray, " obs"] = self.recorded.observed_mask[t]
        p = self.projection
        V, rest = p.components[seen], self._rest[seen, None]
        z = (self.recorded.x[t, seen] - p.mean[seen]) / p.scale[seen]
        precision = np.diag(1 / variance) + V.T @ (V / rest)
        covariance = np.linalg.inv(precision)
        return covariance @ (mean / variance + (V / rest).T @ z), covariance
