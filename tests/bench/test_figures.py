"""What the benchmark makes of its figures."""

import pytest

from bench.figures import Report, percentiles
from bench.readme import BEGIN, END, with_figures
from bench.table import markdown, table
from bench.verdicts import verdicts

ABOUT = {"date": "today", "machine": "a box", "software": "ours", "stores": {"sqlite": {"fsync": "on"}}, "runs": 3}


@pytest.fixture
def report() -> Report:
    made = Report(dict(ABOUT))
    made.add("drain", "20,000 to 1 config", "deliveries/s", "sqlite", [7900.0, 9000.0, 8100.0])
    made.add("drain", "20,000 to 1 config", "deliveries/s", "postgresql", [6000.0])
    made.add("yardsticks", "one RQ job per delivery", "deliveries/s", "sqlite", [250.0, 270.0, 260.0])
    made.add("yardsticks", "bare requests loop", "requests/s", "", [1350.0])
    return made


def test_percentiles_are_values_of_the_sample() -> None:
    assert percentiles(range(100, 0, -1)) == {"p50": 50, "p95": 95, "p99": 99}
    assert percentiles([7.0]) == {"p50": 7.0, "p95": 7.0, "p99": 7.0}


def test_targets_and_ratios_are_judged_by_the_median_of_each_store(report: Report) -> None:
    found = {(one.store, one.text.partition(":")[2].partition(":")[0].strip()): one for one in verdicts(report)}
    assert found["sqlite", "20,000 to 1 config"].met
    missed = found["postgresql", "20,000 to 1 config"]
    assert not missed.met
    assert missed.text.endswith("wanted ≥ 8,000, off by 25%")
    ratio = found["sqlite", "20,000 to 1 config ÷ one RQ job per delivery"]
    assert (ratio.met, "31.15" in ratio.text) == (True, True)
    assert ("postgresql", "20,000 to 1 config ÷ one RQ job per delivery") not in found
    assert "6.00" in found["sqlite", "20,000 to 1 config ÷ bare requests loop"].text


def test_the_table_shows_median_and_spread(report: Report) -> None:
    text = table(report, verdicts(report))
    assert "8,100 (7,900 to 9,000)" in text
    assert "NOT met postgresql drain: 20,000 to 1 config" in text


def test_json_gives_the_same_table(report: Report) -> None:
    found = verdicts(report)
    again = Report.from_json(report.as_json(found))
    assert table(again, verdicts(again)) == table(report, found)


def test_the_readme_gets_the_figures_between_its_markers(report: Report) -> None:
    old = f"before\n{BEGIN}\nold figures\n{END}\nafter\n"
    new = with_figures(old, markdown(report, verdicts(report)))
    assert new.startswith("before\n")
    assert new.endswith("\nafter\n")
    assert "old figures" not in new
    assert "| drain: 20,000 to 1 config | 8,100 (7,900 to 9,000) | 6,000 | deliveries/s |" in new
    assert with_figures(new, markdown(report, verdicts(report))) == new


def test_a_readme_without_markers_is_left_alone() -> None:
    with pytest.raises(ValueError, match="must hold one"):
        with_figures("no markers", "figures")
