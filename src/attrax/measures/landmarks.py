"""Landmarks: a few states of a recording that cover it, and how sparse the recording is around each of them."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float


class Landmarks(NamedTuple):
    """Some states of a recording, far from each other.

    Attributes:
        distances: The distance between every two of them.
        codensity: For each, the root mean square distance to the nearest rows: large where rows are sparse.
        cover: Largest distance of any row to the nearest landmark.
    """

    distances: Float[np.ndarray, "landmark landmark"]
    codensity: Float[np.ndarray, " landmark"]
    cover: float


def landmarks(x: Float[np.ndarray, "time obs"], n: int, mass: float) -> Landmarks:
    r"""Choose at most `n` rows, each the farthest one from those before, and measure the sparseness around them.

    The first one is the row nearest to the mean. The result does not depend on the order of the rows, except where two
    distances are equal. Fewer are returned if there are fewer different rows.

    The codensity is the distance to a measure, $d(p)^2 = \frac1k \sum_{j \le k} |p - x_{(j)}|^2$ with the $k$ rows
    $x_{(j)}$ nearest to $p$, where $k$ is the share `mass` of the rows, the row $p$ itself among them. It moves by
    at most $W / \sqrt{m}$ if the recording moves by the Wasserstein distance $W$ ($m$ = `mass`).

    Args:
        x: The states, one a row.
        n: Most landmarks.
        mass: Share of the rows whose distances count, at most 1.

    Cost: O(n * time * obs), and `n` distances of each row in memory.

    References:
        Chazal, Cohen-Steiner & Mérigot, Geometric inference for probability measures, Foundations of Computational
        Mathematics 2011 [@chazal2011].
    """
    chosen = int(np.argmin(((x - x.mean(axis=0)) ** 2).sum(axis=1)))
    rows: list[int] = []
    distances: list[Float[np.ndarray, " time"]] = []
    nearest = np.full(len(x), np.inf)
    while len(rows) < n and nearest[chosen] > 0:
        distances.append(np.sqrt(((x - x[chosen]) ** 2).sum(axis=1)))
        rows.append(chosen)
        np.minimum(nearest, distances[-1], out=nearest)
        chosen = int(nearest.argmax())
    to_rows, k = np.array(distances), max(1, round(mass * len(x)))
    closest = np.partition(to_rows, k - 1, axis=1)[:, :k]
    return Landmarks(to_rows[:, rows], np.sqrt((closest**2).mean(axis=1)), float(nearest.max()))
