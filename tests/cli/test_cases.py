"""Small recordings, one situation each, through the whole way: read, examined, learned, continued as they came."""

import csv
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import attrax
from attrax.core.errors import AttraxError

FOLDER = Path(__file__).parents[2].parent / "shared" / "cases"
THERE = (FOLDER / "expected.csv").is_file()
TABLE = (FOLDER / "expected.csv").read_text().splitlines() if THERE else []
EXPECTED = {row["file"]: row for row in csv.DictReader(TABLE)}
WORKDAYS = np.busday_offset("2021-01-01", np.arange(1200, 1202)).astype(str).tolist()

pytestmark = pytest.mark.skipif(not THERE, reason="the development cases are not here")

# What a user has to say, as `attrax.load` takes it and as it is typed.
TOLD = {
    "naive_local.csv": ({"zone": "Europe/Berlin"}, "--zone Europe/Berlin"),
    "stage.csv": ({"labels": ["stage"]}, "--kinds stage=categorical"),
    "three_subjects.csv": ({"group": ["subject"]}, "--group subject"),
    "tidy_long.csv": ({"pivot": "unique_id"}, "--pivot unique_id"),
    "nearly_constant.csv": ({}, "--drop constant"),
    "clipped.csv": ({}, "--drop y3"),
    "trend_and_season.csv": ({}, "--detrend passengers"),
    "sentinel.csv": ({}, "--na -999"),
}
# What is asked before: the code and words of the answer.
ASKED = {
    "naive_local.csv": ("D144", "--zone"),
    "stage.csv": ("D108", "--kinds stage=categorical"),
    "three_subjects.csv": ("D132", "--group subject"),
    "tidy_long.csv": ("D108", "--group unique_id", "--pivot unique_id"),
    "nearly_constant.csv": ("D103", "'y3'"),
    "clipped.csv": ("D103", "'y3'"),
}
# What `attrax inspect` says.
SAID = {
    "no_header.dat": ("first column rises by 0.05", "is the time, not a channel", "--unit s"),
    "year_month_day_hour.csv": ("'No' is left out",),
    "rounded_256hz.csv": ("length     4.684 s", "256 Hz"),
    "rounded_60fps.csv": ("60 Hz",),
    "frame.csv": ("dt = 1 row", "periods of 15 rows"),
    "sentinel.csv": ("-999", "10 times", "--na -999"),
    "thousands.csv": ("'1,839' read as 1839",),
    "gap_words.csv": ("'*****'", "--na '*****'", "3 values"),
    "clipped.csv": ("clipped at a rail", "-8 and 8"),
    "spike.csv": ("1000000", "row 600"),
    "trend_and_season.csv": ("about 50 dominant periods of 12 rows", "--detrend passengers"),
    "units_row.csv": ("y1 [mV] y2 [mV] y3 [mmHg]",),
    "footer.csv": ("'# end of file'", "left out"),
}
# The times of the two rows after the last one, as they are written.
AFTER = {
    "year.csv": ["2200", "2201"],
    "elapsed.csv": ["60000", "60050"],
    "frame.csv": ["1200", "1201"],
    "year_month_day_hour.csv": ["2021-02-20T00:00:00", "2021-02-20T01:00:00"],
    "date_and_time.csv": ["2021-01-09T08:00:00", "2021-01-09T08:10:00"],
    "ds.csv": ["2021-02-20 00:00:00", "2021-02-20 01:00:00"],
    "month.csv": ["2000-01", "2000-02"],
    "quarter.csv": ["2000-01-01", "2000-04-01"],
    "business_days.csv": WORKDAYS,
    "day_month_year.csv": ["15/04/2024", "16/04/2024"],
    "am_pm.csv": ["02/20/2021 12:00:00 AM", "02/20/2021 01:00:00 AM"],
    "offsets.csv": ["2022-12-04T01:00:00+01:00", "2022-12-04T02:00:00+01:00"],
    "naive_local.csv": ["2022-12-04T01:00:00+01:00", "2022-12-04T02:00:00+01:00"],
    "rounded_256hz.csv": ["4.6875", "4.69140625"],
    "tidy_long.csv": ["2021-01-26 00:00:00", "2021-01-26 01:00:00"],
    "three_subjects.csv": ["15", "15.05"],
}
NAMES = {"no_header.dat": ("x1", "x2", "x3"), "trend_and_season.csv": ("passengers",)}
SECONDS = {"ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3_600.0, "d": 86_400.0}


@pytest.fixture(scope="session")
def cases(tmp_path_factory):
    """A folder with all case files."""
    folder = tmp_path_factory.mktemp("cases")
    subprocess.run([sys.executable, FOLDER / "make_cases.py", folder], check=True, capture_output=True)
    return folder


def assert_step(series, right):
    """The step is that of the table, such as `1 quarter`, `0.05 s` or `1 row`; a file may name no unit."""
    number, unit = right.split(maxsplit=1)
    if unit.split()[0] in SECONDS:
        unit, dt = unit.split()[0], series.dt * SECONDS.get(series.unit, 1.0)
        assert dt == pytest.approx(float(number) * SECONDS[unit], rel=1e-5)
    else:
        assert series.dt == float(number)
        assert series.unit == unit.replace("row", "")


@pytest.mark.parametrize("name", EXPECTED)
def test_a_case_is_read_right(name, cases):
    row = EXPECTED[name]
    found = attrax.load(cases / name, **TOLD.get(name, ({}, ""))[0])
    assert len(found) == int(row["series"])
    assert {len(series) for series in found} == {int(row["rows"])}
    assert found[0].channels == NAMES.get(name, tuple(row["channels"].split()))
    assert_step(found[0], row["step"].replace("(unit asked)", "s"))
    if name in AFTER:
        assert found[0].text_after(len(found[0]) - 1, 2) == AFTER[name]


@pytest.mark.parametrize("name", ["naive_local.csv", "stage.csv", "three_subjects.csv", "tidy_long.csv"])
def test_what_only_the_user_knows_is_asked(name, cases):
    with pytest.raises(AttraxError) as caught:
        attrax.load(cases / name)
    assert caught.value.code == ASKED[name][0]
    assert "mean" not in caught.value.fix
    assert next(iter(TOLD[name][0])) in caught.value.fix


def test_units_labels_and_a_common_clock(cases):
    assert dict(attrax.load(cases / "units_row.csv")[0].channel_units) == {"y1": "mV", "y2": "mV", "y3": "mmHg"}
    assert attrax.load(cases / "stage.csv", labels=["stage"])[0].labels == {"stage": ("N2", "REM")}
    both = attrax.load([cases / "seconds.csv", cases / "milliseconds.csv"])
    assert both[0].dt == both[1].dt == 0.05
    assert attrax.load(cases / "three_subjects.csv", group=["subject"]).subjects == ("1", "2", "3")
    assert attrax.load(cases / "thousands.csv")[0].x[:, 0].min() > 900
    assert attrax.load(cases / "gap_words.csv").n_missing == 3


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPECTED)
def test_a_case_is_examined_right(name, cases, program):
    ended = program("inspect", cases / name)
    text = ended.out + ended.err
    code, *words = ASKED.get(name, ("",))
    assert (f"error {code}" in text) if code else ended.code == 0
    assert [said for said in (*words, *SAID.get(name, ())) if said not in text] == []
    assert "--duplicates" not in text
    advised = [line for line in text.splitlines() if "--drop" in line and "D143" not in line]
    assert not advised or name in ("stage.csv", "clipped.csv", "nearly_constant.csv")


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPECTED)
def test_a_case_is_learned_and_continued(name, cases, fit, program, tmp_path):
    options = shlex.split(TOLD.get(name, ({}, ""))[1])
    fewer = ["--set", "model.encoder_rows=2"] if name == "stage.csv" else []
    ended = fit(cases / name, *options, "--out", "run", *fewer)
    assert ended.code in (0, 4), ended.err
    for command in ("forecast", "simulate"):
        out = tmp_path / f"{command}.csv"
        ended = program(command, "run", "--steps", "2", "--out", out)
        assert ended.code == 0, ended.err
    head, *rows = csv.reader((tmp_path / "forecast.csv").read_text().splitlines())
    assert head[0] == attrax.load(cases / name, **TOLD.get(name, ({}, ""))[0])[0].clock_title
    if name in AFTER:
        assert [row[0] for row in rows] == AFTER[name]
    if name == "stage.csv":
        assert {row[-1] for row in rows} <= {"N2", "REM"}
    if name == "trend_and_season.csv":
        assert all(1_200 < float(row[1]) < 1_400 for row in rows)
