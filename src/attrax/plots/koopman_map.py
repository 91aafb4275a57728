"""The figure of Koopman spectra: least residuals over the complex plane, with eigenvalues and the verified spectrum."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Bool

from attrax.analysis.koopman.koopman_spectrum import SPURIOUS, Koopman
from attrax.core.number_text import number_text
from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.theme import Role
from attrax.plots.traces import AbstractTrace, Heatmap, Line, Marker, Points

LEAST_SHOWN = 1e-2
"""Residuals below this have the same color."""


def koopman_figure(spectra: Mapping[str, Koopman], *, name: str = "koopman") -> Figure:
    """Koopman spectra side by side: the least residual at every number of the complex plane, and the eigenvalues.

    Args:
        spectra: The spectra by the title of their panel, such as `recording` and `model`.
        name: File name of the figure, without suffix.

    Example:
        >>> import attrax, jax
        >>> from attrax.plots import koopman_figure
        >>> found = attrax.koopman_spectrum(np.sin(np.arange(400.0)), dictionary="delay", functions=3, spacing=0.2,
        ...                                 key=jax.random.key(0))
        >>> [trace.name for trace in koopman_figure({"sine": found}).panels[0].traces]
        ['log10 of the residual', 'unit circle', 'EDMD', 'verified']
    """
    counts = "; ".join(
        f"{title}: {len(found.verified)} verified values with residuals of at most {number_text(found.error_bound)}, "
        f"{int(found.spurious.sum())} of {len(found.eigenvalues)} eigenvalues of EDMD spurious"
        for title, found in spectra.items()
    )
    caption = (
        "Colors: the least residual that a function of the dictionary has at each number, on a logarithmic scale; the "
        "spectrum is where it is small. Filled circles: the verified spectrum. Diamonds: eigenvalues of extended "
        f"dynamic mode decomposition; crosses: those of them with a residual of {SPURIOUS} or more: spurious. "
        f"{counts[:1].upper()}{counts[1:]}."
    )
    panels = tuple(_panel(title, found) for title, found in spectra.items())
    return Figure(
        name=name, title="Spectrum of the Koopman operator", panels=panels, caption=caption, columns=min(len(panels), 2)
    )


def _panel(title: str, found: Koopman) -> Panel:
    grid, angle = found.grid, np.linspace(0, 2 * np.pi, 181)
    residuals = np.concatenate([grid.residuals[:0:-1], grid.residuals])
    height = np.concatenate([-grid.imaginary[:0:-1], grid.imaginary])
    colors = np.log10(np.maximum(residuals, LEAST_SHOWN))
    traces: list[AbstractTrace] = [
        Heatmap(x=grid.real, y=height, values=colors, name="log10 of the residual"),
        Line(x=np.cos(angle), y=np.sin(angle), name="unit circle", role=Role.TEXT, width=0.7),
    ]
    extent = float(grid.real.max())
    inside = np.maximum(np.abs(np.real(found.eigenvalues)), np.abs(np.imag(found.eigenvalues))) <= extent
    groups: tuple[tuple[Bool[np.ndarray, " function"], str, Role, Marker], ...] = (
        (inside & found.spurious, "EDMD, spurious", Role.SECOND, "cross"),
        (inside & ~found.spurious, "EDMD", Role.FIFTH, "diamond"),
    )
    for chosen, label, role, marker in groups:
        if chosen.any():
            z = found.eigenvalues[chosen]
            traces.append(Points(x=np.real(z), y=np.imag(z), name=label, role=role, marker=marker, size=4))
    if len(found.verified):
        z = found.verified
        traces.append(Points(x=np.real(z), y=np.imag(z), name="verified", role=Role.SEVENTH, marker="circle", size=7))
    return Panel(
        traces=tuple(traces),
        x=Axis(label="real part"),
        y=Axis(label="imaginary part"),
        title=title,
        equal=True,
    )
