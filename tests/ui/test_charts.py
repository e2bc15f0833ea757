"""Charts: their geometry, and what the macros make of it."""

import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any

import pytest
from flask import Flask, render_template_string

from resources.hours import HOUR_MS, Hour, hours_until
from ui.charts import HEIGHT, WIDTH, latency_chart, outcome_chart, sparkline

NOON = 1_790_006_400_000
TAG = re.compile(r"<[^>]*>")


def hours_of(*hours: Mapping[str, Any]) -> list[Hour]:
    return [Hour(NOON + place * HOUR_MS, **figures) for place, figures in enumerate(hours)]


def drawn(app: Flask, call: str, **given: object) -> str:
    with app.test_request_context("/"):
        return unescape(render_template_string("{{ " + call + " }}", **given))


def test_the_last_hour_is_the_one_that_goes_on() -> None:
    found = hours_until(NOON + 90_000, 3)
    assert found == [NOON - 2 * HOUR_MS, NOON - HOUR_MS, NOON]


def test_parts_stand_on_each_other_and_fill_their_share() -> None:
    (bar,) = outcome_chart(hours_of({"delivered": 6, "open": 1, "failed": 3})).bars
    assert [(part.outcome, part.y, part.height) for part in bar.parts] == [
        ("delivered", 40, 60),
        ("open", 30, 10),
        ("failed", 0, 30),
    ]
    assert 0 < bar.x < bar.x + bar.width < WIDTH


def test_one_failure_among_thousands_can_be_seen_and_nothing_leaves_the_drawing() -> None:
    (bar,) = outcome_chart(hours_of({"delivered": 10_000, "failed": 1, "cancelled": 1})).bars
    assert all(part.height >= 2 for part in bar.parts)
    assert min(part.y for part in bar.parts) >= 0
    assert bar.parts[-1].outcome == "failed"


@pytest.mark.parametrize(
    ("most", "scale"),
    [(1, ["1", "0"]), (3, ["4", "2", "0"]), (10, ["10", "5", "0"]), (11, ["12", "6", "0"]), (104, ["120", "60", "0"])],
)
def test_a_scale_ends_at_a_round_number_with_a_round_middle(most: int, scale: list[str]) -> None:
    assert outcome_chart(hours_of({"delivered": most})).scale == scale


@pytest.mark.parametrize(
    ("slowest", "scale"),
    [(7, ["8 ms", "4 ms", "0"]), (940, ["1 s", "0.5 s", "0"]), (1300, ["2 s", "1 s", "0"])],
)
def test_a_latency_scale_speaks_in_its_own_unit(slowest: int, scale: list[str]) -> None:
    assert latency_chart(hours_of({"p50_ms": 1, "p95_ms": slowest})).scale == scale


USUAL = [{"p50_ms": 20, "p95_ms": 40}, {"p50_ms": 25, "p95_ms": 75}, {"p50_ms": 22, "p95_ms": 60}, {"failed": 1}]
RETRIED = {"p50_ms": 30, "p95_ms": 200_000}


@pytest.mark.parametrize(
    ("hours", "top", "cut"),
    [
        ([*USUAL, RETRIED], "80 ms", [4]),
        (USUAL, "80 ms", []),
        ([*USUAL, {"p95_ms": 480}], "500 ms", []),
        ([*USUAL, RETRIED, RETRIED], "4 min", []),
        ([USUAL[0], RETRIED], "4 min", []),
        ([*USUAL, *USUAL, RETRIED, {"p95_ms": 481}], "80 ms", [8, 9]),
    ],
    ids=["one retried hour", "none", "a slow one", "too many to be exceptions", "nothing usual", "two of eight"],
)
def test_a_retried_hour_is_cut_so_that_the_usual_ones_stay_readable(
    hours: list[Mapping[str, Any]], top: str, cut: list[int]
) -> None:
    chart = latency_chart(hours_of(*hours))
    assert chart.scale[0] == top
    assert [(one.hour.start_ms - NOON) // HOUR_MS for one in chart.cut] == cut
    points = [point for line in chart.lines for piece in line.pieces for point in piece.split(" ")]
    assert all(0 <= float(point.split(",")[1]) <= HEIGHT for point in points)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_was_cut_is_marked_and_said(app: Flask) -> None:
    page = drawn(app, "latency_chart(chart, 'Latency')", chart=latency_chart(hours_of(*USUAL, RETRIED)))
    assert page.count('class="chart-cut"') == 1
    words = " ".join(TAG.sub(" ", page).split())
    assert "Beyond the scale: 20:00 with a p95 of 3 min 20 s" in words
    assert "p95 at most 3 min 20 s, at 20:00 UTC, beyond the scale" in page
    assert "Beyond" not in drawn(app, "latency_chart(chart, 'Latency')", chart=latency_chart(hours_of(*USUAL)))


def test_a_line_breaks_where_nothing_was_delivered() -> None:
    told, silent = {"p50_ms": 50, "p95_ms": 100}, {"failed": 1}
    p50, p95 = latency_chart(hours_of(told, told, silent, told)).lines
    assert p50.pieces == ["30.00,50.00 90.00,50.00"]
    assert p50.dots == ["210.00,50.00 210.00,50.00"]
    assert p95.pieces[0] == "30.00,0.00 90.00,0.00"
    assert all(0 <= float(point.split(",")[1]) <= HEIGHT for piece in p95.pieces for point in piece.split(" "))


def test_a_sparkline_is_a_path_an_outcome() -> None:
    spark = sparkline(hours_of({"delivered": 4}, {"delivered": 2, "failed": 2}))
    assert spark.paths == {"delivered": "M13 0h94v100h-94zM133 50h94v50h-94z", "failed": "M133 0h94v50h-94z"}


@pytest.mark.parametrize("make", [outcome_chart, latency_chart, sparkline])
def test_nothing_at_all_can_be_drawn(make: Callable[[list[Hour]], object]) -> None:
    assert make([])
    assert make(hours_of({}, {}))


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_numbers_stand_behind_the_picture(app: Flask) -> None:
    chart = outcome_chart(hours_of({"delivered": 1200, "failed": 7}, {"delivered": 40, "open": 2, "estimated": True}))
    page = drawn(app, "outcome_chart(chart, 'Outcomes by hour')", chart=chart)
    assert 'role="img"' in page
    assert 'aria-label="Outcomes by hour: about 1,240 delivered, 2 under way, 7 failed"' in page
    words = " ".join(TAG.sub(" ", page.split("<table>")[1]).split())
    assert "Hour from Delivered Under way Failed 16:00 1,200 0 7 17:00 ≈ 40 ≈ 2 0" in words
    assert "stand for the rest" in page
    assert "style=" not in page


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_each_hour_says_its_figures_when_pointed_at(app: Flask) -> None:
    hours = hours_of({"delivered": 3, "p50_ms": 12, "p95_ms": 1240}, {"failed": 1})
    bars = drawn(app, "outcome_chart(chart, 'Outcomes')", chart=outcome_chart(hours))
    lines = drawn(app, "latency_chart(chart, 'Latency')", chart=latency_chart(hours))
    assert "<title>16:00 UTC: 3 delivered</title>" in bars
    assert "<title>17:00 UTC: 1 failed</title>" in bars
    assert "<title>16:00 UTC: p50 12 ms, p95 1.24 s</title>" in lines
    assert 'aria-label="Latency: p95 at most 1.24 s, at 16:00 UTC"' in lines


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("name", "make"), [("outcome_chart", outcome_chart), ("latency_chart", latency_chart)])
def test_where_nothing_happened_it_says_so(app: Flask, name: str, make: Callable[[list[Hour]], object]) -> None:
    page = drawn(app, f"{name}(chart, 'x', empty='All quiet.')", chart=make(hours_of({}, {})))
    assert "All quiet." in page
    assert "<svg" not in page


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_could_not_be_counted_is_said_to_be_more(app: Flask) -> None:
    chart = outcome_chart(hours_of({"delivered": 2500, "estimated": True, "more": True}))
    page = drawn(app, "outcome_chart(chart, 'Outcomes')", chart=chart)
    assert 'aria-label="Outcomes: at least 2,500 delivered"' in page
    assert "<td>≥ 2,500</td>" in page
    assert "no more than that many were counted" in page


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_sparkline_is_said_in_words(app: Flask) -> None:
    page = drawn(app, "sparkline(chart)", chart=sparkline(hours_of({"delivered": 4}, {"failed": 2}, {})))
    assert 'aria-label="Last 24 h: 4 delivered, 2 failed"' in page
    assert page.count('class="chart-delivered"') == page.count('class="chart-failed"') == 1
