"""What can go wrong while a screen is come to: true faults of the store, mended again afterwards.

Each is a context manager, to be entered in an application context.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager

from sqlalchemy import delete, text

from extensions import db
from models import Contact, SignInFailure, now_ts, writing
from resources.sign_in import FAILURES_PER_ACCOUNT_AND_ADDRESS, SignInRefused, SignInThrottled, prove_password

HERE = "127.0.0.1"


@contextlib.contextmanager
def without_table(name: str) -> Iterator[None]:
    """The store answers, but not to this."""
    with _between(f"ALTER TABLE {name} RENAME TO {name}_away", f"ALTER TABLE {name}_away RENAME TO {name}"):
        yield


@contextlib.contextmanager
def damaged_contacts() -> Iterator[None]:
    """A column of numbers holds letters: nothing that anybody foresaw."""
    damage = "UPDATE contacts SET modified_ts = 'x' || modified_ts"
    with _between(damage, "UPDATE contacts SET modified_ts = CAST(substr(modified_ts, 2) AS INTEGER)"):
        yield


@contextlib.contextmanager
def contacts_deleted_meanwhile() -> Iterator[None]:
    """Somebody else has deleted what one is about to change."""
    there = f"UPDATE {Contact.__tablename__} SET deleted_ts = {{}} WHERE deleted_ts IS {{}}"
    mark = now_ts() + 1
    with _between(there.format(mark, "NULL"), there.format("NULL", mark)):
        yield


@contextlib.contextmanager
def wrong_passwords(username: str) -> Iterator[None]:
    """As many as are allowed, from this machine; fewer where some were tried before."""
    for _ in range(FAILURES_PER_ACCOUNT_AND_ADDRESS):
        with contextlib.suppress(SignInRefused, SignInThrottled):
            prove_password(username, "not it", HERE)
    yield
    with writing(db.session()):
        db.session.execute(delete(SignInFailure))


@contextlib.contextmanager
def _between(breaks: str, mends: str) -> Iterator[None]:
    _run(breaks)
    try:
        yield
    finally:
        _run(mends)


def _run(statement: str) -> None:
    with writing(db.session()):
        db.session.execute(text(statement))


Fault = Callable[[], AbstractContextManager[None]]
FAULTS: Mapping[str, Fault] = {
    "": contextlib.nullcontext,
    "deliveries away": lambda: without_table("deliveries"),
    "contacts away": lambda: without_table("contacts"),
    "locations away": lambda: without_table("locations"),
    "contacts damaged": damaged_contacts,
    "contacts deleted": contacts_deleted_meanwhile,
    "wrong passwords": lambda: wrong_passwords("demo"),
}
