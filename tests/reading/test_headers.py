"""Text files of instruments: names, units, time steps and blocks of their headers."""

import numpy as np
import pytest

from attrax.reading.load import load

X = np.round(np.random.default_rng(0).normal(size=(40, 2)), 3)
VALUES = [f"{a:.3f}\t{b:.3f}" for a, b in X]
ROWS = [f"{i * 0.05:.2f}\t{row}" for i, row in enumerate(VALUES)]
LABCHART = ("Interval=\t0.05 s", "TimeFormat=\tStartOfBlock", "ChannelTitle=\tecg\tabp", "Range=\t10.00 mV\t2 mmHg")
BIOPAC = ("rec.acq", "50 msec/sample", "2 channels", "ecg", "mV", "abp", "mmHg")
LABVIEW = ("LabVIEW Measurement", "Separator\tTab", "***End_of_Header***", "", "Channels\t2", "Delta_X\t0.05\t0.05")
SPIKE = ('"CHANNEL"\t"{0}"', '"Waveform"', '"no comment"', '"{1}"', "", '"{2}"\t"20"', '"START"\t"0.0"\t"0.05"')


def text(*lines):
    return "\n".join(lines) + "\n"


def spike(i, name, unit):
    return [*(line.format(i, name, unit) for line in SPIKE), *(f"{v:.3f}" for v in X[:, i - 1]), ""]


FILES = {
    "LabChart": text(*LABCHART, *ROWS),
    "LabChart with comments": text(*LABCHART, *(f"{row}\t#* seen" if i == 7 else row for i, row in enumerate(ROWS))),
    "LabChart without times": text(*LABCHART, *VALUES),
    "LabChart with units": text(*LABCHART[:3], "Range=\t9 V\t9 V", "UnitName=\tmV\tmmHg", *ROWS),
    "Campbell": text(
        '"TOA5","station","CR1000"',
        '"TIMESTAMP","RECORD","ecg","abp"',
        '"TS","RN","mV","mmHg"',
        '"","","Avg","Smp"',
        *(f'"2021-01-01 00:00:{i * 0.05:05.2f}",{i},{row}'.replace("\t", ",") for i, row in enumerate(VALUES)),
    ),
    "Axon": text("ATF\t1.0", "2\t3", '"Comment="', '"YTop=1,2"', '"Time (s)"\t"ecg"\t"abp"', *ROWS),
    "AcqKnowledge": text(*BIOPAC, *VALUES),
    "AcqKnowledge with times": text(*BIOPAC, "sec\tCH1\tCH2", "\t40\t40", *ROWS),
    "LabVIEW": text(*LABVIEW, "***End_of_Header***", "X_Value\tecg\tabp\tComment", *ROWS),
    "LabVIEW without times": text(
        *LABVIEW, "***End_of_Header***", "X_Value\tecg\tabp\tComment", *(f"\t{row}\t" for row in VALUES)
    ),
    "Spike2": text('"INFORMATION"', '"rec"', "", *spike(1, "ecg", "mV"), *spike(2, "abp", "mmHg")),
    "ARFF": text(
        "@relation r",
        "@attribute 'time (s)' numeric",
        "@attribute ecg real",
        "@attribute abp real",
        "@data",
        *(row.replace("\t", ",") for row in ROWS),
    ),
    "rate in a comment": text("# Sampling rate: 20 Hz", "ecg\tabp", *VALUES),
    "rate in a cell": text("Sampling Frequency (Hz)\t20", "ecg\tabp", *VALUES),
    "interval": text("Sample Interval\t50\tms", "ecg\tabp", *VALUES),
    "rate beside times": text("-SamplingFrequency 20", "time\tecg\tabp", *ROWS),
    "units in comments": text("# time ecg abp", "# s mV mmHg", *(row.replace("\t", " ") for row in ROWS)),
}
UNITS = {"LabChart", "LabChart with units", "Campbell", "AcqKnowledge with times", "Spike2", "units in comments"}


@pytest.mark.parametrize("name", FILES)
def test_a_header_tells_names_and_the_time_step(write, name):
    (series,) = load(write("a.txt", FILES[name]))
    assert series.channels == ("ecg", "abp")
    assert (series.dt * {"s": 1, "ms": 1e-3}[series.unit]) == pytest.approx(0.05, rel=1e-9)
    np.testing.assert_array_equal(series.x, X)
    if name in UNITS:
        assert series.channel_units == {"ecg": "mV", "abp": "mmHg"}


def test_blocks_are_recordings_of_their_own(write):
    data = load(write("a.txt", text(*LABCHART, *ROWS[:20], *LABCHART, *ROWS[:15])))
    assert [len(series) for series in data] == [20, 15]
    assert [series.subject for series in data] == ["a.0", "a.1"]


def test_a_step_of_a_header_is_said_if_it_is_used(write):
    told = load(write("a.txt", FILES["rate in a comment"])).notices
    assert any("the header says '# Sampling rate: 20 Hz', and the time step is 0.05 s" in notice for notice in told)
    assert not any("the header says" in notice for notice in load(write("b.txt", FILES["rate beside times"])).notices)
    assert load(write("c.txt", FILES["rate in a comment"]), dt=2.0)[0].dt == 2.0


def test_years_of_twelve_months_become_a_recording_of_months(write):
    years = [f"{1990 + k} " + " ".join(f"{v:.2f}" for v in X[:12, 0] + k) for k in range(3)]
    years[1] = years[1].replace(f"{X[3, 0] + 1:.2f}", "-99.99")
    (series,) = load(write("nino.data", text(" 1990 1992", *years, "  -99.99", " index of the Pacific")))
    assert (len(series), series.dt, series.unit, series.n_missing) == (36, 1.0, "month", 1)
    assert series.text_after(35, 2) == ["1993-01", "1993-02"]


ENCODED = {
    "utf-16-le": "time",
    "utf-16-be": "time",
    "utf-32": "time",
    "cp1251": "время",
    "gbk": "时间",
    "shift_jis": "時間",
}


@pytest.mark.parametrize(("encoding", "clock"), ENCODED.items())
def test_names_of_columns_are_read_in_their_encoding(write, encoding, clock):
    content = text(f"{clock}\t{clock}2\tb", *ROWS)
    (series,) = load(write("a.txt", content.encode(encoding)))
    assert (series.origin.name, series.channels) == (clock, (f"{clock}2", "b"))
