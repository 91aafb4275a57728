import pytest

from attrax.campaigns import program_hash as module
from attrax.campaigns.program_hash import package_hash, program_hash


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ('"""What it does."""\nx = f(1)  # why\n', True),
        ("x = f(\n    1,\n)\n", True),
        ('x = f(1)\n"""What x is."""\n', True),
        ("x = f(2)\n", False),
        ("y = f(1)\n", False),
    ],
)
def test_comments_docstrings_and_layout_are_no_part_of_a_program(text, same):
    assert (program_hash(text) == program_hash('"""It."""\nx = f(1)\n')) is same


def test_what_shows_numbers_is_no_part_of_what_makes_them(tmp_path, monkeypatch):
    for place in ("campaigns", "report"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "a.py").write_text("x = 1")
    monkeypatch.setattr(module, "__file__", str(tmp_path / "campaigns" / "program_hash.py"))
    hashes = []
    for place, text in (("campaigns", "x = 1  # one"), ("report", "x = 2"), ("campaigns", "x = 2")):
        (tmp_path / place / "a.py").write_text(text)
        hashes.append(package_hash.__wrapped__())
    assert hashes[0] == hashes[1] != hashes[2]
