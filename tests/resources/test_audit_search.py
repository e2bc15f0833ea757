import json

import pytest
from sqlalchemy import event, select

from extensions import db
from models import AuditEntry, now_ts, writing
from resources import audit_search
from resources.audit import note
from resources.audit_search import Wanted, changes_of, entries_in_sight, find_entries, get_entry
from resources.contacts import delete_contact, update_contact
from schemas.refusals import Forbidden, NotFound
from tests.world import World


def found(world: World, name: str = "owner", **wanted: object) -> list[AuditEntry]:
    db.session.rollback()
    return list(find_entries(world.actor(name), Wanted(**wanted)).rows)  # type: ignore[arg-type]


def test_what_stood_before_and_after_is_read_from_the_events(world: World) -> None:
    contact = world.contact(first_name="Ann")
    update_contact(world.actor("operator"), contact.id, {"first_name": "Anna", "city": "Oslo"})
    delete_contact(world.actor("owner"), contact.id)
    deleted, updated, created = found(world)
    assert changes_of(updated) == {"first_name": ["Ann", "Anna"], "city": [None, "Oslo"]}
    assert changes_of(created)["first_name"] == [None, "Ann"]
    assert changes_of(deleted)["city"] == ["Oslo", None]


def test_a_page_costs_the_same_however_many_entries_it_has(world: World) -> None:
    contact = world.contact()
    costs = []
    for changes in (1, 8):
        for number in range(changes):
            update_contact(world.actor("owner"), contact.id, {"city": f"Town {changes} {number}"})
        actor = world.actor("owner")
        asked: list[str] = []

        def count(_c: object, _cursor: object, statement: str, *_more: object, asked: list[str] = asked) -> None:
            asked.append(statement)

        event.listen(db.engine, "before_cursor_execute", count)
        rows = find_entries(actor, Wanted()).rows
        assert all(changes_of(row) for row in rows)
        event.remove(db.engine, "before_cursor_execute", count)
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 4  # two about the tree, one for the ids, one for the entries


@pytest.mark.parametrize("name", ["viewer", "operator", "program"])
def test_only_admins_read_it(world: World, name: str) -> None:
    for read in (lambda: entries_in_sight(world.actor(name)), lambda: find_entries(world.actor(name), Wanted())):
        with pytest.raises(Forbidden):
            read()


def test_everybody_reads_only_what_is_theirs(world: World) -> None:
    world.contact()
    with writing(db.session()):
        note(world.actor("head"), "create", "developer", "acme")
    assert len(found(world)) == 1
    assert found(world, "stranger") == []
    everything = found(world, "head")
    assert [one.location_id for one in everything] == [None, world.here]
    for entry in everything:
        with pytest.raises(NotFound):
            get_entry(world.actor("stranger"), entry.id)
    assert get_entry(world.actor("owner"), everything[1].id)
    for id_ in (everything[0].id, "none", "\0"):
        with pytest.raises(NotFound):
            get_entry(world.actor("owner"), id_)


def test_what_was_asked_for_is_found(world: World) -> None:
    contact = world.contact("operator")
    world.config("owner")
    now = now_ts()
    for wanted, count in [
        ({"username": "OPER"}, 1),
        ({"action": "create"}, 2),
        ({"resource": "contact", "record_id": contact.id}, 1),
        ({"request_id": "request-of-a-test"}, 2),
        ({"request_id": "another"}, 0),
        ({"location_id": world.here}, 2),
        ({"location_id": world.elsewhere}, 0),
        ({"created_ts_from": now - 60, "created_ts_to": now + 60}, 2),
        ({"created_ts_to": now - 60}, 0),
    ]:
        assert len(found(world, **wanted)) == count, wanted  # type: ignore[arg-type]


def test_it_is_read_in_pieces_from_the_newest_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_search, "PIECE", 2)
    contact = world.contact()
    for number in range(4):
        update_contact(world.actor("owner"), contact.id, {"city": f"Town {number}"})
    seen, before = [], None
    while True:
        piece = find_entries(world.actor("owner"), Wanted(), before)
        seen += [row.id for row in piece.rows]
        before = piece.older
        if before is None:
            break
    ids = list(db.session.scalars(select(AuditEntry.id).order_by(AuditEntry.id.desc())))
    assert seen == ids
    assert json.dumps(ids)
