"""`attrax.explain`: which channels and which past rows the forecasts of a trained model rest on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from attrax.analysis.attribution.influence import Influence
from attrax.core.errors import ConfigError
from attrax.core.html_text import paragraph, table
from attrax.core.random_seed import checked_seed
from attrax.data.embedding.delay_embedding import newest_columns
from attrax.data.series import Series
from attrax.reconstruct.explaining.explanation_findings import forecast_finding, influence_finding
from attrax.reconstruct.explaining.forecast_explanation import ForecastExplanation, explain_forecast
from attrax.reconstruct.explaining.influence_matrix import influence_matrix
from attrax.reconstruct.findings.finding import Finding
from attrax.runs.analysis import Analysis, screen_lines
from attrax.runs.console import Console
from attrax.runs.opened_run import open_system
from attrax.runs.reconstruction import Reconstruction


@dataclass(frozen=True, eq=False)
class Explanation:
    """What the forecasts of a model rest on.

    Attributes:
        name: Name of the run or recording.
        forecast: One forecast, divided into its parts, in the units of the recording.
        influence: The influence of each channel on the forecast of each, over the whole recording; None if it was not
            asked for.
        findings: Both as texts, tables, figures and facts.
        folder: The folder that `save` writes to if no other is given.
        warning: Says that the model was judged and is not RECONSTRUCTED; empty otherwise.
    """

    name: str
    forecast: ForecastExplanation
    influence: Influence | None
    findings: tuple[Finding, ...]
    folder: Path
    warning: str = ""

    def __repr__(self) -> str:
        lines = [f"{finding.name:<16}{line}" for finding in self.findings for line in screen_lines(finding)]
        warning = [f"WARNING: {self.warning}"] if self.warning else []
        return "\n".join([*warning, f"Explanation of {self.name}", *lines])

    def _repr_html_(self) -> str:
        """What a notebook shows: the warning if there is one, and the tables."""
        warning = paragraph(f"Warning: {self.warning}.", strong=True) if self.warning else ""
        parts = [paragraph(screen_lines(f)[0]) + table(f.columns, f.rows) for f in self.findings]
        return warning + paragraph(f"Explanation of {self.name}") + "".join(parts)

    def as_json(self) -> dict[str, dict]:
        """The results by name, as they are written to files."""
        return self._written.as_json()

    def save(self, folder: str | Path | None = None, *, quiet: bool = False) -> Path:
        """Write the results as JSON into `analysis/` and their figures into `figures/`; reports show what is there.

        Args:
            folder: The folder to write to; that of the run if not given.
            quiet: Show no progress.

        Returns: The folder.
        Raises: RunError R304 if it cannot be written.
        """
        return self._written.save(folder, quiet=quiet)

    @property
    def _written(self) -> Analysis:
        return Analysis(self.name, self.findings, self.folder, self.warning)


def explain(
    source: Any,
    data: Any = None,
    *,
    row: int | None = None,
    horizon: int | None = None,
    past: int = 0,
    alpha: float | None = None,
    influence: bool = True,
    groups: Mapping[str, Sequence[str]] | None = None,
    seed: int = 0,
    quiet: bool = False,
) -> Explanation:
    """Explain the forecasts of a trained model: which channels and which past rows they rest on.

    A forecast is divided into a sum: a part for each recorded value, a part for each external input, and an offset. For
    piecewise-linear models the parts are exact. GRU, LSTM and LEM are divided by layer-wise relevance propagation,
    other models along their tangent. Over the whole recording, the influence of each channel on each other is measured,
    with errors and with models of shuffled weights as a control.

    Args:
        source: A fit, or a run folder.
        data: A recording with the channels of the training recording; the recording of the run if not given.
        row: The row that the forecast starts from, counted from 0; the last one that is possible if not given.
        horizon: Number of steps ahead; that of the prediction error of the run (20) if not given.
        past: Number of rows before it that the state of the model follows by forcing, as in training. With 0 the state
            is read from the row alone, as in `fit.forecast` (models of counts and categories read several rows).
        alpha: Strength of that forcing; the last value of the training if not given.
        influence: Whether to measure the influence of channels, too.
        groups: Names of groups with the names of their channels, to measure the influence of whole groups, such as
            subsystems: `{"driver": ["x1", "y1"], "response": ["x2", "y2"]}`. All channels must be in one.
        seed: Seed of the shuffled models.
        quiet: Show nothing.

    Returns: The `Explanation`; `found.save()` writes it to files, and the report of the run shows it.
    Raises: ConfigError C585 for something that is no fit, C646 for a row without forecast, C647 for groups that do not
        fit, C531 for an impossible number; DataError for a recording that cannot be used.
    Cost: A few seconds, most of them for compilation.

    Example:
        >>> import attrax
        >>> x = np.sin(np.arange(500)[:, None] / 5 + np.array([0.0, 1.0]))
        >>> tiny = {"train": {"updates": 10, "chunk": 10, "window": 20, "restarts": 1}, "evaluate": {"starts": 2}}
        >>> fit = attrax.fit(x, settings=tiny, quiet=True)
        >>> found = attrax.explain(fit, horizon=3, influence=False, quiet=True)
        >>> found.forecast.parts.shape, found.forecast.residual < 1e-10
        ((3, 2, 1, 2), True)

    References:
        Bach et al., On pixel-wise explanations for non-linear classifier decisions by layer-wise relevance propagation,
        PLOS ONE 2015 [@bach2015].
    """
    fit, seed = _fit_of(source), checked_seed(seed)
    console = Console(quiet=quiet)
    if fit.warning:
        console.say("WARNING", fit.warning)
    recording = _recording(fit, data)
    steps = fit.config.evaluate.horizon if horizon is None else horizon
    strength = _trained_alpha(fit) if alpha is None else alpha
    found = explain_forecast(fit.model, fit.config, recording, steps, row=row, past=past, alpha=strength)
    units = tuple(recording.channel_units.get(name, "") for name in found.channels)
    findings = [forecast_finding(found, units)]
    _show(console, "forecast", findings[0])
    matrix = None
    if influence:
        numbers = None if groups is None else _group_numbers(found.channels, groups)
        with console.counted("influence") as count:
            matrix = influence_matrix(
                fit.model, fit.config, recording, steps, groups=numbers, seed=seed, progress=count
            )
        deviations = np.array(fit.model.scaling.std)[newest_columns(fit.config.data.lags)]
        findings.append(influence_finding(matrix, found.channels, deviations, tuple(groups or ())))
        _show(console, "influence", findings[1])
    name = fit.name if fit.folder is None else fit.folder.resolve().name
    told = tuple(finding.with_warning(fit.warning) for finding in findings)
    return Explanation(name, found, matrix, told, fit.folder or Path(f"{name}-explanation"), fit.warning)


def _fit_of(source: Any) -> Reconstruction:
    if isinstance(source, Reconstruction):
        return source
    if isinstance(source, str | Path):
        return open_system(Path(source))
    raise ConfigError(
        "C585",
        f"a {type(source).__name__} cannot be analyzed",
        where="attrax.explain",
        why="it takes the fit of one system, or its run folder",
        fix="attrax.explain(fit.subject(name)), for a fit of many subjects",
    )


def _recording(fit: Reconstruction, data: Any) -> Series:
    """The recording to explain; of an opened run that was trained on an array, the test rows that it keeps."""
    if data is None and fit.prepared is None and not fit.config.data.source:
        return fit.evaluation.reference
    return fit.as_seen(data).longest


def _trained_alpha(fit: Reconstruction) -> float:
    """The strength of the forcing at the end of the training of the chosen model; 1 if it is not known."""
    last = fit.history[-1].get("alpha", ()) if fit.history else ()
    place = int(fit.learned.facts.get("seed", fit.config.seed)) - fit.config.seed
    return float(last[place]) if 0 <= place < len(last) else 1.0


def _group_numbers(channels: Sequence[str], groups: Mapping[str, Sequence[str]]) -> np.ndarray:
    numbers = {name: i for i, members in enumerate(groups.values()) for name in members}
    if sorted(numbers) != sorted(channels) or sum(map(len, groups.values())) != len(channels):
        raise ConfigError(
            "C647",
            "groups that do not fit the channels",
            where=f"groups hold {', '.join(numbers)}; channels are {', '.join(channels)}",
            why="the parts of a forecast are divided among the groups, so every channel is in exactly one",
            fix=f"groups={{'all': {list(channels)}}}",
        )
    return np.array([numbers[name] for name in channels])


def _show(console: Console, label: str, finding: Finding) -> None:
    for i, line in enumerate(screen_lines(finding)):
        console.say("" if i else label, line)
    console.table(finding.columns, finding.rows)
