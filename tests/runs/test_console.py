"""What the console shows on a narrow screen."""

import pytest

from attrax.runs.console import Console

COLUMNS = ("data", "D_stsp", "D_H", "reconstructed")
ROWS = (("lorenz", "12.950 ± 0.013", "0.075 ± 0.012", "0 of 2"), ("heart", "6.7 ± 0.7", "0.4 ± 0.3", "1 of 2"))


@pytest.mark.parametrize("width", [24, 40, 120])
def test_no_cell_of_a_table_is_cut_off(width, capsys):
    console = Console()
    console.rich.width = width
    console.table(COLUMNS, ROWS)
    shown = capsys.readouterr()
    text = shown.out + shown.err
    assert "…" not in text
    assert all(cell in text for row in (COLUMNS, *ROWS) for cell in row)
    assert max(map(len, text.splitlines())) <= width
    assert text.count("lorenz") == {24: 3, 40: 2, 120: 1}[width]
