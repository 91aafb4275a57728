import pytest

from attrax.campaigns.sweep.sweep_file import open_sweep_file
from attrax.core.errors import ConfigError, DataError

GOOD = """
seeds = 2
[data]
map = { source = "henon" }
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("seeds = ", "Invalid value"),
        ("seeds = 2", "data"),
        (GOOD + "[gird]\n", "gird"),
        (GOOD + "[grid]\n'train.forcing.alpha' = []\n", "train.forcing.alpha has no entries"),
        (
            GOOD + "[grid]\n'train.updates' = [1]\n[search]\ntrials = 2\nspace = {}\n",
            "takes the place of a grid",
        ),
        (GOOD + "[search]\ntrials = 0\nspace = {}\n", "search.trials"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(tmp_path, text, told):
    path = tmp_path / "it.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match="C580") as caught:
        open_sweep_file(path)
    assert told in caught.value.why


def test_a_missing_file_is_told(tmp_path):
    (tmp_path / "sweep.toml").write_text(GOOD)
    with pytest.raises(DataError, match="D117") as caught:
        open_sweep_file(tmp_path / "sweep.tml")
    assert "sweep.toml?" in caught.value.fix


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD.replace("[data]", "[dta]"), "dta: there is no entry of this name; did you mean 'data'?"),
        ("seeds = 2\n", "data: it is missing, and needs a value; for example: [data]"),
        (GOOD + "[grid]\nx = 3\n", "grid.x: 3 is not a list"),
    ],
)
def test_a_wrong_entry_is_told_in_plain_words(tmp_path, text, told):
    path = tmp_path / "it.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match="C580") as caught:
        open_sweep_file(path)
    assert caught.value.why.startswith(told)
