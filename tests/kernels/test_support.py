import importlib

import jax
import pytest

from attrax.core.scans.newton import Newton
from attrax.core.scans.sequential import Sequential
from attrax.core.scans.stored import Stored
from attrax.kernels import support
from attrax.reconstruct.learning.build import choose_scan
from attrax.reconstruct.settings.configuration import configure


@pytest.fixture
def fresh():
    support.obstacle.cache_clear()
    yield
    support.obstacle.cache_clear()


def settings(**train):
    return configure(overrides={"train": train}).complete(3)


def test_the_fastest_scan_is_taken_without_a_word():
    choice = choose_scan(settings(), gaps=True, obs_dim=3)
    assert type(choice.scan).__name__ == "Fused"
    assert choice.remark is None


def test_a_scan_asked_for_is_taken():
    assert isinstance(choose_scan(settings(scan={"kind": "sequential"}), gaps=False, obs_dim=3).scan, Sequential)
    assert isinstance(choose_scan(settings(scan={"kind": "newton"}), gaps=False, obs_dim=3).scan, Newton)


def test_gaps_in_mixed_channels_take_the_general_path_and_say_so():
    config = configure(overrides={"model": {"observation": {"kind": "affine"}}}).complete(3)
    choice = choose_scan(config, gaps=True, obs_dim=3)
    assert isinstance(choice.scan, Stored)
    assert "mixed channels" in choice.remark


def test_models_that_no_loops_were_written_for_take_the_general_path_and_say_so():
    model = {"observation": {"kind": "affine"}, "latent_dim": 4}
    choice = choose_scan(configure(overrides={"model": model}).complete(3), gaps=False, obs_dim=3)
    assert isinstance(choice.scan, Stored)
    assert "mixed channels" in choice.remark


@pytest.mark.parametrize(
    ("dynamics", "scan"), [("vanilla", "Fused"), ("dendritic", "Fused"), ("continuous", "Fused"), ("gru", "Stored")]
)
def test_every_dynamics_has_its_fastest_scan(dynamics, scan):
    config = configure(overrides={"model": {"dynamics": {"kind": dynamics}}}).complete(3)
    choice = choose_scan(config, gaps=False, obs_dim=3)
    assert (type(choice.scan).__name__, choice.remark) == (scan, None)


def without_llvmlite(monkeypatch):
    def refuse(name):
        raise ImportError(f"no module named {name}")

    monkeypatch.setattr(importlib, "import_module", refuse)


OBSTACLES = {
    "a GPU": (lambda m: m.setattr(jax, "default_backend", lambda: "gpu"), "GPU"),
    "no llvmlite": (without_llvmlite, "llvmlite"),
    "a strange jaxlib": (lambda m: m.setattr(support, "_interface", lambda: 9), "version 9"),
    "no header": (lambda m: m.setattr(jax.ffi, "include_dir", lambda: "nowhere"), "version -1"),
}


@pytest.mark.parametrize("name", OBSTACLES)
def test_where_loops_cannot_be_compiled_the_general_path_says_why(name, monkeypatch, fresh):
    arrange, word = OBSTACLES[name]
    arrange(monkeypatch)
    choice = choose_scan(settings(), gaps=False, obs_dim=3)
    assert isinstance(choice.scan, Stored)
    assert word in choice.remark
