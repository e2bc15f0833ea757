"""Charts, as geometry for the macros of `macros/charts.html`, which draw them as SVG without a line of script.

A view hands `Hour`s (`resources.hours`) to one of three makers, the page links `styles/charts.css` and calls the
macro of the same name:

    outcomes=outcome_chart(hours)    {{ outcome_chart(outcomes, "Outcomes by hour") }}     stacked bars
    latency=latency_chart(hours)     {{ latency_chart(latency, "Latency by hour") }}       lines of p50 and p95
    spark=sparkline(hours)           {{ sparkline(spark) }}                                for a cell of a list

The drawing stretches; its letters do not, since they stand beside it as HTML. Every chart says its sum in its
accessible name, each hour its own when pointed at; the numbers stand under "Show data". Where nothing happened the
macro says so instead of drawing. Everything here is pure and takes any number of hours.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median_low

from resources.hours import Hour
from ui.chart_words import OUTCOMES, hour_in_words, latency_in_words, slowest_in_words, sum_of, sums_in_words

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
FAR = 8
"""An hour this many times as slow as the median one would flatten the others: it is cut, unless it is one of many."""
MOST_CUT = 0.25
"""Of the hours that have a figure. More than these are no exceptions, and the scale takes all."""
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
class Spark:
    paths: Mapping[str, str]
    """Outcome → all of its parts, as SVG wants them."""
    says: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line, in as many pieces as the hours without a figure leave of it, each a list of points as SVG has them."""

    name: str
    pieces: Sequence[str]
    dots: Sequence[str]
    """Single hours."""


@dataclass(frozen=True, slots=True)
class Cut:
    """An hour that goes beyond the scale, and where its middle is."""

    hour: Hour
    x: float


@dataclass(frozen=True, slots=True)
class LineChart:
    hours: Sequence[Hour]
    lines: Sequence[Line]
    bars: Sequence[Bar]
    """Without parts: where to point at an hour."""
    scale: Sequence[str]
    keys: Sequence[Key]
    says: str
    cut: Sequence[Cut] = ()

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
    keys = [
        Key(name, word, mark, f"{sum_of(hours, name):,}") for name, word, mark in OUTCOMES if _is_shown(hours, name)
    ]
    return BarChart(hours, list(_bars(hours, top)), scale, keys, sums_in_words(hours))


def sparkline(hours: Sequence[Hour]) -> Spark:
    """The same small enough for a cell: each bar by its share of the fullest hour, each outcome one path."""
    bars = list(_bars(hours, max((hour.total for hour in hours), default=1)))
    paths = {
        outcome: "".join(
            f"M{bar.x:.0f} {part.y:.0f}h{bar.width:.0f}v{part.height:.0f}h-{bar.width:.0f}z"
            for bar in bars
            for part in bar.parts
            if part.outcome == outcome
        )
        for outcome, _, _ in OUTCOMES
    }
    return Spark({outcome: path for outcome, path in paths.items() if path}, sums_in_words(hours))


def latency_chart(hours: Sequence[Hour]) -> LineChart:
    """Two lines: what half of an hour's deliveries stayed within, and what 95 in 100 did. Milliseconds."""
    most = _most_shown([hour.p95_ms for hour in hours if hour.p95_ms is not None])
    unit, name = next((unit for unit in UNITS if _rounded_up(most) >= unit[0]), UNITS[-1])
    top = _rounded_up(most / unit) * unit
    scale = [f"{value / unit:g} {name}" for value in (top, top / 2)] + ["0"]
    lines = [
        _line("p50", hours, lambda hour: hour.p50_ms, top),
        _line("p95", hours, lambda hour: hour.p95_ms, top),
    ]
    keys = [Key("p50", "p50: half were faster", "", ""), Key("p95", "p95: 95 in 100 were faster", "", "")]
    bars = [Bar(x, width, (), latency_in_words(hour)) for x, width, hour in _places(hours)]
    cut = [Cut(hour, round(x + width / 2, 2)) for x, width, hour in _places(hours) if (hour.p95_ms or 0) > top]
    says = slowest_in_words(hours) + (", beyond the scale" if cut else "")
    return LineChart(hours, lines, bars, scale, keys, says, cut)


def _most_shown(figures: Sequence[int]) -> int:
    """The largest figure that the scale has to take: a few that are far beyond the rest are left out."""
    if not figures:
        return 0
    near = [figure for figure in figures if figure <= FAR * median_low(figures)]
    return max(near if len(figures) - len(near) <= MOST_CUT * len(figures) else figures)


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
        yield Bar(x, width, parts, hour_in_words(hour))


def _places(hours: Sequence[Hour]) -> Iterator[tuple[float, float, Hour]]:
    """Each hour with its left edge and its width."""
    width = WIDTH / max(1, len(hours))
    for place, hour in enumerate(hours):
        yield round(place * width, 2), round(width, 2), hour


def _line(name: str, hours: Sequence[Hour], figure: Callable[[Hour], int | None], top: float) -> Line:
    """The line through the hours' middles."""
    width = WIDTH / max(1, len(hours))
    points = [
        None
        if (value := figure(hour)) is None
        else f"{(place + 0.5) * width:.2f},{HEIGHT * max(0, 1 - value / top):.2f}"
        for place, hour in enumerate(hours)
    ]
    pieces = [[point for point in piece if point] for there, piece in groupby(points, bool) if there]
    lines = [" ".join(piece) for piece in pieces if len(piece) > 1]
    return Line(name, lines, [f"{piece[0]} {piece[0]}" for piece in pieces if len(piece) == 1])


def _rounded_up(most: float) -> int:
    """The scale's end: the smallest of the steps that is not below it."""
    power, steps = 1, SMALL_STEPS if most <= SMALL_STEPS[-1] else STEPS
    while most > steps[-1] * power:
        power *= 10
    return next(step * power for step in steps if step * power >= most)


def _labelled(hours: Sequence[Hour]) -> Sequence[Hour]:
    """The hours that the axis names: the first of each quarter."""
    return hours[:: max(1, len(hours) // LABELS)][:LABELS]


def _is_shown(hours: Sequence[Hour], name: str) -> bool:
    """What was delivered and what failed always has its line in the legend: a zero there is news, too."""
    return name in {"delivered", "failed"} or sum_of(hours, name) > 0
