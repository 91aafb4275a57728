"""Recordings of the catalogue as files: what a manifest freezes, and what it is compared with."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from attrax.core.errors import ConfigError
from attrax.runs.system_recordings import RecordOptions, _record_one, changed_systems, record_all
from attrax.systems import find


def test_a_file_holds_every_bit_that_is_hashed(tmp_path):
    sampling = RecordOptions(points=200, per_period=50.0, noise=0.01)
    name, facts = _record_one("tent", sampling, tmp_path)
    again = _record_one("tent", sampling, tmp_path)[1]
    other = _record_one("tent", RecordOptions(points=200, noise=0.01, seed=1), tmp_path)[1]
    assert name == "tent"
    assert facts == again
    assert facts["sha256"] != other["sha256"]
    assert (facts["dt"], facts["channels"]) == (1.0, ["x"])
    assert np.load(tmp_path / "tent.npy").shape == (200, 1)


def manifest(**hashes):
    return {"sampling": asdict(RecordOptions()), "series": {name: {"sha256": value} for name, value in hashes.items()}}


def test_manifests_are_compared_system_by_system(tmp_path):
    frozen = tmp_path / "manifest.json"
    frozen.write_text(json.dumps(manifest(chen="a", chua="b")))
    assert changed_systems(manifest(chen="a", chua="b"), frozen) == []
    assert changed_systems(manifest(chen="a", chua="c", tent="d"), frozen) == ["chua", "tent"]


@pytest.mark.parametrize(
    "text", [None, "{", "{}", json.dumps({"sampling": asdict(RecordOptions(points=5)), "series": {}})]
)
def test_what_cannot_be_compared_is_an_error(tmp_path, text):
    path = tmp_path / "manifest.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ConfigError, match="C574"):
        changed_systems(manifest(chen="a"), path)


@pytest.mark.slow
def test_recordings_made_side_by_side_are_those_made_one_by_one(tmp_path):
    sampling = RecordOptions(points=300, per_period=30.0)
    seen = []
    made = record_all(
        tmp_path, sampling, names=("chen", "henon", "chua"), processes=2, progress=lambda *done: seen.append(done)
    )
    assert seen == [(1, "chen"), (2, "henon"), (3, "chua")]
    assert json.loads((tmp_path / "manifest.json").read_text()) == made
    assert made["series"]["chen"]["dt"] == find("chen").period / 30
    assert made["series"]["chen"] == _record_one("chen", sampling, tmp_path)[1]
    assert {"jax", "diffrax", "attrax"} <= set(made["versions"])
