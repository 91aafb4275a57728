"""The registries: one for each family of implementations that can be chosen by name in the settings.

Another package adds an implementation, for example a dynamics, with an entry point that points to its `Spec`:

```toml
[project.entry-points."attrax.dynamics"]
toy = "my_package.toy:SPEC"
```
"""

from typing import TYPE_CHECKING, Any

from attrax.core.spec import Registry, Spec

if TYPE_CHECKING:
    from attrax.analysis.koopman.dictionary import DictionarySpec
    from attrax.baselines.rival_spec import RivalSpec
    from attrax.core.scan import ScanSpec
    from attrax.measures.measure_spec import MeasureSpec
    from attrax.models.dynamics_spec import DynamicsSpec
    from attrax.models.observation_spec import ObservationSpec
    from attrax.optimise.optimizer import OptimizerSpec
    from attrax.reading.table_option import TableOption
    from attrax.reconstruct.findings.analysis_spec import AnalysisSpec
    from attrax.train.distance import DistanceSpec
    from attrax.train.forcing import ForcingSpec
    from attrax.train.loss_spec import LossSpec
    from attrax.train.penalty import PenaltySpec

FLOWS: "Registry[DynamicsSpec]" = Registry("dynamics in continuous time", ("attrax.models.flows",), "attrax.flows")
DYNAMICS: "Registry[DynamicsSpec]" = Registry(
    "dynamics",
    ("attrax.models.dynamics",),
    "attrax.dynamics",
    also=(FLOWS,),
    object_module="attrax.models.dynamics_spec",
)
OBSERVATIONS: "Registry[ObservationSpec]" = Registry(
    "observation",
    ("attrax.models.observations",),
    "attrax.observations",
    object_module="attrax.models.observation_spec",
)
PARTS: Registry[Spec] = Registry("part of a model", ("attrax.models.parts",), "attrax.parts")
FORCINGS: "Registry[ForcingSpec]" = Registry(
    "forcing", ("attrax.train.forcings",), "attrax.forcings", object_module="attrax.train.forcing"
)
ESTIMATORS: Registry[Spec] = Registry("estimator", ("attrax.train.estimators",), "attrax.estimators", word_break="_")
LOSSES: "Registry[LossSpec]" = Registry(
    "loss", ("attrax.train.losses",), "attrax.losses", object_module="attrax.train.loss_spec"
)
PENALTIES: "Registry[PenaltySpec]" = Registry("penalty", ("attrax.train.penalties",), "attrax.penalties")
DISTANCES: "Registry[DistanceSpec]" = Registry("distance of free runs", ("attrax.train.distances",), "attrax.distances")
SCANS: "Registry[ScanSpec]" = Registry("scan", ("attrax.core.scans", "attrax.train.scans"), "attrax.scans")
OPTIMIZERS: "Registry[OptimizerSpec]" = Registry("optimizer", ("attrax.optimise.optimizers",), "attrax.optimizers")
MEASURES: "Registry[MeasureSpec]" = Registry("measure", (), "attrax.measures")
"""Measures of other packages; those of attrax are in `attrax.measures.measure_names`."""
PROTOCOLS: Registry[Spec] = Registry("protocol", ("attrax.measures.protocols",), "attrax.protocols")
RIVALS: "Registry[RivalSpec]" = Registry("rival", ("attrax.baselines.rivals",), "attrax.rivals")
ANALYSES: "Registry[AnalysisSpec]" = Registry(
    "analysis", ("attrax.reconstruct.findings.analyses",), "attrax.analyses", word_break="_"
)
DICTIONARIES: "Registry[DictionarySpec]" = Registry(
    "dictionary", ("attrax.analysis.koopman.dictionaries",), "attrax.dictionaries"
)
TABLE_OPTIONS: "Registry[TableOption]" = Registry(
    "option of reading", ("attrax.reading.table_options",), "attrax.table_options", word_break="_"
)
STARTS: Registry[Spec] = Registry("start of forecasts", ("attrax.reconstruct.forecasting.starts",), "attrax.starts")
PRESETS: Registry[Spec] = Registry("preset", ("attrax.reconstruct.settings.presets",), "attrax.presets")

ALL: "tuple[Registry[Any], ...]" = (
    DYNAMICS,
    OBSERVATIONS,
    FORCINGS,
    ESTIMATORS,
    LOSSES,
    PENALTIES,
    DISTANCES,
    SCANS,
    OPTIMIZERS,
    PROTOCOLS,
    PRESETS,
    STARTS,
    ANALYSES,
    DICTIONARIES,
    RIVALS,
    PARTS,
    TABLE_OPTIONS,
)
