"""Strangers' bytes as text that can do nothing: no control character, no change of direction, no surprise.

Templates escape what they show; this is about what escaping leaves alone. Nothing here raises, whatever it is given.
"""

import re
import unicodedata
from dataclasses import dataclass
from json import JSONDecodeError, loads
from urllib.parse import parse_qsl

MOST_SHOWN = 64 * 1024
MOST_FIELDS = 200
JSON_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)
OPENING, CLOSING = frozenset("[{"), frozenset("]}")
INDENT, DEEPEST_INDENT = "  ", 40
KEPT_CONTROLS = frozenset("\n\t")
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class InertText:
    """Text to show, and what was done to it (None: nothing)."""

    text: str
    note: str | None = None


def inert_text(data: bytes) -> InertText:
    """Bytes as text: UTF-8 where they are that, else with every other byte written as an escape."""
    cut = data[:MOST_SHOWN]
    notes = [f"Only the first {MOST_SHOWN // 1024} KiB are shown."] if len(data) > MOST_SHOWN else []
    try:
        text = cut.decode()
    except UnicodeDecodeError as error:
        at_the_cut = len(data) > MOST_SHOWN and error.start >= MOST_SHOWN - 3
        text = cut[: error.start].decode() if at_the_cut else cut.decode("utf-8", "backslashreplace")
        if not at_the_cut:
            notes.insert(0, "Not UTF-8: other bytes are shown as \\x escapes.")
    return InertText(visible(text), " ".join(notes) or None)


def visible(text: str) -> str:
    """The text with everything invisible or overruling written as an escape; line ends and tabs stay."""
    plain = text.replace("\r\n", "\n")
    return plain if plain.isascii() and plain.isprintable() else "".join(map(_visible_letter, plain))


def _visible_letter(letter: str) -> str:
    if letter in KEPT_CONTROLS or unicodedata.category(letter) not in HIDDEN:
        return letter
    code = ord(letter)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004


def pretty_json(text: str) -> str | None:
    """JSON indented for reading, every token as it stands in the text; None where it is no JSON."""
    if not _is_json(text):
        return None
    written: list[str] = []
    depth, before = 0, ""
    for sign in JSON_TOKENS.findall(text):
        depth -= sign in CLOSING
        empty = before in OPENING and sign in CLOSING
        if not empty and (before in OPENING or before == "," or sign in CLOSING):
            written.append("\n" + INDENT * min(depth, DEEPEST_INDENT))
        written.append(": " if sign == ":" else sign)
        depth += sign in OPENING
        before = sign
    return visible("".join(written))


def form_fields(body: bytes) -> list[tuple[str, str]]:
    """The fields of a form-encoded body in their order; none where it is not one."""
    try:
        text = body.decode("ascii")
        return parse_qsl(
            text, keep_blank_values=True, strict_parsing=True, errors="backslashreplace", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        return []


def header_lines(text: str | None) -> list[tuple[str, str]]:
    """Stored header lines as names and values; a line that is none keeps its text as the name."""
    pairs = (line.partition(":") for line in (text or "").splitlines() if line.strip())
    return [(visible(name.strip()), visible(value.strip())) for name, _, value in pairs]


def _is_json(text: str) -> bool:
    try:
        loads(text)
    except (JSONDecodeError, RecursionError, ValueError):
        return False
    return True
