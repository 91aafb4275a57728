"""Fields that were stacked and reduced come back with their dimensions, coordinates, attributes and land."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from attrax import save_model
from attrax.core import Result
from attrax.core.scaling import Scaling
from attrax.core.simulator import Simulation
from attrax.data.embedding.projection import fit_projection
from attrax.data.phases.phase_channels import NO_PHASES
from attrax.reading import load
from attrax.reading.continued import continued
from attrax.reconstruct.forecasting.forecast import Forecast
from attrax.reconstruct.forecasting.recorded_units import put_back, put_back_interval
from attrax.reconstruct.preparation.preparation import completed
from attrax.reconstruct.preparation.recordings import load_recordings
from attrax.reconstruct.settings.configuration import configure
from attrax.runs.folder import start_run
from attrax.runs.opened_run import open_system
from attrax.runs.run_forecasts import write_forecast

xr = pytest.importorskip("xarray")

N, LAT, LON = 400, np.array([-60.0, 0.0, 45.0]), np.array([10.0, 20.0])


@pytest.fixture(scope="module")
def field(henon):
    """Two modes of a chaotic map in space, with land in one cell."""
    rng = np.random.default_rng(0)
    modes = rng.normal(size=(3, 3, 2))
    z = np.concatenate([henon(N), henon(N, 0.3)[:, :1]], axis=1)
    values = 280 + np.einsum("tk,kij->ijt", z, modes)
    values[1, 1] = np.nan
    return xr.DataArray(
        values,
        dims=("lat", "lon", "times"),
        coords={"times": np.arange(N) * 0.1, "lat": LAT, "lon": LON, "depth": 5.0},
        attrs={"units": "K"},
        name="sst",
    )


def test_land_is_left_out_and_comes_back(field):
    (series,) = load(field, stack=["lat", "lon"])
    assert series.obs_dim == 5
    assert "sst_0_20" not in series.channels
    assert series.mask is None
    for order in (["lat", "lon"], ["lon", "lat"]):
        (series,) = load(field, stack=order)
        follows = continued(field, series, series.x[:3])
        assert (follows.dims, follows.attrs, follows.name) == (field.dims, field.attrs, "sst")
        assert_allclose(follows.values, field.values[..., :3])
        assert_allclose(follows["lat"], LAT)
        assert float(follows["depth"]) == 5.0
        assert_allclose(follows["times"], N * 0.1 + np.arange(3) * 0.1)
    several = xr.Dataset({"sst": field, "ice": 2 * field}, attrs={"title": "sea"})
    (series,) = load(several, stack=["lat", "lon"], var=["sst", "ice"])
    follows = continued(several, series, series.x[:3])
    assert follows.attrs == {"title": "sea"}
    assert_allclose(follows["ice"].values, several["ice"].values[..., :3])


def test_components_are_weighted_by_area_and_undone(field):
    recording = load(field, stack=["lat", "lon"])
    assert_allclose(dict(recording[0].weights)["sst_-60_10"], 0.5)
    projection = fit_projection(recording, "3")
    (seen,) = projection.apply(recording)
    south = recording[0].channels.index("sst_-60_10")
    assert_allclose(projection.scale[south], recording[0].x[:, south].std() / np.sqrt(0.5))
    rows = np.arange(N)
    back, x = put_back(NO_PHASES, seen, seen.x, rows)
    assert_allclose(x, recording[0].x, rtol=1e-6)
    assert back.channels == recording[0].channels
    _, ends = put_back_interval(NO_PHASES, seen, seen.x, np.full(seen.x.shape, 0.1), rows, share=0.9)
    assert (ends.low < ends.center).all()


def test_a_forecast_of_components_is_a_field(field, tmp_path, make_model):
    field.to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    data = {"source": [str(tmp_path / "a.nc")], "stack": ["lat", "lon"], "pca": "3", "embed": "none"}
    config = configure(overrides={"data": data, "train": {"window": 10}})
    recordings = load_recordings(config)
    assert "5 channels became 3 components with 100 % of the variance" in str(recordings.preparation.done)
    run = start_run(tmp_path / "run", completed(config, recordings), recordings)
    train = recordings.train[0]
    scaling = Scaling((0.0,) * 3, tuple(map(float, train.x.std(axis=0))))
    model = replace(make_model(), channels=train.channels, scaling=scaling)
    model = replace(model, dynamics=replace(model.dynamics, dt=0.1))
    save_model(model, run.model_path)
    ahead = open_system(run.path).forecast(4, field)
    assert (ahead.dims, ahead.shape) == (field.dims, (3, 2, 4))
    assert np.isnan(ahead.values[1, 1]).all()
    assert abs(np.nanmean(ahead.values) - 280) < 5
    fit = open_system(run.path)
    for again in (fit.forecast(4), fit.forecast(4, tmp_path / "a.nc"), fit.simulate(4)):
        assert (again["sst"].dims, again["sst"].shape, again["sst"].attrs) == (field.dims, (3, 2, 4), field.attrs)
        assert_allclose(again["lat"], LAT)
    xr.testing.assert_allclose(fit.forecast(4)["sst"], ahead)
    gappy = field.copy()
    gappy[0, 0, 50:60] = np.nan
    filled = fit.fill(gappy).data
    assert (filled.dims, filled.attrs, filled.name) == (field.dims, field.attrs, "sst")
    xr.testing.assert_equal(filled["times"], field["times"])
    # Three components of five places: the other four tell the fifth.
    assert_allclose(filled, field, atol=0.05)
    assert fit.fill(tmp_path / "a.nc").data["sst"].sizes == field.sizes


def test_places_that_are_left_out_are_told_without_alarm(field):
    (notice,) = load(field, stack="lat,lon").notices
    assert "1 of the 6 places of 'sst' have no value at any time" in notice
    assert load(field.fillna(280), stack="lat,lon").notices == ()
    members = field.expand_dims(member=["a", "b"])
    assert len(load(members, stack="lat,lon").notices) == 1


LEVELS = xr.DataArray(
    np.random.default_rng(1).normal(size=(60, 3)),
    dims=("time", "level"),
    coords={"time": np.arange(60) * 0.5, "level": ("level", [1000, 500, 200], {"units": "hPa"})},
    name="T",
    attrs={"units": "K"},
)


@pytest.mark.parametrize("make", [lambda a: a, lambda a: a.to_dataset(), lambda a: a.T.to_dataset()])
def test_a_variable_of_one_more_dimension_keeps_it(make):
    source = make(LEVELS)
    (series,) = load(source)
    follows = continued(source, series, series.x[:2])
    follows = follows["T"] if hasattr(follows, "data_vars") else follows
    assert (set(follows.dims), follows.attrs) == ({"time", "level"}, {"units": "K"})
    assert follows["level"].attrs == {"units": "hPa"}
    assert_allclose(follows.transpose("time", "level"), LEVELS[:2])
    ends = replace(series, channels=tuple(f"{n}{e}" for n in series.channels for e in ("", "_low", "_high")))
    apart = continued(source, ends, np.repeat(series.x[:2], 3, axis=1))
    assert sorted(apart.data_vars) == ["T", "T_high", "T_low"]
    assert apart["T_low"].sizes == {"time": 2, "level": 3}


def test_sensors_that_were_left_out_do_not_come_back():
    leads = LEVELS.rename(level="lead").assign_coords(lead=["I", "II", "III"]).assign_coords(place=("lead", [1, 2, 3]))
    (series,) = load(leads, drop="II")
    follows = continued(leads, series, series.x[:2])
    assert list(follows["lead"].values) == ["I", "III"]
    assert list(follows["place"].values) == [1, 3]
    assert_allclose(follows, LEVELS.values[:2, [0, 2]])


@pytest.mark.parametrize("suffix", [".nc", ".zarr"])
def test_a_file_of_a_field_is_continued_in_a_file(field, tmp_path, suffix):
    pytest.importorskip("zarr" if suffix == ".zarr" else "h5netcdf")
    whole = field.to_dataset().assign_attrs(title="sea")
    if suffix == ".zarr":
        whole.to_zarr(tmp_path / "a.zarr", consolidated=False)
    else:
        whole.to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    (series,) = load(tmp_path / f"a{suffix}", stack="lat,lon")
    found = Forecast(Simulation(series.x[:3], Result.SUCCESSFUL), series, N - 1)
    write_forecast(found, tmp_path / "next.NC", str(tmp_path / f"a{suffix}"))
    with xr.open_dataset(tmp_path / "next.NC", engine="h5netcdf") as follows:
        assert (follows.attrs, follows["sst"].attrs) == ({"title": "sea"}, {"units": "K"})
        assert_allclose(follows["sst"].transpose(*field.dims), field[..., :3])
        assert_allclose(follows["times"], N * 0.1 + np.arange(3) * 0.1)


def test_a_table_is_continued_in_a_netcdf_file(tmp_path):
    (tmp_path / "a.csv").write_text("t [s],ecg [mV]\n" + "".join(f"{i * 0.5},{i % 7}\n" for i in range(20)))
    (series,) = load(tmp_path / "a.csv")
    found = Forecast(Simulation(np.ones((2, 1)), Result.SUCCESSFUL), series, 19)
    write_forecast(found, tmp_path / "next.nc", str(tmp_path / "a.csv"))
    (again,) = load(tmp_path / "next.nc")
    assert (again.channels, again.dt, again.unit, dict(again.channel_units)) == (("ecg",), 0.5, "s", {"ecg": "mV"})
    assert again.times[0] == 10.0
