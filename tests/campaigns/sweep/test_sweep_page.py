import pytest
from pydantic import ValidationError

from attrax.campaigns.metric import Metric
from attrax.campaigns.result_store import ResultRow
from attrax.campaigns.results_table import Summary
from attrax.campaigns.sweep.sweep_page import write_page


def line(data, forcing, value, forecast="PE(1)/mse"):
    metrics = {
        "parameters": Metric(706.0, None, "trained parameters", "neither"),
        "D_stsp": Metric(value, None, "D_stsp/binned/30", floor=0.13, null=2.4),
        "PE(1)": Metric(0.01, None, forecast, null=0.04),
    }
    point = (("data", data), ("forcing", forcing))
    return Summary(point, 1, (ResultRow("x", point, 0, "", metrics, "", 1.0, {}, {}),))


@pytest.fixture
def page(describe, tmp_path):
    def written(lines, **changes):
        data = {name: {"source": "henon"} for name in ("map", "other")}
        write_page(describe(**{"data": data, **changes}), lines, tmp_path, "attrax sweep it.toml")
        return (tmp_path / "table.md").read_text(encoding="utf-8")

    return written


def row(text, label):
    (found,) = [line for line in text.splitlines() if f"| {label} |" in line]
    return [cell.strip() for cell in found.strip("|").split("|")]


def test_every_recording_has_a_table_that_ends_with_its_scale(page):
    text = page([line("map", "gtf", 0.3), line("other", "gtf", 5.0)], title="All", about="Why.")
    assert text.startswith("# All\n\nWhy.\n\nMade by `attrax sweep it.toml`")
    first, second = text.split("## map")[1].split("## other")
    assert row(first, "gtf") == ["map", "gtf", "1", "706", "0.3", "0.01", "0 of 1"]
    assert row(first, "*data against data*") == ["*data against data*", "", "", "", "0.13", "", ""]
    assert row(second, "*linear model*") == ["*linear model*", "", "", "", "2.4", "0.04", ""]
    assert "Protocols: `D_stsp/binned/30`, `PE(1)/mse`." in second


def test_a_label_neither_ends_its_cell_nor_becomes_html(page):
    text = page([line("map", "a|b <script>alert(1)</script>\n", 0.3)])
    assert "| a\\|b &lt;script>alert(1)&lt;/script>  |" in text
    assert "<script" not in text


def test_published_scores_stand_in_the_column_of_their_protocol_only(page):
    common = {"data": "map", "source": "paper", "parameters": 2785}
    entries = [
        {**common, "method": "theirs", "scores": {"D_stsp/binned/30": {"value": 0.26, "spread": 0.1}}},
        {**common, "method": "elsewhere", "scores": {"D_stsp/binned/60": {"value": 0.2}}},
    ]
    text = page([line("map", "gtf", 0.3), line("other", "gtf", 5.0)], published=entries)
    assert row(text, "*theirs (paper)*") == ["*theirs (paper)*", "", "", "2,785", "0.26 ± 0.10", "", ""]
    assert "elsewhere" not in text


def test_a_column_of_two_protocols_has_none(page):
    text = page([line("map", "gtf", 0.3), line("map", "sparse", 0.3, "PE(1)/rmse")])
    assert "Protocols: `D_stsp/binned/30`." in text


def test_a_recording_without_runs_is_left_out(page):
    assert "## other" not in page([line("map", "gtf", 0.3)])


def test_published_scores_of_an_unknown_recording_are_refused(describe):
    with pytest.raises(ValidationError, match="'nothing', which is not among the recordings"):
        describe(published=[{"data": "nothing", "method": "m", "source": "s", "scores": {"p": {"value": 1.0}}}])
