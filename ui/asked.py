"""What a query string asks for, made harmless before anything looks it up."""

from flask import request

LONGEST = 128


def asked(name: str, longest: int = LONGEST) -> str:
    """The parameter's text without what cannot be seen, trimmed and cut; empty where it was not given."""
    given = request.args.get(name, "")
    return "".join(letter for letter in given[:longest] if letter.isprintable()).strip()


def asked_number(name: str) -> int | None:
    """The parameter as a small whole number; None where it is none."""
    given = asked(name, 6)
    return int(given) if given.isascii() and given.isdigit() else None
