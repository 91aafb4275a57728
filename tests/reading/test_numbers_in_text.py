"""Numbers as people write them: thousands, words for gaps, codes for missing values."""

import numpy as np
import pytest

from attrax.core.errors import DataError
from attrax.reading.load import load
from attrax.reading.thousands import spot_thousands

VALUES = np.round(1_000 * np.random.default_rng(1).normal(size=40).cumsum())


def column(write, cells, *, sep=";", beside=True):
    lines = [sep.join(["n", "price"] if beside else ["price"])]
    lines += [sep.join(([str(i % 7)] if beside else []) + [cell]) for i, cell in enumerate(cells)]
    return load(write("a.csv", "\n".join(lines) + "\n"))


SPELLINGS = {
    "comma": (lambda v: f"{v:,.0f}", ";"),
    "comma and point": (lambda v: f"{v:,.2f}", ";"),
    "quoted": (lambda v: f'"{v:,.0f}"', ","),
    "point and comma": (lambda v: f"{v:,.2f}".translate(str.maketrans(",.", ".,")), ";"),
    "apostrophe": (lambda v: f"{v:,.1f}".replace(",", "'"), ";"),
    "narrow space": (lambda v: f"{v:,.0f}".replace(",", "\u202f"), ";"),
}


@pytest.mark.parametrize(("spelled", "sep"), SPELLINGS.values(), ids=SPELLINGS)
def test_thousands_are_read_and_said(write, spelled, sep):
    dataset = column(write, map(spelled, VALUES), sep=sep)
    np.testing.assert_array_equal(dataset[0].x[:, -1], VALUES)
    assert any("separates thousands" in notice for notice in dataset.notices)


def test_decimal_commas_of_three_digits_stay_decimal(write):
    cells = [f"{v / 1000:.3f}".replace(".", ",") for v in VALUES]
    np.testing.assert_allclose(column(write, cells)[0].x[:, -1], VALUES / 1000)
    # A clock counts rows beside any kind of number.
    assert spot_thousands([["0", "1,250"], ["1", "2,500"]], ["time", "x"], "").mark == ""
    assert spot_thousands([["1,023"], ["99"]], ["x"], ",").mark == ""


@pytest.mark.parametrize("word", ["*****", "M", "1.#QNAN", "..", "-1.#IND", "#DIV/0!", "missing", "n.d."])
def test_usual_words_for_gaps_are_missing_and_said(write, word):
    dataset = load(
        write("a.csv", "t,a,b\n" + "".join(f"{i},{i % 5},{word if i in (7, 8) else i}\n" for i in range(30)))
    )
    assert dataset.n_missing == 2
    (notice,) = dataset.notices
    assert notice.startswith("D101")
    assert "2 of 'b'" in notice
    assert "--na" in notice


def test_other_words_are_asked_about_and_nothing_is_dropped(write):
    path = write("a.csv", "t,a,b\n" + "".join(f"{i},{i % 5},{'off' if i == 7 else i}\n" for i in range(30)))
    with pytest.raises(DataError, match=r"D108[\s\S]*'off'[\s\S]*fix +na='off'"):
        load(path)
    assert load(path, na="off").n_missing == 1


def test_a_number_with_signs_is_to_be_corrected(write):
    path = write("a.csv", "t,a\n" + "".join(f"{i},{'<0.5' if i == 7 else i}\n" for i in range(30)))
    with pytest.raises(DataError, match=r"fix +correct the cells in the file"):
        load(path)


def test_codes_are_missing_in_files_arrays_and_single_channels(write):
    x = np.column_stack([np.arange(9.0), np.arange(9.0)[::-1]])
    x[[2, 4], 0] = -999
    np.testing.assert_array_equal(np.isnan(load(x, na="-999")[0].values).sum(axis=0), [2, 0])
    np.testing.assert_array_equal(np.isnan(load(x, na="x1=3")[0].values).sum(axis=0), [0, 1])
    path = write("a.csv", "time,a\n-999,1\n-998,-999\n-997,3\n")
    (series,) = load(path, na=("-999",))
    assert (series.n_missing, series.times[0]) == (1, -999)
