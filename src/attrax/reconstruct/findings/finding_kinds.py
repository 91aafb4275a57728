"""Everything that can be found about a map, in the order in which it is looked for."""

from attrax.reconstruct.findings.chaos_findings import find_attractors, find_lyapunov, show_attractor
from attrax.reconstruct.findings.finding import FindingKind
from attrax.reconstruct.findings.region_findings import find_regions
from attrax.reconstruct.findings.structure_findings import find_cycles, find_fixed_points, find_manifolds
from attrax.reconstruct.findings.truth_findings import compare_with_truth

FINDING_KINDS = {
    kind.name: kind
    for kind in (
        FindingKind("orbit", show_attractor),
        FindingKind("lyapunov", find_lyapunov, figures=("lyapunov",)),
        FindingKind("fixed_points", find_fixed_points, figures=("fixed_points", "eigenvalues")),
        FindingKind("cycles", find_cycles, figures=("cycles",)),
        FindingKind(
            "manifolds",
            find_manifolds,
            needs="the map is not piecewise linear, or has more than three states",
            figures=("manifolds_1", "manifolds_2", "manifolds_3"),
        ),
        FindingKind("regions", find_regions, needs="the map is not piecewise linear", figures=("regions",)),
        FindingKind("attractors", find_attractors, figures=("basins",)),
        FindingKind("truth", compare_with_truth, needs="no built-in system is known behind it", figures=("truth",)),
    )
}
