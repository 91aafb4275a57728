import pytest

from attrax.campaigns.study.manifest import open_manifest
from attrax.core.errors import ConfigError


@pytest.mark.parametrize(
    ("old", "new", "code", "told"),
    [
        ('paper = "nobody2026"', "", "C550", "paper"),
        ("minutes = 6", 'minutes = "long"', "C550", "full.minutes"),
        ("minutes = 6", "minutes = 6\nhours = 3", "C550", "full.hours"),
        ("seconds = 15", "seconds = 21", "C550", "it must be 20 or less"),
        ("[full]", "[full", "C550", "line"),
        ('name = "known"', 'name = "triple"', "C550", "two experiments are called 'triple'"),
        ("tolerance = 0.5", "tolerance = 0.5\nseeds = 2", "C550", "at least 3 seeds"),
        ('metric = "known/m"', 'metric = "know/m"', "C551", "triple"),
        ('experiments = ["triple"]', 'experiments = ["tripel"]', "C551", "triple"),
    ],
)
def test_a_wrong_manifest_is_refused(folder, change, old, new, code, told):
    change(old, new)
    with pytest.raises(ConfigError) as caught:
        open_manifest(folder)
    assert caught.value.code == code
    assert "study.toml" in caught.value.where
    assert told in f"{caught.value.why} {caught.value.fix}"


def test_a_folder_without_a_manifest_is_no_study(tmp_path):
    with pytest.raises(ConfigError, match="C550"):
        open_manifest(tmp_path)


def test_an_exact_claim_needs_one_seed_only(folder):
    assert [claim.seeds for claim in open_manifest(folder).claim] == [3, 1]
