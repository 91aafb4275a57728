"""No recording brings in another file of the machine."""

import numpy as np
import pytest

from attrax import DataError
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


@pytest.mark.parametrize("suffix", [".h5", ".nc"])
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
