"""Checks the installation (`attrax doctor`): package versions, device, float64 and a short training."""

import platform
import re
import time
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from attrax.core.errors import ConfigError
from attrax.core.number_text import number_text
from attrax.core.optional_library import EXTRAS
from attrax.core.plain_formula import plain_formulas
from attrax.core.spec import Registry, Spec, nearest
from attrax.data.series import Dataset, Series
from attrax.reconstruct.preparation.preparation import prepare
from attrax.reconstruct.settings.configuration import configure
from attrax.registries import ALL
from attrax.runs.folder import PACKAGES
from attrax.runs.job import run_job


class Check(NamedTuple):
    """The result of one check.

    Attributes:
        what: The part of the installation that was checked.
        ok: Whether it works.
        detail: Details in one line: versions, names, a speed, or an error.
    """

    what: str
    ok: bool
    detail: str


def check_installation() -> Iterator[Check]:
    """Check versions, device, float64, all implementations that can be chosen by name, and a short training.

    Yields: Each check when it is done. Most of the few seconds that all take is compilation, in the last one.
    """
    yield _versions()
    yield _device()
    yield _float64()
    yield optional_libraries()
    yield from map(implementations, ALL)
    yield _training()


def _versions() -> Check:
    packages = "  ".join(f"{name} {version(name)}" for name in PACKAGES)
    return Check("versions", True, f"python {platform.python_version()}  {packages}")


def _device() -> Check:
    devices = jax.devices()
    return Check("device", True, f"{devices[0].platform} ({devices[0].device_kind}), {len(devices)} in all")


def _float64() -> Check:
    with jax.enable_x64(True):
        ok = jnp.asarray(1.0 + 1e-12, jnp.float64) != 1.0
    return Check("float64", bool(ok), "available for systems and analysis" if ok else "jax cannot compute in float64")


def optional_libraries() -> Check:
    """Say which groups of optional libraries are installed, and how to install the others; none is needed."""
    told = [
        f'{extra.name} missing (pip install "attrax[{extra.name}]")' if extra.missing else f"{extra.name} installed"
        for extra in EXTRAS
    ]
    return Check("optional libraries", True, ", ".join(told))


def describe_family(family: str) -> list[str]:
    """Lines that describe all implementations of a family: name, title, and each setting with its default.

    Args:
        family: Name of the family, for example `dynamics` or `forcings`.

    Raises: ConfigError C516 if there is no such family.
    """
    families = {registry.group.partition(".")[2]: registry for registry in ALL}
    if family not in families:
        raise ConfigError(
            "C516",
            f"unknown family {family!r}",
            where="attrax doctor",
            why="families are: " + ", ".join(families),
            fix=f"attrax doctor {nearest(family, families)}",
        )
    return [line for name, spec in families[family].specs().items() for line in _described(name, spec)]


def _described(name: str, spec: Spec) -> list[str]:
    settings = [
        f"    {key} = {field.default!r}  {field.description}" for key, field in spec.settings.model_fields.items()
    ]
    papers = [f"    reference: {paper}" for paper in spec.citations]
    # The authors and the year stand before a key anyway.
    summary = re.sub(r"\s*\[@[^\]]*\]", "", plain_formulas(spec.summary))
    return [f"{name}: {spec.title}", f"    {summary}", *settings, *papers]


def implementations(registry: Registry[Any]) -> Check:
    """Check that every implementation of a family can be loaded, including those that other packages add."""
    titles, ok = [], True
    for name in registry.names:
        try:
            titles.append(f"{name} ({registry.spec(name).title})")
        except ConfigError as failure:
            titles.append(f"{name} (cannot be used: {failure.why})")
            ok = False
    return Check(registry.noun, ok, ", ".join(titles))


def _training() -> Check:
    """Train on a sine wave: the loss must stay finite and fall to a tenth."""
    phase = np.arange(1_000)[:, None] / 10 + np.array([0.0, 1.0])
    train = {"updates": 400, "chunk": 40, "restarts": 1, "window": 20, "candidates": 1}
    rates = {"learning_rate": 3e-2, "final_learning_rate": 1e-3}
    config = configure(overrides={"train": {**train, **rates}, "model": {"dynamics": {"hidden_dim": 20}}})
    started = time.monotonic()
    result = run_job(config, prepare(config, Dataset((Series(np.sin(phase)),))))
    first, last = (result.history[i]["loss"][0] for i in (0, -1))
    ok = bool(last < first / 10)
    return Check(
        "training",
        ok,
        f"loss {number_text(first)} -> {number_text(last)} in {time.monotonic() - started:.1f} s",
    )
