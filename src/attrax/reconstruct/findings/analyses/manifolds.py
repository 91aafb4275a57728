"""Stable and unstable manifolds of saddle points."""

import jax
import numpy as np
from jaxtyping import Complex

from attrax.analysis import (
    Manifold,
    manifolds,
)
from attrax.core.dynamics import AbstractPiecewiseLinear
from attrax.core.result import Result
from attrax.plots.structure import manifolds_figure
from attrax.reconstruct.findings.analysis_spec import AnalysisSpec
from attrax.reconstruct.findings.finding import AnalysisTask, Count, Finding
from attrax.reconstruct.findings.recurrent_points import search_fixed_points

SHOWN_SADDLES = 3
# With more states, backward steps cross too many linear regions, and a figure could not show the manifolds.
SEEN_DIM = 3
MOST_PIECES = 20_000
MANIFOLD_SAMPLES = 12
# Manifolds are followed until they have grown by this factor, or for this many rounds (growth is slow at weak saddles).
GROWTH = 1e4
LONGEST_ROUNDS = 600


def find_manifolds(task: AnalysisTask, count: Count) -> Finding | None:
    """The manifolds of the saddle points; None if the map is not piecewise linear, or has more than three states.

    Args:
        task: The map and the settings.
        count: Function called with the steps done and their total.
    """
    target = task.target
    if not isinstance(target.dynamics, AbstractPiecewiseLinear) or target.dynamics.latent_dim > SEEN_DIM:
        return None
    points = search_fixed_points(task, count)
    modulus = np.abs(points.eigenvalues)
    saddles = np.flatnonzero((modulus > 1).any(axis=1) & (modulus < 1).any(axis=1) & ~points.on_border)[:SHOWN_SADDLES]
    facts, lines, figures, results = [], [], [], []
    for i, saddle in enumerate(saddles):

        def report(done: int, total: int, before: int = i) -> None:
            count(before * total + done, len(saddles) * total)

        z = points.z[saddle][None]
        found = manifolds(
            target.dynamics,
            z,
            rounds=_rounds(points.eigenvalues[saddle]),
            limit=MOST_PIECES,
            samples=MANIFOLD_SAMPLES,
            progress=report,
            key=jax.random.key(task.seed),
        )
        sides = {"stable": found.stable, "unstable": found.unstable}
        x = {side: target.observe(m.segments) for side, m in sides.items()}
        point = target.observe(z)
        homoclinic = target.observe(found.homoclinic)
        facts.append({"x": point[0], "homoclinic": homoclinic, **{s: _manifold_facts(m) for s, m in sides.items()}})
        lines.append(f"saddle {saddle + 1}: " + ", ".join(_manifold_line(*side) for side in sides.items()))
        if len(homoclinic):
            lines[-1] += f"; they intersect in {len(homoclinic):,} points"
        results += [m.result for m in sides.values()]
        if len(task.x):
            name = f"manifolds_{saddle + 1}"
            figures.append(
                manifolds_figure(
                    task.x, point, x["stable"], x["unstable"], target.names, homoclinic=homoclinic, name=name
                )
            )
    return Finding(
        "manifolds",
        next((r for r in results if r is not Result.SUCCESSFUL), Result.SUCCESSFUL),
        {"names": target.names, "saddles": facts},
        tuple(lines) or ("no saddle among the fixed points",),
        figures=tuple(figures),
    )


def _rounds(eigenvalues: Complex[np.ndarray, " latent"]) -> int:
    """Number of steps in which the fastest unstable direction grows by the factor `GROWTH`."""
    return int(np.clip(np.ceil(np.log(GROWTH) / np.log(np.abs(eigenvalues).max())), 1, LONGEST_ROUNDS))


def _manifold_facts(found: Manifold) -> dict:
    return {
        "dim": found.dim,
        "pieces": len(found.segments),
        "departure": found.departure.max(initial=0.0),
        "result": found.result.name,
    }


def _manifold_line(side: str, found: Manifold) -> str:
    return (
        f"{side} manifold of dimension {found.dim}, {len(found.segments):,} pieces, "
        f"error {found.departure.max(initial=0.0):.0e}"
    )


SPEC = AnalysisSpec(
    "manifolds of saddles",
    find_manifolds,
    place=5,
    needs="the map is not piecewise linear, or has more than three states",
    figures=("manifolds_1", "manifolds_2", "manifolds_3"),
)
