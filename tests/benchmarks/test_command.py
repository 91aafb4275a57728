"""The command from one end to the other, on tiny sizes; no peer is needed."""

import json

import pytest

from benchmarks.command import main
from benchmarks.interleave import Spread, interleave, ratios
from benchmarks.options import Options
from benchmarks.training import OURS, REFERENCE, Contender, rows

WRONG = Contender("wrong", "tests.benchmarks.wrong_way")


def test_turns_are_taken_one_after_another():
    order = []

    def turn(name):
        return lambda: order.append(name) or float(len(order))

    times = interleave({name: turn(name) for name in "abc"}, 2)
    assert order == list("abcabc")
    assert ratios(times["b"], times["a"]) == Spread(1.625, 1.4375, 1.8125, 2)


@pytest.mark.parametrize("wrong", ["--only=speed", "--peers=python", "--peers=torch=nowhere"])
def test_wrong_options_are_refused(wrong):
    with pytest.raises(SystemExit):
        main([wrong])


@pytest.mark.slow
def test_one_command_gives_a_table_and_a_file(tmp_path, capsys):
    out, page = tmp_path / "results.json", tmp_path / "RESULTS.md"
    assert main(["--quick", "--only=training", f"--out={out}", f"--markdown={page}"]) == 0
    document = json.loads(out.read_text())
    values = {row["way"]: row["value"] for row in document["rows"]}
    assert values.pop("eager PyTorch") is None
    assert all(value["median"] > 0 for value in values.values())
    assert document["machine"]["cores"] >= 1
    table = capsys.readouterr().out
    assert "give --peers torch=PYTHON" in table
    assert main([f"--show={out}"]) == 0
    assert capsys.readouterr().out == table
    assert "| plain scan |" in page.read_text()


@pytest.mark.slow
@pytest.mark.parametrize("section", ["scaling", "newton", "waiting"])
def test_every_section_runs(section, capsys):
    assert main(["--quick", f"--only={section}"]) == 0
    assert section in capsys.readouterr().out


@pytest.mark.slow
def test_a_wrong_way_is_not_timed():
    options = Options(quick=True, rounds=1, seconds=0.01, threads=(1,))
    ours, reference, wrong = rows(options, (OURS, REFERENCE, WRONG))
    assert not ours.failed
    assert not reference.failed
    assert wrong.failed
    assert wrong.value is None
    assert "updates differs" in wrong.remark
