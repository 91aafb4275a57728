"""Notices of redundant channels."""

import numpy as np
import pytest

import attrax
from attrax.diagnosis.defects import find_defects


@pytest.mark.parametrize(("copies", "advice"), [(2, "--drop"), (12, "--pca auto")])
def test_many_redundant_channels_are_a_field(copies, advice):
    waves = np.sin(np.arange(1_000)[:, None] / np.array([7, 11]))
    weights = np.random.default_rng(0).normal(size=(2, copies))
    found = find_defects(attrax.load(np.hstack([waves, waves @ weights])))
    notice = next(notice for notice in found.notices() if notice.startswith("D113"))
    assert advice in notice
    assert not any(notice.startswith("D113") for notice in found.in_components().notices())
