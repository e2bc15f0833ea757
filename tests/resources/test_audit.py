from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from extensions import db
from models import AuditEntry, Event, writing
from resources.audit import SECRET
from resources.contacts import delete_contact, update_contact
from resources.postback_configs import delete_postback_config, rotate_secret, update_postback_config
from tests.world import World


def entries() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_a_change_of_a_contact_names_who_did_it_and_the_event_that_tells_what(world: World) -> None:
    contact = world.contact("operator")
    update_contact(world.actor("owner"), contact.id, {"city": "Oslo"})
    delete_contact(world.actor("owner"), contact.id)
    found = entries()
    assert [(entry.username, entry.action) for entry in found] == [
        ("operator", "create"),
        ("owner", "update"),
        ("owner", "delete"),
    ]
    events = db.session.scalars(select(Event).order_by(Event.id)).all()
    assert [entry.event_id for entry in found] == [event.id for event in events]
    assert [event.user_id for event in events] == [entry.user_id for entry in found]
    assert {(entry.resource, entry.record_id, entry.location_id, entry.request_id) for entry in found} == {
        ("contact", contact.id, world.here, "request-of-a-test")
    }


def test_a_change_of_a_config_tells_what_stood_before_and_after_but_no_secret(world: World) -> None:
    config = world.config(basic_auth_username="u", basic_auth_password="first-secret")
    actor = world.actor("owner")
    update_postback_config(actor, config.id, {"url": "https://127.0.0.1/other", "basic_auth_password": "second-secret"})
    rotate_secret(actor, config.id)
    delete_postback_config(actor, config.id)
    created, updated, rotated, deleted = entries()
    assert updated.changes == {
        "url": ["https://127.0.0.1/receiver", "https://127.0.0.1/other"],
        "basic_auth_password": [SECRET, SECRET],
    }
    assert (rotated.action, rotated.changes) == ("rotate_secret", {})
    assert created.changes is not None
    assert created.changes["basic_auth_password"] == [None, SECRET]
    assert deleted.changes is not None
    assert deleted.changes["url"] == ["https://127.0.0.1/other", None]
    assert "-secret" not in str([entry.changes for entry in (created, updated, deleted)])


@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET username = 'x'", "DELETE FROM audit_entries"])
def test_no_entry_is_changed_or_deleted(world: World, statement: str) -> None:
    world.contact()
    [entry] = entries()
    kept: dict[str, Any] = {"id": entry.id, "username": entry.username}
    with pytest.raises(DBAPIError, match="append-only"), writing(db.session()):
        db.session.execute(text(statement))
    [entry] = entries()
    assert {"id": entry.id, "username": entry.username} == kept
