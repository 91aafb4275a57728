"""What is found about structure: fixed points, cycles, and the manifolds of saddles."""

import jax
import numpy as np
from jaxtyping import Complex, Float

from attrax.analysis import Cycles, FixedPoints, Manifold, cycles, fixed_points, manifolds
from attrax.core.dynamics import AbstractPiecewiseLinear
from attrax.core.result import Result
from attrax.data.diagnosis.cycle_count import count_cycles
from attrax.plots.structure import PeriodicOrbit, eigenvalues_figure, manifolds_figure, structure_figure
from attrax.reconstruct.findings.finding import Count, Finding, Task, number

SHOWN_POINTS = 10
SHOWN_NAMES = 4
SHOWN_SADDLES = 3
# With more states the way back leads through too many regions, and no picture would show it.
SEEN_DIM = 3
MOST_PIECES = 20_000
MANIFOLD_SAMPLES = 12
# Manifolds are followed until they have grown by so much, or for so many rounds: near a weak saddle a step is short.
GROWTH = 1e4
LONGEST_ROUNDS = 600
# Smooth maps are searched by Newton's method, which for a flow integrates it at every step.
SMOOTH_BUDGET = 10_000


def search_fixed_points(task: Task, count: Count) -> FixedPoints:
    """The fixed points of the target, searched for once."""
    if "fixed_points" not in task.shared:
        dynamics, key = task.target.dynamics, jax.random.key(task.seed)
        task.shared["fixed_points"] = fixed_points(dynamics, budget=_budget(task), progress=count, key=key)
    return task.shared["fixed_points"]


def find_fixed_points(task: Task, count: Count) -> Finding:
    """The fixed points in the coordinates of the recording, with their eigenvalues."""
    found = search_fixed_points(task, count)
    x = task.target.observe(found.z)
    facts = {
        "x": x,
        "z": found.z,
        "kind": [kind.value for kind in found.kind],
        "eigenvalues": found.eigenvalues,
        "residual": found.residual,
        "on_border": found.on_border,
        "continua": len(found.continua),
        "tried": found.tried,
        "exhaustive": found.exhaustive,
        "names": task.target.names,
    }
    names = task.target.names[:SHOWN_NAMES]
    more = f"; the {SHOWN_POINTS} least unstable:" if len(found) > SHOWN_POINTS else ""
    rows = tuple(
        (
            str(i + 1),
            found.kind[i].value,
            *(number(value) for value in x[i, : len(names)]),
            number(float(np.abs(found.eigenvalues[i]).max())),
        )
        for i in range(min(len(found), SHOWN_POINTS))
    )
    figures = ()
    if len(task.x) and len(found):
        some = _recurrent(x[:, None], found.eigenvalues)
        figures = (structure_figure(task.x, some, task.target.names, name="fixed_points"),)
    return Finding(
        "fixed_points",
        found.result,
        facts,
        (_how_many(len(found), "fixed point", found.tried, exhaustive=found.exhaustive) + more,),
        ("", "kind", *names, "max |μ|"),
        rows,
        figures,
    )


def find_cycles(task: Task, count: Count) -> Finding:
    """The cycles of every order from 2 up to the one asked for, drawn together with the fixed points."""
    found: list[Cycles] = []
    for order in range(2, task.order + 1):

        def report(done: int, total: int, before: int = order - 2) -> None:
            count(before * total + done, (task.order - 1) * total)

        key = jax.random.fold_in(jax.random.key(task.seed), order)
        found.append(cycles(task.target.dynamics, order, budget=_budget(task), progress=report, key=key))
    points = search_fixed_points(task, count)
    everything = _recurrent(task.target.observe(points.z)[:, None], points.eigenvalues)
    everything += [r for c in found for r in _recurrent(_observed(task, c), c.eigenvalues)]
    rows = tuple(
        (
            str(c.order),
            str(len(c)),
            str(int(c.stable.sum())),
            f"{c.tried:,}",
            "yes" if c.exhaustive else "no",
        )
        for c in found
    )
    figures = ()
    if len(task.x) and everything:
        figures = (
            structure_figure(task.x, everything, task.target.names, name="cycles"),
            eigenvalues_figure(everything),
        )
    return Finding(
        "cycles",
        next((c.result for c in found if c.result is not Result.SUCCESSFUL), Result.SUCCESSFUL),
        {"names": task.target.names, "orders": [_facts(task, c) for c in found]},
        (_cycles_line(task, sum(map(len, found))),),
        ("order", "found", "stable", "tried", "exhaustive"),
        rows,
        figures,
    )


def find_manifolds(task: Task, count: Count) -> Finding | None:
    """The manifolds of the saddles among the fixed points; none where they cannot be followed and seen."""
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
            lines[-1] += f"; they meet in {len(homoclinic):,} points"
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


def _cycles_line(task: Task, n: int) -> str:
    """How many cycles there are, and why there are few if an orbit moves little in a step."""
    line = f"{n:,} cycles of order 2 to {task.order}"
    turns = max(map(count_cycles, task.x.T)) if len(task.x) else 0
    turn = len(task.x) / max(turns, 1)
    if task.order >= turn / 2:
        return line
    return f"{line}; few are to be expected, as an orbit turns once in about {turn:,.0f} steps"


def _rounds(eigenvalues: Complex[np.ndarray, " latent"]) -> int:
    """Steps in which the fastest unstable direction grows by `GROWTH`."""
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
        f"off by {found.departure.max(initial=0.0):.0e}"
    )


def _budget(task: Task) -> int:
    smooth = not isinstance(task.target.dynamics, AbstractPiecewiseLinear)
    return min(task.budget, SMOOTH_BUDGET) if smooth else task.budget


def _observed(task: Task, found: Cycles) -> Float[np.ndarray, "cycle order obs"]:
    return task.target.observe(found.z)


def _recurrent(
    x: Float[np.ndarray, "cycle order obs"], eigenvalues: Complex[np.ndarray, "cycle latent"]
) -> list[PeriodicOrbit]:
    return [PeriodicOrbit(points, mu) for points, mu in zip(x, eigenvalues, strict=True)]


def _facts(task: Task, found: Cycles) -> dict:
    return {
        "order": found.order,
        "x": _observed(task, found),
        "z": found.z,
        "kind": [kind.value for kind in found.kind],
        "eigenvalues": found.eigenvalues,
        "residual": found.residual,
        "on_border": found.on_border,
        "continua": len(found.continua),
        "tried": found.tried,
        "exhaustive": found.exhaustive,
        "result": found.result.name,
    }


def _how_many(n: int, what: str, tried: int, *, exhaustive: bool) -> str:
    how = f"every one of {tried:,} regions was tried" if exhaustive else f"{tried:,} candidates were solved"
    return f"{n:,} {what}{'' if n == 1 else 's'}; {how}"
