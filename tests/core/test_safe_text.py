import pytest

from attrax.core.errors import DataError
from attrax.core.safe_text import file_name, printable, spreadsheet_cell

HARMFUL = ["\x1b[31mred", "\x1b]0;title\x07", "a\rb", "\x9b2J", "‮kcab", "a\x00b", "a\tb", "\ud800"]


@pytest.mark.parametrize("name", HARMFUL)
def test_no_control_character_reaches_a_terminal(name):
    told = str(DataError("D103", "constant channel", where=name, why="it has no variance", fix="drop it"))
    for text in (printable(name), told):
        assert text.encode("utf-8")
        assert text.replace("\n", "").isprintable()


@pytest.mark.parametrize("name", ["ecg", "é µ 心 Δ", "two\nlines", "5 %"])
def test_other_names_stay_what_they_are(name):
    assert printable(name) == name


@pytest.mark.parametrize(
    "name", ["..", ".", "../../x", "/etc/passwd", "a/b", "a\\b", "", "C:\\x", "nul", "x" * 300, "心" * 300, "\x00"]
)
def test_a_name_stays_in_its_folder(name, tmp_path):
    safe = file_name(name)
    assert (tmp_path / safe).resolve().parent == tmp_path.resolve()
    (tmp_path / safe).mkdir()
    assert not safe.startswith(".")


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\n=1", "\uff1d1+1"])
def test_no_cell_is_a_formula(name):
    assert spreadsheet_cell(name) == f"'{name}"


@pytest.mark.parametrize("text", ["-1.5e3", "+", "-", "a=b", ""])
def test_numbers_and_signs_are_no_formulas(text):
    assert spreadsheet_cell(text) == text
