"""The figure of many subjects: their feature vectors in two dimensions, and the variance of each feature."""

import numpy as np
from jaxtyping import Float

from attrax.core.number_text import share_text
from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.theme import Role
from attrax.plots.traces import Line, Points

NAMED = 4


def subjects_figure(
    features: Float[np.ndarray, "subject feature"], names: tuple[str, ...], *, name: str = "subjects"
) -> Figure:
    """The first two features of every subject (left) and the share of the variance in each feature (right).

    Args:
        features: One row for each subject; the feature that varies most comes first.
        names: Names of the subjects.
        name: File name of the figure, without suffix.
    """
    variance = features.var(axis=0)
    shares = variance / variance.sum() if variance.sum() > 0 else variance
    shown = np.pad(features, ((0, 0), (0, max(0, 2 - features.shape[1]))))[:, :2]
    ordered = [names[i] for i in np.argsort(shown[:, 0]).tolist()]
    caption = (
        f"{len(names)} subjects. The first two features hold {share_text(shares[:2].sum())} of the variance of their "
        f"vectors; neighbours have similar dynamics. Along the first, lowest: "
        f"{', '.join(ordered[:NAMED])}; highest: {', '.join(ordered[-NAMED:])}."
    )
    place = np.arange(1.0, len(shares) + 1)
    panels = (
        Panel(
            traces=(Points(x=shown[:, 0], y=shown[:, 1], role=Role.DATA),),
            x=Axis(label="first feature"),
            y=Axis(label="second feature"),
            title="subjects",
        ),
        Panel(
            traces=(Line(x=place, y=shares, role=Role.MUTED), Points(x=place, y=shares)),
            x=Axis(label="feature", integer=True),
            y=Axis(label="share of the variance", bounds=(0.0, 1.05)),
            title="features",
        ),
    )
    return Figure(name=name, title="Subjects", panels=panels, caption=caption, columns=2)
