import numpy as np
import pytest
from safetensors.numpy import save_file

from attrax import ModelFileError
from attrax.runs.tree_file import (
    file_sha256,
    read_arrays,
    replacing,
    unfinished_path,
    write_arrays,
    write_atomically,
)
from tests.mutated_bytes import mutated

ARRAYS = {
    "scalar": np.array(3, np.int32),
    "matrix": np.arange(6, dtype=np.float32).reshape(2, 3),
    "empty": np.zeros((2, 0), np.float32),
    "flags": np.array([True, False]),
    "limits": np.array([np.inf, -0.0, np.nan, 5e-324]),
}


def test_arrays_come_back_bit_for_bit(tmp_path):
    path = tmp_path / "a.safetensors"
    write_arrays(path, ARRAYS, {"note": ["é", 1 / 3, None]})
    arrays, description = read_arrays(path)
    assert description == {"note": ["é", 1 / 3, None]}
    assert arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert (arrays[name].shape, arrays[name].dtype) == (array.shape, array.dtype)
        assert arrays[name].tobytes() == array.tobytes()


def test_the_same_arrays_give_the_same_bytes_in_any_order(tmp_path):
    one, two = tmp_path / "1", tmp_path / "2"
    write_arrays(one, ARRAYS, {"a": 1, "b": 2})
    write_arrays(two, dict(reversed(ARRAYS.items())), {"b": 2, "a": 1})
    assert one.read_bytes() == two.read_bytes()
    assert file_sha256(one) == file_sha256(two)
    write_arrays(two, ARRAYS | {"scalar": np.array(4, np.int32)}, {"a": 1, "b": 2})
    assert file_sha256(one) != file_sha256(two)


def test_a_transposed_view_is_written_by_its_values(tmp_path):
    view = ARRAYS["matrix"].T
    write_arrays(tmp_path / "a", {"view": view}, {})
    np.testing.assert_array_equal(read_arrays(tmp_path / "a")[0]["view"], view)


def damaged(path, kept):
    write_arrays(path, ARRAYS, {})
    path.write_bytes(path.read_bytes()[:kept])


DAMAGE = {
    "missing": lambda path: None,
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("not a model file, but long enough"),
    "truncated in the header": lambda path: damaged(path, 40),
    "truncated in the values": lambda path: damaged(path, -5),
    "of another program": lambda path: save_file({"x": np.ones(3)}, path),
    "metadata no JSON": lambda path: save_file({"x": np.ones(3)}, path, metadata={"attrax": "{"}),
    "a folder": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_file_that_is_none_of_ours_is_refused(tmp_path, damage):
    path = tmp_path / "a.safetensors"
    DAMAGE[damage](path)
    with pytest.raises(ModelFileError) as caught:
        read_arrays(path)
    assert caught.value.code == ("M405" if "in the values" in damage else "M402")
    assert caught.value.where == str(path)
    assert caught.value.why


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failing_write_leaves_the_old_file(tmp_path, monkeypatch, step):
    path = tmp_path / "a"
    write_atomically(path, b"old")

    def fail(*_):
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync" if step == "fsync" else "pathlib.Path.replace", fail)
    with pytest.raises(OSError, match="no space"):
        write_atomically(path, b"new and longer")
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


def test_nothing_but_the_file_is_left_behind(tmp_path):
    write_atomically(tmp_path / "a", b"one")
    write_atomically(tmp_path / "a", b"two")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"two"


def test_two_processes_that_write_the_same_file_do_not_disturb_each_other(tmp_path, monkeypatch):
    path = tmp_path / "a"
    with replacing(path) as ours:
        ours.write(b"ours, begun first, ")
        monkeypatch.setattr("os.getpid", lambda: -1)
        write_atomically(path, b"theirs, ended first")
        assert path.read_bytes() == b"theirs, ended first"
        ours.write(b"ended last")
    assert path.read_bytes() == b"ours, begun first, ended last"
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


def test_what_lies_in_the_way_of_a_new_file_is_not_written_through(tmp_path):
    path, other = tmp_path / "a", tmp_path / "mine"
    other.write_text("mine")
    unfinished_path(path).symlink_to(other)
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert other.read_text() == "mine"
    assert not path.is_symlink()


def test_every_change_of_a_byte_is_noticed(tmp_path):
    path, rng = tmp_path / "a", np.random.default_rng(0)
    write_arrays(path, ARRAYS, {"step": 3, "channels": ["a", "0" * 64]})
    assert read_arrays(path)[1]["step"] == 3
    whole = path.read_bytes()
    for _ in range(300):
        changed = mutated(whole, rng)
        path.write_bytes(changed)
        if changed != whole:
            with pytest.raises(ModelFileError):
                read_arrays(path)


def test_a_file_without_checksum_is_read_as_one_of_attrax_0_1(tmp_path):
    save_file({"x": np.ones(3)}, tmp_path / "a", metadata={"attrax": '{"step": 3}'})
    assert read_arrays(tmp_path / "a")[1] == {"step": 3}
