"""`/styleguide`: everything the console's screens are made of, from the macros and sheets themselves.

For who builds screens. It is there in the demo and while developing, and nowhere else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, abort, current_app, render_template
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from config import HOUSE
from extensions import settings
from forms.contact import ContactForm
from models import wall_ms
from resources.hours import HOUR_MS, Hour
from ui.charts import latency_chart, outcome_chart, sparkline
from ui.session import require_sign_in
from ui.words import MARKS, TONES, WORDS

styleguide = Blueprint("styleguide", __name__)

TOKENS = HOUSE / "static" / "styles" / "tokens.css"
MACROS = HOUSE / "templates" / "macros"
GROUP = re.compile(r"/\* ([\w ,]+): ([^*]+) \*/\n((?:\s*--[\w-]+: [^;]+;\n)+)")
VARIABLE = re.compile(r"--([\w-]+): ([^;]+);")
MACRO = re.compile(r"(?:\{# (?P<says>(?:(?!#\}).)+) #\}\n)?\{% macro (?P<name>\w+)\((?P<takes>[^)]*)\)", re.DOTALL)
LAST_HOUR = 24


@dataclass(frozen=True, slots=True)
class TokenGroup:
    """Variables of the sheet that belong together: (name, value) each."""

    title: str
    says: str
    variables: tuple[tuple[str, str], ...]

    @property
    def is_colour(self) -> bool:
        return all("#" in value for _, value in self.variables)


@styleguide.before_request
def require_development() -> Response | None:
    """Nobody runs a business from here: elsewhere there is no such page."""
    if not (settings().demo or current_app.debug):
        abort(404)
    return require_sign_in()


@styleguide.get("/styleguide")
def show() -> str:
    hours = list(_hours())
    return render_template(
        "styleguide/show.html",
        groups=_groups(TOKENS),
        macros={path.stem: _macros(path) for path in sorted(MACROS.glob("*.html"))},
        statuses=[(word, TONES[word], MARKS[word]) for word in WORDS],
        form=_refused_form(),
        outcomes=outcome_chart(hours),
        latency=latency_chart(hours),
        spark=sparkline(hours),
        now_ms=wall_ms(),
    )


@cache
def _groups(sheet: Path) -> tuple[TokenGroup, ...]:
    """The variables of the sheet, in the groups that its comments make."""
    return tuple(
        TokenGroup(title, says, tuple(VARIABLE.findall(block)))
        for title, says, block in GROUP.findall(sheet.read_text())
    )


@cache
def _macros(file: Path) -> tuple[tuple[str, str, str], ...]:
    """The file's macros: name, what it takes, what its comment says."""
    return tuple(
        (found["name"], found["takes"], " ".join((found["says"] or "").split()))
        for found in MACRO.finditer(file.read_text())
    )


def _refused_form() -> ContactForm:
    """A form as it comes back after something in it was wrong."""
    form = ContactForm(MultiDict({"first_name": "Ada", "email": "ada at example"}), meta={"csrf": False})
    form.show_refusal({"last_name": ["Last Name cannot be blank."], "email": ["Email is not a valid email address."]})
    return form


def _hours() -> Iterator[Hour]:
    """A day in which something went wrong for a while."""
    begin = wall_ms() // HOUR_MS * HOUR_MS - (LAST_HOUR - 1) * HOUR_MS
    for number in range(LAST_HOUR):
        busy = 6 + (number * 7) % 11
        bad, calm = (busy // 2, 90) if number in {9, 10, 11} else (0, 40)
        yield Hour(
            begin + number * HOUR_MS,
            delivered=busy - bad,
            failed=bad,
            open=2 if number == LAST_HOUR - 1 else 0,
            p50_ms=calm + number,
            p95_ms=calm * 4 + number * 3,
        )
