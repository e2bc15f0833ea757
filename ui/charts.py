"""Charts, as geometry for the macros of `macros/charts.html`, which draw them as SVG without a line of script.

A view hands `Hour`s (`resources.hours`) to one of three makers, the page links `styles/charts.css` and calls the
macro of the same name:

    outcomes=outcome_chart(hours)    {{ outcome_chart(outcomes, "Outcomes by hour") }}     stacked bars
    latency=latency_chart(hours)     {{ latency_chart(latency, "Latency by hour") }}       lines of p50 and p95
    spark=sparkline(hours)           {{ sparkline(spark) }}                                for a cell of a list

The drawing stretches to the width it is given; its letters do not, since they stand beside it as HTML. Every chart
says its sum in its accessible name, each hour says its own when pointed at, and the numbers stand under "Show data".
Where nothing happened the macro says so instead of drawing. Everything here is pure and takes any number of hours.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from resources.hours import Hour
from ui.words import duration_text

WIDTH, HEIGHT = 240.0, 100.0
"""The drawing's own units, as the macros' viewBox has them."""
GAP = 0.22
"""The part of an hour's width that stays free between two bars."""
LEAST_HEIGHT = 2.0
"""What happened at all can be seen, however small beside the rest."""
SMALL_STEPS = (1, 2, 4, 6, 8, 10)
STEPS = (10, 12, 14, 16, 20, 24, 30, 40, 50, 60, 80, 100)
"""A scale ends at one of these, the latter times a power of ten, so that its middle is a round number too."""
LABELS = 4
OUTCOMES = (
    ("delivered", "Delivered", "circle-check"),
    ("open", "Under way", "clock"),
    ("cancelled", "Cancelled", "ban"),
    ("failed", "Failed", "circle-x"),
)
"""Field of an hour, word, icon: from the axis up. What failed stands on top, always in the same place."""
UNITS = ((3_600_000, "h"), (60_000, "min"), (1_000, "s"), (1, "ms"))


@dataclass(frozen=True, slots=True)
class Part:
    """One outcome's piece of a bar."""

    outcome: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour: where it can be pointed at, what is drawn of it from the axis up, and what it says."""

    left: float
    room: float
    parts: Sequence[Part]
    says: str

    @property
    def x(self) -> float:
        return round(self.left + self.room * GAP / 2, 2)

    @property
    def width(self) -> float:
        return round(self.room * (1 - GAP), 2)


@dataclass(frozen=True, slots=True)
class Key:
    """A line of the legend."""

    name: str
    word: str
    mark: str
    figure: str


@dataclass(frozen=True, slots=True)
class BarChart:
    hours: Sequence[Hour]
    bars: Sequence[Bar]
    scale: Sequence[str]
    """The axis' texts, from the top down to 0."""
    keys: Sequence[Key]
    says: str
    """Its sum in words."""

    @property
    def labelled(self) -> Sequence[Hour]:
        return _labelled(self.hours)

    @property
    def estimated(self) -> bool:
        return any(hour.estimated for hour in self.hours)

    @property
    def more(self) -> bool:
        return any(hour.more for hour in self.hours)

    @property
    def is_empty(self) -> bool:
        return not any(hour.total for hour in self.hours)


@dataclass(frozen=True, slots=True)
class Line:
    """One line, in as many pieces as the hours without a figure leave of it; `points` as SVG wants them."""

    name: str
    pieces: Sequence[str]


@dataclass(frozen=True, slots=True)
class LineChart:
    hours: Sequence[Hour]
    lines: Sequence[Line]
    bars: Sequence[Bar]
    """Without parts: where to point at an hour."""
    scale: Sequence[str]
    keys: Sequence[Key]
    says: str

    @property
    def labelled(self) -> Sequence[Hour]:
        return _labelled(self.hours)

    @property
    def is_empty(self) -> bool:
        return all(hour.p95_ms is None for hour in self.hours)


def outcome_chart(hours: Sequence[Hour]) -> BarChart:
    """Stacked bars: what became of each hour's deliveries."""
    top = _rounded_up(max((hour.total for hour in hours), default=0))
    scale = [f"{top:,}", f"{top // 2:,}", "0"] if top > 1 else ["1", "0"]
    keys = [Key(name, word, mark, f"{_sum(hours, name):,}") for name, word, mark in OUTCOMES if _is_shown(hours, name)]
    return BarChart(hours, list(_bars(hours, top)), scale, keys, _sums_in_words(hours))


def sparkline(hours: Sequence[Hour]) -> BarChart:
    """The same small enough for a cell: each bar by its share of the fullest hour."""
    return BarChart(
        hours, list(_bars(hours, max((hour.total for hour in hours), default=1))), [], [], _sums_in_words(hours)
    )


def latency_chart(hours: Sequence[Hour]) -> LineChart:
    """Two lines: what half of an hour's deliveries stayed within, and what 95 in 100 did. Milliseconds."""
    most = max((hour.p95_ms or 0 for hour in hours), default=0)
    unit, name = next((unit for unit in UNITS if _rounded_up(most) >= unit[0]), UNITS[-1])
    top = _rounded_up(most / unit) * unit
    scale = [f"{value / unit:g} {name}" for value in (top, top / 2)] + ["0"]
    lines = [
        Line("p50", _pieces(hours, lambda hour: hour.p50_ms, top)),
        Line("p95", _pieces(hours, lambda hour: hour.p95_ms, top)),
    ]
    keys = [Key("p50", "p50: half were faster", "", ""), Key("p95", "p95: 95 in 100 were faster", "", "")]
    slowest = max(hours, key=lambda hour: hour.p95_ms or 0, default=None)
    says = (
        f"p95 at most {duration_text(slowest.p95_ms)}, at {clock(slowest.start_ms)} UTC" if slowest and most else "none"
    )
    bars = [Bar(x, width, (), _latency_in_words(hour)) for x, width, hour in _places(hours)]
    return LineChart(hours, lines, bars, scale, keys, says)


def clock(ms: int) -> str:
    """14:00, in UTC."""
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%H:%M}"


def _bars(hours: Sequence[Hour], top: float) -> Iterator[Bar]:
    for x, width, hour in _places(hours):
        parts: list[Part] = []
        y = HEIGHT
        for name, _, _ in OUTCOMES:
            count = getattr(hour, name)
            if count:
                height = max(LEAST_HEIGHT, HEIGHT * count / top)
                y = max(0.0, y - height)
                parts.append(Part(name, round(y, 2), round(height, 2)))
        yield Bar(x, width, parts, _in_words(hour))


def _places(hours: Sequence[Hour]) -> Iterator[tuple[float, float, Hour]]:
    """Each hour with its left edge and its width."""
    width = WIDTH / max(1, len(hours))
    for place, hour in enumerate(hours):
        yield round(place * width, 2), round(width, 2), hour


def _pieces(hours: Sequence[Hour], figure: Callable[[Hour], int | None], top: float) -> list[str]:
    """The line through the hours' middles; a piece of a single hour is a point, drawn by its round end."""
    width = WIDTH / max(1, len(hours))
    points = [
        None if (value := figure(hour)) is None else f"{(place + 0.5) * width:.2f},{HEIGHT * (1 - value / top):.2f}"
        for place, hour in enumerate(hours)
    ]
    pieces = [[point for point in piece if point] for there, piece in groupby(points, bool) if there]
    return [" ".join(piece if len(piece) > 1 else piece * 2) for piece in pieces]


def _rounded_up(most: float) -> int:
    """The scale's end: the smallest of the steps that is not below it."""
    power, steps = 1, SMALL_STEPS if most <= SMALL_STEPS[-1] else STEPS
    while most > steps[-1] * power:
        power *= 10
    return next(step * power for step in steps if step * power >= most)


def _labelled(hours: Sequence[Hour]) -> Sequence[Hour]:
    """The hours that the axis names: the first of each quarter."""
    return hours[:: max(1, len(hours) // LABELS)][:LABELS]


def _sum(hours: Sequence[Hour], name: str) -> int:
    return sum(getattr(hour, name) for hour in hours)


def _is_shown(hours: Sequence[Hour], name: str) -> bool:
    """What was delivered and what failed always has its line in the legend: a zero there is news, too."""
    return name in {"delivered", "failed"} or _sum(hours, name) > 0


def _sums_in_words(hours: Sequence[Hour]) -> str:
    return _how_surely(hours) + _outcomes_in_words(lambda name: _sum(hours, name))


def _how_surely(hours: Sequence[Hour]) -> str:
    if any(hour.more for hour in hours):
        return "at least "
    return "about " if any(hour.estimated for hour in hours) else ""


def _in_words(hour: Hour) -> str:
    return f"{clock(hour.start_ms)} UTC: {_how_surely([hour])}{_outcomes_in_words(lambda name: getattr(hour, name))}"


def _outcomes_in_words(count: Callable[[str], int]) -> str:
    said = [f"{count(name):,} {word.lower()}" for name, word, _ in OUTCOMES if count(name)]
    return ", ".join(said) or "none"


def _latency_in_words(hour: Hour) -> str:
    if hour.p95_ms is None:
        return f"{clock(hour.start_ms)} UTC: none delivered"
    return f"{clock(hour.start_ms)} UTC: p50 {duration_text(hour.p50_ms)}, p95 {duration_text(hour.p95_ms)}"
