"""Model files: one safetensors file that holds the parameters and a description from which the model is rebuilt."""

import dataclasses
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np

from attrax.core.errors import ModelFileError
from attrax.core.scaling import Scaling
from attrax.models.dynamical_noise import DynamicalNoise
from attrax.models.hierarchical_model import HierarchicalModel
from attrax.models.model import Model
from attrax.reconstruct.learning.model_store import AbstractModelStore
from attrax.reconstruct.settings.format_0_1 import modern_model
from attrax.registries import DYNAMICS, OBSERVATIONS, PARTS
from attrax.runs.tree_file import MALFORMED, not_ours, read_arrays, write_arrays

SCHEMA = 2
FIRST_SCHEMA = 1
COMPOSITIONS = {
    "model": Model,
    "hierarchical-model": HierarchicalModel,
    "scaling": Scaling,
    "dynamical-noise": DynamicalNoise,
}
BY_PLACE = "class"
DAMAGED = ("M402", "M405")
"""Codes of the errors of files that are damaged, or something else."""
FAMILIES = {"dynamics": DYNAMICS, "observation": OBSERVATIONS, "part": PARTS}


def save_model(model: Model | HierarchicalModel, path: str | Path, facts: dict[str, Any] | None = None) -> None:
    """Write a model to one file; equal models give equal files.

    The file names each class by the name under which it is registered. A class that is not registered is named by its
    module, `module:Class`; to open such a file again, import that module first.

    Args:
        model: The model.
        path: The file.
        facts: Values for JSON that are kept with the model, such as the seed it was trained with.

    Example:
        >>> import jax, tempfile
        >>> from attrax.core import Scaling
        >>> from attrax.models import ClippedShallowPLRNN, IdentityObservation, LinearStart, Model
        >>> key, seen = jax.random.key(0), IdentityObservation(2)
        >>> dynamics, start = ClippedShallowPLRNN.create(3, 5, key=key), LinearStart.create(seen, 3, key=key)
        >>> model = Model(dynamics, seen, start, Scaling((0.0, 0.0), (1.0, 1.0)), ("x", "y"))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     save_model(model, f"{folder}/model.safetensors")
        ...     open_model(f"{folder}/model.safetensors").dynamics.latent_dim
        3
    """
    arrays: dict[str, np.ndarray] = {}
    description = _describe(model, "", arrays)
    content = {"schema": SCHEMA, "version": version("attrax"), "model": description, "facts": facts or {}}
    write_arrays(Path(path), arrays, content)


def open_model(path: str | Path) -> Model:
    """Read the file of a model of one system. Code in a file is never executed.

    Args:
        path: The file, such as `model/model.safetensors` of a run folder.

    Raises:
        ModelFileError: M401 if a newer version wrote it; M402 if it is not a model file; M403 if it
            holds a model of many subjects; M404 if a class of the model is not available; M405 if it is damaged.

    Example:
        >>> model = open_model("runs/ecg/model/model.safetensors")  # doctest: +SKIP
        >>> model.simulate(recording[-1:], 1_000).x  # doctest: +SKIP
    """
    model = read_model(path)
    if not isinstance(model, Model):
        raise _other_kind(path, "a model of many subjects", "one of them is needed", _one_of(model))
    return model


def open_hierarchical(path: str | Path) -> HierarchicalModel:
    """Read the file of a hierarchical model, which holds many subjects; `subject(name)` is the model of one of them.

    Args:
        path: The file, such as `model/model.safetensors` of a run folder.

    Raises:
        ModelFileError: M401 if a newer version wrote it; M402 if it is not a model file; M403 if it
            holds a model of one system; M404 if a class of the model is not available; M405 if it is damaged.

    Example:
        >>> model = open_hierarchical("runs/hearts/model/model.safetensors")  # doctest: +SKIP
        >>> model.subject("anna").simulate(recording[-1:], 1_000).x  # doctest: +SKIP
    """
    model = read_model(path)
    if not isinstance(model, HierarchicalModel):
        raise _other_kind(path, "a model of one system", "it has no subjects", "attrax.open_model(path)")
    return model


def read_model(path: str | Path) -> Any:
    """Read a model file, of one system or of many subjects.

    Raises:
        ModelFileError: M401 if a newer version wrote it; M402 if it is not a model file; M404 if a
            class of the model is not available; M405 if it is damaged.
    """
    arrays, description = read_arrays(Path(path))
    try:
        return _model_of(path, arrays, description)
    except ModelFileError:
        raise
    except MALFORMED as failure:
        # Files of 0.1 have no checksum.
        raise not_ours(path, failure) from None


def _model_of(path: str | Path, arrays: dict[str, np.ndarray], description: dict[str, Any]) -> Any:
    """The model that the content of a file describes."""
    if "model" not in description:
        raise ModelFileError(
            "M402",
            "no model in the file",
            where=str(path),
            why="it holds other arrays of attrax, such as a checkpoint",
            fix="give the model/model.safetensors of a run folder",
        )
    if description.get("schema", SCHEMA + 1) > SCHEMA:
        raise _newer(path, description)
    skeleton = description["model"]
    if description["schema"] == FIRST_SCHEMA:
        skeleton = modern_model(skeleton)
    classes = {kind: class_of(kind) for kind in sorted(_kinds(skeleton))}
    unknown = [kind for kind, found in classes.items() if found is None]
    if unknown:
        raise _unknown(path, description, unknown)
    return _rebuild(skeleton, arrays, classes)


def kind_of(part: Any) -> str | None:
    """The name of the class of a part of a model, as it is written to files; None for plain values."""
    made = type(part)
    for name, composition in COMPOSITIONS.items():
        if made is composition:
            return name
    if not isinstance(part, eqx.Module):
        return None
    for family, registry in FAMILIES.items():
        name = registry.name_of(made)
        if name is not None:
            return f"{family}:{name}"
    return f"{BY_PLACE}:{made.__module__}:{made.__qualname__}"


def class_of(kind: str) -> Any:
    """The class that a model file names; None if it is not available.

    Opening a file never imports new code, except implementations registered by installed packages. Other classes are
    looked up in the modules that the caller has already imported.
    """
    family, _, name = kind.partition(":")
    if kind in COMPOSITIONS:
        return COMPOSITIONS[kind]
    if family in FAMILIES:
        return FAMILIES[family].spec(name).implementation if name in FAMILIES[family].names else None
    module, _, path = name.partition(":")
    found: Any = sys.modules.get(module)
    for part in path.split("."):
        found = getattr(found, part, None)
    return found if isinstance(found, type) and issubclass(found, eqx.Module) else None


def _one_of(model: HierarchicalModel) -> str:
    return f"--subject {model.subjects[0]}  # or attrax.open_hierarchical(path).subject({model.subjects[0]!r})"


def _other_kind(path: str | Path, what: str, why: str, fix: str) -> ModelFileError:
    return ModelFileError("M403", what, where=str(path), why=why, fix=fix)


class ModelFolder(AbstractModelStore):
    """A store that keeps models as files in a folder.

    Args:
        path: The folder.
    """

    def __init__(self, path: Path):
        self.path = path

    def save(self, name: str, model: Any, facts: dict[str, Any]) -> None:
        """Write a model and its facts to the file `NAME.safetensors`."""
        save_model(model, self._file(name), facts)

    def read(self, name: str) -> tuple[Any, dict[str, Any]] | None:
        """Read the model of that name and its facts; None if there is no such file, or a damaged one."""
        path = self._file(name)
        try:
            return (read_model(path), read_facts(path)) if path.is_file() else None
        except ModelFileError as failure:
            if failure.code not in DAMAGED:
                raise
            return None

    def names(self) -> tuple[str, ...]:
        """The names of all models in the folder, sorted."""
        return tuple(sorted(path.stem for path in self.path.glob("*.safetensors")))

    def _file(self, name: str) -> Path:
        return self.path / f"{name}.safetensors"


def read_facts(path: str | Path) -> dict[str, Any]:
    """Read the facts that `save_model` wrote together with a model.

    Raises:
        ModelFileError: M402 if it is not a model file, M405 if it is damaged.
    """
    try:
        return dict(read_arrays(Path(path))[1]["facts"])
    except ModelFileError:
        raise
    except MALFORMED as failure:
        raise not_ours(path, failure) from None


def _describe(part: Any, path: str, arrays: dict[str, np.ndarray]) -> Any:
    """A JSON-serialisable skeleton of `part`; its arrays are collected under their path."""
    if eqx.is_array(part):
        arrays[path] = np.asarray(part)
        return {"array": path}
    kind = kind_of(part)
    if kind is not None:
        # A part that is optional and missing is not written, so earlier versions can read the file.
        written = [
            f.name for f in dataclasses.fields(part) if f.default is not None or getattr(part, f.name) is not None
        ]
        fields = {name: _describe(getattr(part, name), _join(path, name), arrays) for name in written}
        return {"kind": kind, "fields": fields}
    if isinstance(part, tuple):
        return [_describe(item, _join(path, str(i)), arrays) for i, item in enumerate(part)]
    return part


def _rebuild(description: Any, arrays: dict[str, np.ndarray], classes: dict[str, Any]) -> Any:
    if isinstance(description, list):
        return tuple(_rebuild(item, arrays, classes) for item in description)
    if not isinstance(description, dict):
        return description
    if "array" in description:
        return jnp.asarray(arrays[description["array"]])
    fields = {name: _rebuild(value, arrays, classes) for name, value in description["fields"].items()}
    return classes[description["kind"]](**fields)


def _kinds(description: Any) -> set[str]:
    """The names of all classes in a skeleton."""
    if isinstance(description, list):
        return set().union(*map(_kinds, description))
    if not isinstance(description, dict) or "fields" not in description:
        return set()
    return {description["kind"]}.union(*map(_kinds, description["fields"].values()))


def _newer(path: str | Path, description: dict[str, Any], unknown: Sequence[str] = ()) -> ModelFileError:
    writer = description.get("version")
    parts = f"; it does not know {', '.join(unknown)}" if unknown else ""
    return ModelFileError(
        "M401",
        "model file newer than the program",
        where=f"{path}: schema {description.get('schema')}, written by attrax {writer or 'of an unknown version'}",
        why=f"this is attrax {version('attrax')}, which reads schema {SCHEMA}{parts}",
        fix=f'pip install --upgrade "attrax>={writer}"' if writer else "pip install --upgrade attrax",
    )


def _unknown(path: str | Path, description: dict[str, Any], unknown: Sequence[str]) -> ModelFileError:
    """The error for classes that are not available: what to import or install, or that attrax is too old."""
    families, _, name = unknown[0].partition(":")
    module, _, made = name.partition(":")
    if families != BY_PLACE and description.get("version") != version("attrax"):
        return _newer(path, description, unknown)
    return ModelFileError(
        "M404",
        "a class of the model is not available",
        where=f"{path}: {', '.join(unknown)}",
        why="it is not part of attrax, and opening a file imports only attrax and packages with entry points for it",
        fix=f"from {module} import {made.partition('.')[0]}  # and then attrax.open_model(path)"
        if families == BY_PLACE
        else f"install the package that adds the {families} {name!r}",
    )


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
