"""Changing a record only as long as it is what the caller last saw: `If-Match`, judged under the record's lock."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import event
from sqlalchemy.orm import Session

from extensions import db
from schemas.refusals import Refusal

ANY = "*"
TAG_LENGTH = 32


class Changed(Refusal):
    """The record is not what the caller last saw."""

    status = 412

    def __init__(self, message: str = "The record was changed since; read it again, then decide.") -> None:
        super().__init__(message)


@dataclass(slots=True)
class Precondition:
    """The tags one of which the record must have."""

    tags: frozenset[str]
    judged: bool = False

    def require(self, shape: Mapping[str, object]) -> None:
        """Call it under the record's lock. Raises Changed."""
        self.judged = True
        if ANY not in self.tags and record_tag(shape) not in self.tags:
            raise Changed


def record_tag(shape: Mapping[str, object]) -> str:
    """What names a record's state: the same for the same fields with the same values."""
    return sha256(json.dumps(shape, separators=(",", ":"), default=str).encode()).hexdigest()[:TAG_LENGTH]


@contextmanager
def guarding(precondition: Precondition) -> Iterator[None]:
    """Nothing is committed by this session meanwhile unless the precondition was judged: none is passed over."""

    def judge(_session: Session) -> None:
        if not precondition.judged:
            raise Changed("This address cannot compare what If-Match asks for; nothing was changed.")

    session = db.session()
    event.listen(session, "before_commit", judge)
    try:
        yield
    finally:
        event.remove(session, "before_commit", judge)
