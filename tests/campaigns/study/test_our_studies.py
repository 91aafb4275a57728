"""Every study of this repository is whole, uses public names, and runs."""

import ast
import re
import time
from pathlib import Path

import pytest

from attrax.campaigns.study.study_folder import EXPERIMENTS, open_study
from attrax.campaigns.study.study_results import read_results
from attrax.campaigns.study.study_run import run_smoke

ROOT = Path(__file__).parents[3]
STUDIES = ROOT / "studies"
OURS = sorted(path.parent for path in STUDIES.glob("*/study.toml"))
LINES = 150
QUICK = 12.0
"""Seconds of processor time that a smoke run may take here. Most take 3; those that compile second derivatives or
solvers take up to 9 on a slow machine, so that not all reach the goal of 3."""

study = pytest.mark.parametrize("study", OURS, ids=lambda path: path.name)


def test_there_are_studies_of_both_forms():
    manifests = [open_study(path).manifest for path in OURS]
    assert any(manifest.fit for manifest in manifests)
    assert any(manifest.function for manifest in manifests)


@study
def test_a_study_is_whole(study):
    manifest = open_study(study).manifest
    assert f"{{{manifest.paper}," in (ROOT / "docs" / "refs.bib").read_text()
    assert all(len(file.sha256) == 64 for file in manifest.data.values())
    used = {name for entry in manifest.fit for name in (entry.train, entry.test)}
    assert manifest.data.keys() <= used
    assert all(claim.source for claim in manifest.claim)
    readme = (study / "README.md").read_text()
    assert f"attrax study {study.name} --full" in readme
    assert all(f"\n## {heading}\n" in readme for heading in ("Method", "What came out", "What did not"))


@study
def test_its_experiments_can_be_made_and_have_names(study):
    opened = open_study(study)
    jobs = [*opened.full_jobs(opened.manifest.names), *opened.smoke_jobs(opened.manifest.names)]
    assert len({job.id for job in jobs}) == len(jobs)
    assert {row.point[0][1] for row in read_results(opened).rows} <= set(opened.manifest.names)


@study
def test_its_program_is_short_and_uses_public_names(study):
    file = study / EXPERIMENTS
    text = file.read_text() if file.is_file() else ""
    assert len(text.splitlines()) <= LINES
    for node in ast.walk(ast.parse(text)):
        names = [node.module] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            assert name.split(".")[0] != "attrax" or re.fullmatch(r"attrax(\.\w+)?", name), f"{name} is no front door"
        if isinstance(node, ast.ImportFrom) and node.module.startswith("attrax"):
            assert not [alias.name for alias in node.names if alias.name.startswith("_")]


def functions(path):
    """Every function of a study of more than two statements, as text without its docstring."""
    file = path / EXPERIMENTS
    for node in ast.walk(ast.parse(file.read_text() if file.is_file() else "")):
        if isinstance(node, ast.FunctionDef):
            body = node.body[ast.get_docstring(node) is not None :]
            if len(body) > 2:
                yield "\n".join(map(ast.unparse, body))


def test_what_two_studies_need_is_in_the_package():
    found = [body for path in OURS for body in set(functions(path))]
    assert len(found) == len(set(found))


@study
def test_its_smoke_run_is_quick_and_passes_without_data(study, console):
    begun = time.process_time()
    assert run_smoke(open_study(study), console)
    assert time.process_time() - begun < QUICK
