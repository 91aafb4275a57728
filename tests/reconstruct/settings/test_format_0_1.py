"""Settings of 0.1, as that version wrote them, are those of today."""

import tomllib
from pathlib import Path

import pytest

from attrax.reconstruct.settings.configuration import configure
from attrax.reconstruct.settings.format_0_1 import modern_settings

GOLDEN = Path(__file__).parents[2] / "golden" / "format_0_1"
CHANNELS = 2
FILES = sorted(GOLDEN.glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_settings_of_a_run_are_complete_and_say_the_same(file):
    config, flat = configure(file=file), tomllib.loads(file.read_text())
    n = max(CHANNELS, len(config.model.kinds))
    complete = config.complete(n)
    assert complete.complete(n) == complete
    # 0.1 had no probes, and no alternatives for restarts.
    new = {"tune", "train.forcing.alternatives"}
    assert {name for name, *_ in differences(complete, config)} <= new
    dynamics = config.model.dynamics
    assert dynamics.kind == flat["model"]["dynamics"]
    assert {name: flat["model"][name] for name in dynamics.given} == dynamics.given
    assert config.model.observation.kind == flat["model"]["observation"]
    assert config.train.forcing.settings.alpha == flat["train"]["alpha"]


def differences(one, other):
    """The settings that differ, by name."""
    first, second = (dict(flat_settings(config.model_dump())) for config in (one, other))
    for name in first | second:
        if first.get(name) != second.get(name):
            yield ("tune" if name.startswith("tune.") else name), first.get(name), second.get(name)


def flat_settings(settings, place=""):
    for name, value in settings.items():
        if isinstance(value, dict):
            yield from flat_settings(value, f"{place}{name}.")
        else:
            yield f"{place}{name}", value


FLAT = {
    "a forcing": ({"forcing": "sparse", "tau": 5, "alpha": 0.3}, {"forcing": {"kind": "sparse", "tau": 5}}),
    "alpha decides": ({"alpha": 0.3, "estimator": "batch_maximum"}, {"forcing": {"alpha": 0.3}}),
    "penalties": (
        {"weight_penalty": 1e-5, "manifold_penalty": 0.0, "manifold_dim": 3},
        {"penalties": {"weight": {"strength": 1e-5}}},
    ),
    "a distance": (
        {"invariant": "mmd", "invariant_weight": 0.2},
        {"free_run_distance": {"kind": "mmd", "weight": 0.2}},
    ),
    "no distance": ({"invariant": "", "invariant_steps": 5}, {}),
    "a scan": ({"scan": "newton"}, {"scan": {"kind": "newton"}}),
    "a warm-up": ({"warmup": 3}, {"loss": {"warmup": 3}}),
    "what has not changed": ({"updates": 7}, {"updates": 7}),
}


@pytest.mark.parametrize(("flat", "modern"), FLAT.values(), ids=FLAT)
def test_settings_of_a_file_without_a_format_are_translated(flat, modern):
    assert modern_settings({"train": flat})["train"] == modern


def test_settings_that_say_their_format_are_left_alone():
    settings = {"format": 2, "train": {"alpha": 0.3}}
    assert modern_settings(settings) == settings


def test_sections_in_a_file_without_a_format_are_left_alone():
    settings = {"model": {"dynamics": {"kind": "gru"}}, "train": {"forcing": {"alpha": 0.3}}}
    assert modern_settings(settings) == settings
