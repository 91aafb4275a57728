import numpy as np
import pytest

from attrax.campaigns.sweep.sweep_points import bundles_of, jobs_of
from attrax.core.errors import ConfigError, DataError


def jobs_in(sweep, folder):
    return jobs_of(bundles_of(sweep, folder))


def ids(sweep, folder):
    return [job.id for job in jobs_in(sweep, folder)]


def test_all_combinations_are_wanted_once(describe, tmp_path):
    axes = {"forcing": {name: {"train": {"forcing": {"alpha": a}}} for name, a in (("weak", 0.1), ("strong", 0.5))}}
    jobs = jobs_in(describe(axes=axes, grid={"model.dynamics.hidden_dim": [4, 8, 16]}), tmp_path)
    assert len({job.id for job in jobs}) == len(jobs) == 2 * 3 * 2
    assert jobs[0].point == (("data", "map"), ("forcing", "weak"), ("model.dynamics.hidden_dim", "4"))
    configs = [job.experiment.config for job in jobs]
    assert {(config.train.forcing.settings.alpha, config.model.dynamics.settings.hidden_dim) for config in configs} == {
        (alpha, hidden) for alpha in (0.1, 0.5) for hidden in (4, 8, 16)
    }


def test_counted_seeds_share_no_restart(describe, tmp_path):
    assert [job.seed for job in jobs_in(describe(seeds=3), tmp_path)] == [0, 2, 4]
    assert [job.seed for job in jobs_in(describe(seeds=[7, 8]), tmp_path)] == [7, 8]


def test_a_bundle_holds_the_seeds_of_one_point(describe, tmp_path):
    bundles = bundles_of(describe(seeds=3, grid={"train.forcing.alpha": [0.1, 0.2]}), tmp_path)
    assert [len(bundle.jobs) for bundle in bundles] == [3, 3]
    assert len({bundle.id for bundle in bundles}) == 2


def test_a_run_is_named_by_what_it_computes_and_not_by_where_the_data_lie(describe, tmp_path):
    x = np.random.default_rng(0).normal(size=(50, 2))
    for folder in ("here", "there"):
        (tmp_path / folder).mkdir()
        np.save(tmp_path / folder / f"{folder}.npy", x)
    here, there = ({"own": {"source": f"{folder}.npy"}} for folder in ("here", "there"))
    names = ids(describe(data=here), tmp_path / "here")
    assert ids(describe(data=there), tmp_path / "there") == names
    assert ids(describe(data=here, seeds=[0, 5]), tmp_path / "here")[0] == names[0]
    np.save(tmp_path / "there" / "there.npy", x + 1)
    assert not set(ids(describe(data=there), tmp_path / "there")) & set(names)
    assert not set(ids(describe(data=here, preset="quick"), tmp_path / "here")) & set(names)


def test_a_setting_that_cannot_be_and_a_file_that_is_not_there_are_told_before_anything_runs(describe, tmp_path):
    with pytest.raises(ConfigError, match="C501"):
        bundles_of(describe(grid={"train.alhpa": [0.1]}), tmp_path)
    with pytest.raises(DataError, match="D117"):
        bundles_of(describe(data={"own": {"source": "nothing.npy"}}), tmp_path)
