"""What a query string asks for, made harmless before anything looks it up.

What is not understood is left out and noted: a list says so (`not_understood`), and an answer that could not say it is
refused (`require_understood`).
"""

from collections.abc import Callable, Collection
from urllib.parse import parse_qsl

from flask import g, request
from werkzeug.datastructures import MultiDict

from schemas.refusals import Refusal
from schemas.rules import is_id

LONGEST = 128
LONGEST_QUOTED = 40
MOST_NOTES = 8
NO_TEXT = "\ufffd"
"""What bytes that are no UTF-8 become."""


class NotUnderstood(Refusal):
    """The address asks for something that is not understood, and the answer could not say that it was left out."""


def asked(name: str, longest: int = LONGEST) -> str:
    """The parameter's text without what cannot be seen, trimmed and cut; empty where it was not given."""
    given = asked_all(name)
    whole = given[0].strip() if given else ""
    text = "".join(letter for letter in whole[:longest] if letter.isprintable() and letter != NO_TEXT).strip()
    if len(set(given)) > 1:
        note(name, "is given more than once: the first counts.")
    if len(whole) > longest:
        note(name, f"is longer than {longest} characters: the rest is left out.")
    elif text != whole:
        note(name, "has characters in it that cannot be read: they are left out.")
    return text


def asked_all(name: str) -> list[str]:
    """Every value of the parameter as it was given."""
    _known().add(name)
    return _given().getlist(name)


def asked_word(name: str, words: Collection[str], change: Callable[[str], str] = str) -> str:
    """The parameter where it is one of these words, once changed; empty where it is none."""
    given = asked(name)
    if change(given) in words:
        return change(given)
    if given:
        note(name, f"cannot be {quoted(given)}. It can be {', '.join(words)}.")
    return ""


def asked_number(name: str) -> int | None:
    """The parameter as a small whole number; None where it is none."""
    given = asked(name, 6)
    return int(given) if given.isascii() and given.isdigit() else None


def asked_page(last: int) -> int:
    """The number of the page that `?page=` asks for: from 1 to the last."""
    given = asked("page")
    number = int(given) if given.isascii() and given.isdigit() else 0
    if given and not number:
        note("page", f"cannot be {quoted(given)}: pages are counted from 1. This is the first.")
    elif number > last:
        note("page", f"cannot be {quoted(given)}: there are {last:,}. This is the last.")
    return min(max(number, 1), last)


def asked_before() -> str | None:
    """The id that `?before=` goes on from; None: from the newest."""
    given = asked("before")
    if given and not is_id(given):
        note("before", f"cannot be {quoted(given)}: it takes an id. This begins with the newest.")
        return None
    return given or None


def note(name: str, says: str) -> None:
    """Keep in mind that this parameter was not understood; `says` goes on from its name. The first note of it stays."""
    _notes().setdefault(name, f"{quoted(name)} {says}")


def not_understood() -> list[str]:
    """What of the address was left out and why, as sentences; to be asked when all of it has been read."""
    unknown = [name for name, text in _given().items() if text and name not in _known()]
    notes = [*_notes().values(), *(f"{quoted(name)} is nothing that can be asked for here." for name in unknown)]
    more = len(notes) - MOST_NOTES
    return [*notes[:MOST_NOTES], *([f"And {more:,} more like these."] if more > 0 else [])]


def require_understood() -> None:
    """Raises NotUnderstood where anything of the address was left out."""
    if notes := not_understood():
        raise NotUnderstood(" ".join(notes))


def quoted(text: str) -> str:
    seen = "".join(letter if letter.isprintable() else NO_TEXT for letter in text[:LONGEST_QUOTED])
    return f"“{seen}…”" if len(text) > LONGEST_QUOTED else f"“{seen}”"


def _given() -> MultiDict[str, str]:
    """The parameters; bytes that are no text show as NO_TEXT, where Flask's own would leave them percent-encoded."""
    if "asked_given" not in g:
        query = request.query_string.decode(errors="replace")
        g.asked_given = MultiDict(parse_qsl(query, keep_blank_values=True))
    given: MultiDict[str, str] = g.asked_given
    return given


def _known() -> set[str]:
    """The parameters that were read."""
    if "asked_for" not in g:
        g.asked_for = set()
    known: set[str] = g.asked_for
    return known


def _notes() -> dict[str, str]:
    if "asked_notes" not in g:
        g.asked_notes = {}
    notes: dict[str, str] = g.asked_notes
    return notes
