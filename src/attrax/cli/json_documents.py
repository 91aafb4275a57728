"""What the commands print with `--json`: one model of each document, from which its published schema is made.

Every document names its schema and the version of it, `attrax.fit/1`. A field that is added keeps the version; one that
changes or goes raises it. `attrax schema COMMAND` prints the schema.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

VERSION = 1


class Document(BaseModel):
    """The fields at the beginning of every document."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    schema_: str = Field(alias="schema", description="Name and version of the schema of this document.")


class OfModel(Document):
    """A document about a model, which begins with the verdict on the model."""

    verdict: str = Field("", description="The verdict on the model; empty if it was not judged.")
    warning: str = Field("", description="What must be kept in mind if the model is not RECONSTRUCTED; else empty.")


class ScoreDocument(BaseModel):
    """The value of a measure."""

    value: float | None = Field(description="The value; null if it is infinite.")
    std_error: float | None
    protocol: str
    n_used: int
    n_dropped: int
    flags: list[str]


class RowDocument(BaseModel):
    """One row of the table of scores."""

    name: str
    verdict: str
    model: ScoreDocument | None
    floor: ScoreDocument | None
    null: ScoreDocument | None
    chance: ScoreDocument | None
    neighbours: ScoreDocument | None = None
    matched: "RowDocument | None" = None


class MotionDocument(BaseModel):
    """The long-term behaviour of the free runs."""

    kind: str = Field(description="chaotic, periodic, quasi-periodic, at rest, following its inputs, or not decided.")
    exponent: float | None = Field(description="Largest Lyapunov exponent, per unit of time.")
    std_error: float | None
    runs: int
    between_restarts: float | None
    restarts: int
    period: float | None


class ScoresDocument(BaseModel):
    """The scores of a model and the verdict, as in `scores.json`."""

    verdict: str
    answers: list[str]
    motion: MotionDocument | None
    reasons: list[str]
    rows: list[RowDocument]
    further_forecasts: list[RowDocument]
    gates: list[dict[str, Any]]
    valid_prediction_time: ScoreDocument
    free_runs: int
    share_diverged: float
    observation_noise: list[float]
    noise_added_to_test: list[float] = []
    restarts: dict[str, Any] | None = None


class EvaluateDocument(Document, ScoresDocument):
    """`attrax evaluate`: the scores on a test recording."""


class FitDocument(Document, ScoresDocument):
    """`attrax fit` and `attrax resume`: the run folder and the scores."""

    run: str


class SubjectsDocument(Document):
    """`attrax fit --hierarchical`: the run folder and the scores of each subject."""

    run: str
    subjects: dict[str, ScoresDocument]


class AnalyzeDocument(Document):
    """`attrax analyze`: the folder of the results, and each result by the name of the analysis."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)
    __pydantic_extra__: dict[str, dict[str, Any]]  # pyright: ignore[reportIncompatibleVariableOverride]

    warning: str = Field("", description="What must be kept in mind if the model is not RECONSTRUCTED; else empty.")
    folder: str


class FileDocument(OfModel):
    """`attrax simulate`, `forecast` and `fill`: the file that was written."""

    run: str
    file: str
    summary: str


class RecordDocument(Document):
    """`attrax record`: the file, or the folder with all recordings."""

    file: str
    rows: int
    channels: int = 0
    dt: float | None = None
    differ: list[str] = []


class PageDocument(OfModel):
    """`attrax report`, `open`, `bench` and the like: the page that was written or opened."""

    page: str


class CheckDocument(BaseModel):
    """One check of the installation."""

    what: str
    ok: bool
    detail: str


class DoctorDocument(Document):
    """`attrax doctor`: the checks, or the lines that describe one family."""

    checks: list[CheckDocument] = []
    family: list[str] = []


class SystemsDocument(Document):
    """`attrax systems`: all systems, or the facts about one; with `--gallery` the page that was written."""

    systems: list[dict[str, Any]]
    page: str = ""


class InspectDocument(Document):
    """`attrax inspect`: what was found in a recording, and what a fit would do."""

    diagnosis: dict[str, Any]
    repairs: list[str]
    notices: list[str]
    plan: dict[str, Any] | None = Field(description="What a fit would do; null if it would stop.")
    obstacle: dict[str, Any] | None = Field(description="The error that would stop a fit; null if there is none.")


class StudyDocument(Document):
    """`attrax study`: studies that were checked or measured, and the rows of the table of their claims."""

    studies: list[str]
    failed: int = 0
    table: list[list[str]] = []


class SweepDocument(Document):
    """`attrax sweep`: the folder of the results."""

    folder: str


class RivalsDocument(Document):
    """`attrax bench rivals` and `add-rival`: names of methods, with title, reference and library."""

    rivals: list[list[str]]


class BifurcationDocument(OfModel):
    """`attrax bifurcation`: the values of the parameter, and what the orbits do at each."""

    folder: str
    parameter: str
    values: list[float]
    exponents: list[float | None]


class ExplainDocument(OfModel):
    """`attrax explain`: the folder of the results, one explained forecast, and the influence of channels."""

    folder: str
    forecast_parts: dict[str, Any] = Field(description="The forecast, its offset and its parts, in units of the data.")
    influence: dict[str, Any] | None = Field(None, description="The matrix with errors and control, if asked for.")


DOCUMENTS: dict[str, Any] = {
    "inspect": InspectDocument,
    "fit": FitDocument | SubjectsDocument,
    "resume": FitDocument | SubjectsDocument,
    "evaluate": EvaluateDocument,
    "analyze": AnalyzeDocument,
    "bifurcation": BifurcationDocument,
    "explain": ExplainDocument,
    "simulate": FileDocument,
    "forecast": FileDocument,
    "fill": FileDocument,
    "report": PageDocument,
    "open": PageDocument,
    "doctor": DoctorDocument,
    "study": StudyDocument,
    "sweep": SweepDocument,
    "systems": SystemsDocument,
    "record": RecordDocument,
    "bench": PageDocument,
    "bench rivals": RivalsDocument,
}
"""The document of each command: a model, or one of several."""


def document(command: str, content: dict[str, Any]) -> str:
    """The document of a command as JSON text, checked against its schema.

    Args:
        command: Name of the command.
        content: The fields of the document, without its schema.

    Example:
        >>> print(document("sweep", {"folder": "sweeps/a"}))
        {
          "schema": "attrax.sweep/1",
          "folder": "sweeps/a"
        }
    """
    kind = TypeAdapter(DOCUMENTS[command])
    made = kind.validate_python({"schema": name_of(command), **content})
    return kind.dump_json(made, by_alias=True, indent=2, exclude_unset=True).decode()


def schema_of(command: str) -> dict[str, Any]:
    """The JSON schema of the document of a command."""
    return {"$id": name_of(command), **TypeAdapter(DOCUMENTS[command]).json_schema(by_alias=True)}


def name_of(command: str) -> str:
    """Name and version of the schema of a command."""
    return f"attrax.{command.replace(' ', '-')}/{VERSION}"
