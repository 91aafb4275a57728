"""`attrax explain` writes its findings into the run folder, and its document adds up."""

import json

import numpy as np
import pytest


@pytest.mark.slow
def test_a_forecast_of_a_run_is_explained(program, fit, henon, tmp_path):
    np.save(tmp_path / "a.npy", henon[:400])
    assert fit("a.npy", "--out", "run").code in (0, 4)
    ended = program("explain", "run", "--row", 50, "--horizon", 3, "--json")
    assert ended.code == 0
    assert "exact: the model is affine near each state" in ended.err
    assert "pairs of forecasts 3 steps ahead" in ended.err
    found = json.loads(ended.out)
    assert (found["schema"], found["folder"]) == ("attrax.explain/1", "run")
    for name in ("forecast_parts", "influence"):
        assert found[name] == json.loads((tmp_path / "run" / "analysis" / f"{name}.json").read_text())
        assert (tmp_path / "run" / "figures" / f"{name}.png").is_file()
    parts = found["forecast_parts"]
    whole = np.array(parts["by_channel"]).sum(axis=2) + parts["offset"]
    np.testing.assert_allclose(whole, parts["forecast"], rtol=0, atol=1e-10)
    assert "error C646" in program("explain", "run", "--row", 9_999).err
    alone = json.loads(program("explain", "run", "a.npy", "--no-influence", "--json", "--quiet").out)
    assert (alone["forecast_parts"]["row"], "influence" in alone) == (399, False)
