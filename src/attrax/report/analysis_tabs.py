"""The tabs with the results of `attrax analyze`: exponents, fixed points, cycles, attractors."""

import shlex

from attrax.reconstruct.findings.finding import number
from attrax.report.page_parts import HtmlTable, Picture, Tab
from attrax.report.report_data import ReportData, differs_from_zero

# The exponent along a flow is exactly zero. In a map it is small compared with the largest one, though often by more
# than its standard error.
NEGLIGIBLE = 0.1
SHOWN_POINTS = 20


def chaos(m: ReportData) -> Tab:
    """The tab of the Lyapunov exponents and their meaning."""
    found = m.analysis.get("lyapunov", {})
    if not found.get("exponents"):
        return Tab("Chaos", ("Exponents have not been computed yet.",), commands=_analyze(m))
    unit = m.evidence.unit
    errors = found.get("std_error") or [None] * len(found["exponents"])
    largest = found["exponents"][0]
    rows = tuple(
        (f"λ{i}", _number(value, error), _kind(value, error, largest))
        for i, (value, error) in enumerate(zip(found["exponents"], errors, strict=True), start=1)
    )
    head = ("", f"1/{unit}" if unit else "per unit of time", "")
    texts = [str(found.get("message", "")).capitalize() + "."]
    if m.lyapunov_time is not None:
        time = f"{m.lyapunov_time:.3g} {unit or 'units of time'}"
        texts.insert(0, f"The model is chaotic: small errors grow by a factor of e = 2.72 in {time}.")
    return Tab("Chaos", tuple(texts), (HtmlTable("Lyapunov exponents", head, rows),), (), _pictures(m, ("lyapunov",)))


def _kind(value: float | None, error: float | None, largest: float | None) -> str:
    """Whether a small disturbance in the direction of an exponent grows or shrinks.

    Example:
        >>> _kind(0.9, 0.01, 0.9), _kind(0.02, 0.001, 0.9), _kind(-14.5, 0.01, 0.9)
        ('grows', 'about zero', 'shrinks')
    """
    if value is None:
        return "not known"
    if not differs_from_zero(value, error) or abs(value) < NEGLIGIBLE * abs(largest or 0.0):
        return "about zero"
    return "grows" if value > 0 else "shrinks"


def structure(m: ReportData) -> Tab:
    """The tab of the fixed points, cycles and attractors, with their figures."""
    tables = tuple(
        table for table in (_fixed_points(m), _cycles(m), _attractors(m)) if table is not None and table.rows
    )
    # The figure of the cycles also shows the fixed points.
    points = "cycles" if "cycles" in m.analysis else "fixed_points"
    names = (points, "eigenvalues", "manifolds_1", "regions", "basins", "truth")
    if not any(name != "lyapunov" for name in m.analysis):
        return Tab("Structure", ("Fixed points and cycles have not been computed yet.",), commands=_analyze(m))
    outcome = tuple(
        f"{name.replace('_', ' ').capitalize()}: {found['message']}."
        for name, found in m.analysis.items()
        if found.get("result", "SUCCESSFUL") != "SUCCESSFUL" and name != "lyapunov"
    )
    return Tab("Structure", outcome, tables, (), _pictures(m, names))


def _fixed_points(m: ReportData) -> HtmlTable | None:
    found = m.analysis.get("fixed_points")
    if not found or not found.get("x"):
        return None
    names = m.evidence.channels[:6]
    rows = tuple(
        (str(i), kind, *(_number(v) for v in x[: len(names)]))
        for i, (x, kind) in enumerate(zip(found["x"], found["kind"], strict=True), start=1)
    )
    title = "Fixed points"
    if len(rows) > SHOWN_POINTS:
        title += f", {SHOWN_POINTS} of {len(rows)}; the others are in analysis/fixed_points.json"
    return HtmlTable(title, ("", "kind", *names), rows[:SHOWN_POINTS])


def _cycles(m: ReportData) -> HtmlTable | None:
    found = m.analysis.get("cycles")
    if not found:
        return None
    rows = tuple(
        (str(entry["order"]), str(len(entry["kind"])), "all" if entry["exhaustive"] else "not all candidates tried")
        for entry in found.get("orders", ())
    )
    return HtmlTable("Cycles of the map", ("steps", "found", "search"), rows)


def _attractors(m: ReportData) -> HtmlTable | None:
    found = m.analysis.get("attractors", {}).get("found", ())
    rows = tuple(
        (str(i), entry["kind"], f"{entry['share']:.0%}", _number(entry["exponent"], entry["std_error"]))
        for i, entry in enumerate(found, start=1)
    )
    return HtmlTable("Attractors", ("", "kind", "share of starts", "largest exponent"), rows)


def _pictures(m: ReportData, names: tuple[str, ...]) -> tuple[Picture, ...]:
    found = {path.stem: path for path in m.pictures}
    return tuple(Picture(found[name], name.replace("_", " ")) for name in names if name in found)


def _analyze(m: ReportData) -> tuple[str, ...]:
    place = shlex.quote(str(m.folder)) if m.folder else "RUN"
    return (f"attrax analyze {place}", f"attrax report {place}")


def _number(value: float | None, error: float | None = None) -> str:
    return "–" if value is None else number(value, error)
