"""No recording brings in another file of the machine."""

import numpy as np
import pytest

from attrax import DataError
from attrax.core.errors import AttraxError
from attrax.reading import load

h5py = pytest.importorskip("h5py")


def external_storage(file, secret):
    file.create_dataset("x", (5, 8), "u1", external=[(str(secret), 0, 40)])


def external_link(file, secret):
    file["x"] = h5py.ExternalLink(str(secret), "/x")


def link_in_a_group(file, secret):
    file["x"] = np.zeros((9, 2))
    file.create_group("deep")["y"] = h5py.ExternalLink(str(secret), "/x")


def view_of_another_file(file, secret):
    layout = h5py.VirtualLayout((9, 2), "f8")
    layout[:] = h5py.VirtualSource(str(secret), "x", (9, 2))
    file.create_virtual_dataset("x", layout)


@pytest.mark.parametrize("suffix", [".h5", ".nc", ".mat"])
@pytest.mark.parametrize("refer", [external_storage, external_link, link_in_a_group, view_of_another_file])
def test_a_file_that_refers_to_another_is_refused(tmp_path, refer, suffix):
    secret = tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["x"] = np.zeros((9, 2))
    with h5py.File(tmp_path / f"a{suffix}", "w") as file:
        refer(file, secret)
    with pytest.raises(DataError, match=r"D139[\s\S]*secret"):
        load(tmp_path / f"a{suffix}")


def test_links_inside_a_file_stay_allowed(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["x"] = np.arange(18.0).reshape(9, 2)
        file.create_group("deep")["round"] = file["/"]
        file["soft"] = h5py.SoftLink("/x")
    assert len(load(tmp_path / "a.h5")[0]) == 9


def test_links_that_leave_a_zarr_store_are_refused(tmp_path):
    xarray = pytest.importorskip("xarray")
    pytest.importorskip("zarr")
    table = xarray.DataArray(np.arange(18.0).reshape(9, 2), dims=("time", "channel"), name="x")
    table.to_dataset().to_zarr(tmp_path / "a.zarr", consolidated=False)
    (tmp_path / "a.zarr" / "note").symlink_to(tmp_path / "a.zarr" / "zarr.json")
    assert len(load(tmp_path / "a.zarr")[0]) == 9
    (tmp_path / "secret").write_bytes(bytes(144))
    (tmp_path / "a.zarr" / "x" / "chunk").symlink_to(tmp_path / "secret")
    with pytest.raises(DataError, match=r"D139[\s\S]*secret"):
        load(tmp_path / "a.zarr")


@pytest.mark.parametrize("secret", ["../secret", "/etc/passwd", "C:\\secret", ".."])
@pytest.mark.parametrize(
    ("file", "header"),
    [
        ("a.vhdr", "Brain Vision Data Exchange Header File\n[Common Infos]\nDataFile = {}\nMarkerFile=a.vmrk\n"),
        ("a.hea", "# made by hand\na 1 100 20\n{} 16 200 11 1024 0 0 0 u\n"),
        ("a.hea", "a/1 1 100 20\n{} 20\n"),
    ],
)
def test_headers_name_files_of_their_folder_only(tmp_path, file, header, secret):
    (tmp_path / file).write_text(header.format(secret))
    with pytest.raises(DataError, match="D139"):
        load(tmp_path / file)


@pytest.mark.parametrize(("file", "header"), [("a.vhdr", "DataFile=a.eeg\n"), ("a.hea", "a/1 1 100 20\na_1 20\n")])
def test_headers_that_name_files_beside_them_pass(tmp_path, file, header):
    (tmp_path / file).write_text(header)
    with pytest.raises(AttraxError, match=r"C640|D118"):  # without the library, or without the file
        load(tmp_path / file)
