"""What every template may use without importing it.

Macros are globals because a template of which only a block is rendered never runs its own imports.
"""

from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask import Flask, g, request

from models import told_ms
from ui.asked import not_understood
from ui.moments import field_text, moment_ms
from ui.navigation import places
from ui.postback_schedule import length, schedule_line
from ui.theme import chosen_theme
from ui.time_range import RANGE_WORDS
from ui.times import clock_time, day_text, exact_time, iso_time, relative_time
from ui.words import attempt_word, due_text, duration_text, resource_words, status_of
from ui.zones import chosen_zone, current_zone
from web.static_files import static_address

MACRO_FILES = (
    "macros/marks.html",
    "macros/forms.html",
    "macros/layout.html",
    "macros/deliveries.html",
    "macros/charts.html",
    "macros/people.html",
    "macros/records.html",
)


class UrlParts(NamedTuple):
    before: str
    host: str
    after: str


def register_templating(app: Flask) -> None:
    """Make the macros, the clocks and the frame's facts known to every template."""
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.globals.update(
        iso_time=iso_time,
        zone=current_zone,
        field_text=lambda text: field_text(moment_ms(text), current_zone()),
        not_understood=not_understood,
        exact_time=lambda ms: exact_time(ms, current_zone()),
        clock_text=lambda ms: clock_time(ms, current_zone()),
        relative_time=lambda ms: relative_time(ms, zone=current_zone()),
        day_text=day_text,
        url_parts=url_parts,
        here=here,
        length=length,
        schedule_line=schedule_line,
        duration_text=duration_text,
        status_of=status_of,
        attempt_word=attempt_word,
        due_text=due_text,
        told_ms=told_ms,
        resource_words=resource_words,
        static_address=static_address,
        range_words=RANGE_WORDS,
    )
    for file in MACRO_FILES:
        module = environment.get_template(file).module
        environment.globals.update({name: macro for name, macro in vars(module).items() if not name.startswith("_")})
    app.context_processor(frame)


def frame() -> dict[str, Any]:
    """What the frame around a page shows: who is signed in (None before sign-in) and the theme."""
    return {
        "actor": g.get("actor"),
        "nav_places": places,
        "theme": chosen_theme(),
        "zone_choice": chosen_zone(),
    }


def here() -> str:
    """The address of this page within the site, to come back to; the start page where it was a form's answer."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


def url_parts(url: str) -> UrlParts:
    """An address cut around its host, so that a page can show the host in bold."""
    try:
        host = urlsplit(url).netloc
    except ValueError:
        host = ""
    before, _, after = url.partition(host) if host else ("", "", url)
    return UrlParts(before, host, after)
