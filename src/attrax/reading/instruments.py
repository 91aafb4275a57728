"""Files of instruments: EDF and BDF, BrainVision and WFDB, each read by its own library."""

import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from attrax.core.errors import AttraxError, DataError
from attrax.core.optional_library import FILE_LIBRARIES, PHYSIOLOGY_LIBRARIES
from attrax.data.column_names import unique
from attrax.reading.file_errors import damaged
from attrax.reading.own_bytes import check_own_folder
from attrax.reading.raw_table import RawTable
from attrax.reading.read_options import ReadOptions
from attrax.reading.text_encoding import is_text

_ANNOTATIONS = "EDF Annotations"


def read_edf(path: Path, options: ReadOptions) -> tuple[RawTable, ...]:
    """The signals in an EDF or BDF file, read by edfio, with their units.

    Raises: DataError D112 for signals of several sampling rates, D118 for a damaged file; ConfigError C640 without
        edfio.
    """
    (edfio,) = FILE_LIBRARIES.load("edfio", place=str(path))
    try:
        _check_records(path)
        found = (edfio.read_bdf if path.suffix.lower() == ".bdf" else edfio.read_edf)(path)
        signals = [s for s in found.signals if s.label != _ANNOTATIONS]
        names = unique([str(s.label) for s in signals])
        rates = {name: float(s.sampling_frequency) for name, s in zip(names, signals, strict=True)}
        wanted = _of_one_rate(rates, str(path), options)
        kept = [(name, s) for name, s in zip(names, signals, strict=True) if name in wanted]
        values = np.column_stack([np.asarray(s.data, dtype=np.float64) for _, s in kept])
        units = {name: str(s.physical_dimension).strip() for name, s in kept}
    except AttraxError:
        raise
    # A damaged file can make a parser fail in any way.
    except Exception as error:
        raise damaged(str(path), error) from None
    return (_table(values, tuple(name for name, _ in kept), units, rates[kept[0][0]], str(path)),)


def read_brainvision(path: Path, options: ReadOptions) -> tuple[RawTable, ...]:
    """The signals of a BrainVision recording, by its header file `.vhdr`, read by MNE, in microvolts.

    Raises: DataError D118 for a damaged file; ConfigError C640 without MNE.
    """
    del options
    header = path.read_text(encoding="utf-8", errors="replace")
    check_own_folder(path, re.findall(r"(?mi)^\s*(?:Data|Marker)File\s*=\s*(.*?)\s*$", header))
    (mne,) = PHYSIOLOGY_LIBRARIES.load("mne", place=str(path))
    try:
        raw = mne.io.read_raw_brainvision(path, preload=True, verbose="ERROR")
        # MNE converts to volts.
        values = np.asarray(raw.get_data().T, dtype=np.float64) * 1e6
        names, rate = tuple(map(str, raw.ch_names)), float(raw.info["sfreq"])
    except Exception as error:
        raise damaged(str(path), error) from None
    return (_table(values, unique(names), dict.fromkeys(names, "uV"), rate, str(path)),)


def read_wfdb(path: Path, options: ReadOptions) -> tuple[RawTable, ...]:
    """The signals of a WFDB record, by its header file `.hea`, read by the library wfdb, with their units.

    Raises: DataError D118 for a damaged file; ConfigError C640 without wfdb.
    """
    del options
    content = path.read_bytes()
    if not is_text(content):
        raise damaged(str(path), ValueError("the header holds bytes that do not occur in text"))
    header = content.decode(errors="replace").splitlines()
    lines = [line.split() for line in header if line.strip() and not line.lstrip().startswith("#")]
    # The number of segments follows the name of the record after a slash.
    check_own_folder(path, [*(words[0].rpartition("/")[0] for words in lines[:1]), *(words[0] for words in lines[1:])])
    (wfdb,) = PHYSIOLOGY_LIBRARIES.load("wfdb", place=str(path))
    try:
        with warnings.catch_warnings():
            # What the library uses may be deprecated elsewhere.
            warnings.simplefilter("ignore")
            _check_sums(wfdb, path.with_suffix(""))
            record: Any = wfdb.rdrecord(str(path.with_suffix("")))
        names = unique([str(name) for name in record.sig_name])
        units = dict(zip(names, map(str, record.units), strict=True))
        values, rate = np.asarray(record.p_signal, dtype=np.float64), float(record.fs)
    except Exception as error:
        raise damaged(str(path), error) from None
    return (_table(values, names, units, rate, str(path)),)


def _check_records(path: Path) -> None:
    """Check that an EDF or BDF file is as long as its header says, unless the header leaves that open.

    Raises: ValueError if it is not: values after a gap or an insertion are taken for those of other signals.
    """
    with path.open("rb") as file:
        fixed = file.read(256)
        n = int(fixed[252:256])
        # The samples of each signal in a record are the eighth field of the headers of signals.
        samples = file.read(256 * n)[216 * n : 224 * n]
    width = 3 if path.suffix.lower() == ".bdf" else 2
    expected = 256 * (n + 1) + int(fixed[236:244]) * width * sum(int(samples[8 * k : 8 * k + 8]) for k in range(n))
    size = path.stat().st_size
    if int(fixed[236:244]) >= 0 and size != expected:
        raise ValueError(f"{size:,} bytes, where its header counts {expected:,}")


def _check_sums(wfdb: Any, record: Path) -> None:
    """Check the samples of a WFDB record, and of its segments, against the checksums in its headers.

    Raises: ValueError if they differ. Zero stands for no checksum.
    """
    header = wfdb.rdheader(str(record))
    for segment in getattr(header, "seg_name", None) or ():
        if segment != "~":
            _check_sums(wfdb, record.with_name(segment))
    sums = getattr(header, "checksum", None) or ()
    if not any(sums) or not header.sig_len:
        return
    raw = wfdb.rdrecord(str(record), physical=False, smooth_frames=False, ignore_skew=True)
    for name, stored, found in zip(header.sig_name, sums, raw.calc_checksum(expanded=True), strict=True):
        if stored and stored % 2**16 != found:
            raise ValueError(f"the samples of {name!r} have the checksum {found}, its header says {stored % 2**16}")


def _of_one_rate(rates: dict[str, float], place: str, options: ReadOptions) -> list[str]:
    """The signals that are asked for, or all; they have one sampling rate."""
    given = [name for name in (*options.channels, *options.inputs) if name in rates]
    dropped = [name for name in rates if name in options.dropped_columns]
    wanted = given or [name for name in rates if name not in dropped]
    different = {rates[name] for name in wanted}
    if len(different) > 1:
        groups = {rate: [name for name in wanted if rates[name] == rate] for rate in sorted(different, reverse=True)}
        most = max(groups.values(), key=len)
        raise DataError(
            "D112",
            "signals of several sampling rates",
            where=f"{place}: " + "; ".join(f"{rate:g} Hz: {', '.join(names[:8])}" for rate, names in groups.items()),
            why="a recording has one time step",
            fix=f"--channels '{','.join(most)}'  # those of one rate; the others are a recording of their own",
        )
    return wanted


def _table(values: np.ndarray, names: tuple[str, ...], units: dict[str, str], rate: float, place: str) -> RawTable:
    known = {name: unit for name, unit in units.items() if unit and unit.lower() not in ("nu", "n/a")}
    return RawTable(names, tuple(values.T), place, dt=1.0 / rate, unit="s", block=values, units=known)
