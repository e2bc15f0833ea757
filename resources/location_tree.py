"""The tree of locations as questions of access ask for it: each part is read once in a reading transaction.

A page asks a dozen times who may see what. Within a transaction that writes nothing is kept: whoever decides under a
lock looks at the tree as it is then.
"""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Location, remembered

MOST_NAMED = 10_000
"""Locations whose ids are said in a query."""
ROOTS = select(Location.id).where(Location.parent_id.is_(None))


def roots(session: Session) -> frozenset[str]:
    """The locations that lie below none."""
    kept = remembered(session)
    if "roots" not in kept:
        kept["roots"] = frozenset(session.scalars(ROOTS))
    found: frozenset[str] = kept["roots"]
    return found


def below(session: Session, ids: Collection[str]) -> Sequence[str] | None:
    """The ids of these locations and of all that lie below them; None where they are more than MOST_NAMED."""
    kept, key = remembered(session), ("below", frozenset(ids))
    if key not in kept:
        found = session.scalars(Location.below(sorted(ids)).limit(MOST_NAMED + 1)).all()
        kept[key] = found if len(found) <= MOST_NAMED else None
    told: Sequence[str] | None = kept[key]
    return told


def at_or_above(session: Session, ids: Collection[str]) -> Mapping[str, Collection[str]]:
    """Of each of these locations, by id, the ids of itself and of all that lie above it; none where it is unknown."""
    kept: dict[tuple[str, str], set[str]] = remembered(session)
    missing = {id_ for id_ in ids if ("path", id_) not in kept}
    found: dict[str, set[str]] = {id_: set() for id_ in missing}
    if missing:
        for leaf, above in session.connection().execute(Location.paths(), {"leaves": list(missing)}):
            found[leaf].add(above)
    kept.update({("path", id_): path for id_, path in found.items()})
    return {id_: kept["path", id_] for id_ in ids}
