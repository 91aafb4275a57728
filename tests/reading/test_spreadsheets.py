"""Spreadsheets: titles, rows of units, dates as numbers, and several sheets."""

import zipfile

import numpy as np
import pytest

from attrax.core.errors import DataError
from attrax.reading.load import load

pytest.importorskip("python_calamine")

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
ROWS = 40
X = np.random.default_rng(0).normal(size=(ROWS, 2)).round(4)
TIMED = [["time", "a", "b"], *[[i / 4, *X[i]] for i in range(ROWS)]]


def cell(value):
    if value is None:
        return "<c/>"
    return f'<c t="str"><v>{value}</v></c>' if isinstance(value, str) else f"<c><v>{value}</v></c>"


def write_book(path, sheets, merged=""):
    """A workbook with rows of text and numbers, and perhaps merged cells such as `A1:C1`."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
        + "".join(f'<Override PartName="/xl/s{k}.xml" ContentType="{KIND}.worksheet+xml"/>' for k in range(len(sheets)))
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        + "".join(f'<sheet name="{name}" sheetId="{k + 1}" r:id="r{k}"/>' for k, name in enumerate(sheets))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(f'<Relationship Id="r{k}" Type="{OFFICE}/worksheet" Target="s{k}.xml"/>' for k in range(len(sheets)))
        + "</Relationships>",
    }
    joined = f'<mergeCells count="1"><mergeCell ref="{merged}"/></mergeCells>' if merged else ""
    for k, rows in enumerate(sheets.values()):
        data = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
        parts[f"xl/s{k}.xml"] = f'<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData>{joined}</worksheet>'
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_a_spreadsheet_is_a_table(tmp_path):
    (series,) = load(write_book(tmp_path / "a.xlsx", {"S": TIMED}))
    assert (series.channels, series.dt) == (("a", "b"), 0.25)
    np.testing.assert_array_equal(series.x, X)


def test_a_merged_title_and_a_row_of_units(tmp_path):
    rows = [["Chamber B, 2021", None, None], [None] * 3, TIMED[0], ["(s)", "(mV)", "(mmHg)"], *TIMED[1:]]
    found = load(write_book(tmp_path / "a.xlsx", {"S": rows}, merged="A1:C1"))
    assert (found[0].unit, dict(found[0].channel_units)) == ("s", {"a": "mV", "b": "mmHg"})
    assert "row 1 of the sheet 'Chamber B, 2021'" in found.notices[0]


@pytest.mark.parametrize(
    ("each", "step", "after"), [(1, 86_400.0, "2021-02-10"), (1 / 24, 3_600.0, "2021-01-02T16:00:00")]
)
def test_dates_in_numbers_of_days(tmp_path, each, step, after):
    rows = [["Date", "a", "b"], *[[44_197 + i * each, *X[i]] for i in range(ROWS)]]
    (series,) = load(write_book(tmp_path / "a.xlsx", {"S": rows}))
    assert (series.dt, series.text_after(ROWS - 1, 1)) == (step, [after])


def test_which_sheet_is_asked_and_several_are_subjects(tmp_path):
    path = write_book(tmp_path / "a.xlsx", {"about": [["by", "me"], ["in", "2021"]], "s1": TIMED, "s2": TIMED})
    with pytest.raises(DataError, match="D112") as caught:
        load(path)
    assert caught.value.fix == "var='s1'  # or var=['s1', 's2'], a series for each"
    assert load(path, var="s*").subjects == ("s1", "s2")


def test_a_cover_sheet_without_rows_is_no_recording(tmp_path):
    assert len(load(write_book(tmp_path / "a.xlsx", {"cover": [["Report"]], "data": TIMED}))[0]) == ROWS
