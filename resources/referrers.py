"""What still refers to a record, and so keeps it from being deleted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select

from extensions import db
from schemas.refusals import Conflict


@dataclass(frozen=True, slots=True)
class Referrer:
    """One kind of record that may refer to another."""

    noun: str
    """With its article, as a sentence names it."""
    ids: Callable[[str], Select[str]]
    """Record's id → the ids of those that refer to it."""


def refuse_while_referred_to(record_id: str, referrers: Sequence[Referrer], advice: str) -> None:
    """Raise Conflict naming what refers to the record, each kind with one id; the caller holds the record's lock."""
    found = [(one.noun, db.session.scalar(one.ids(record_id).limit(1))) for one in referrers]
    named = [f"{noun} ({id_})" for noun, id_ in found if id_ is not None]
    if named:
        raise Conflict(f"It cannot be deleted while something refers to it: {', '.join(named)}. {advice}")
