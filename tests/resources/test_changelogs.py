from resources.changelogs import changes_of_record
from resources.contacts import delete_contact, update_contact
from schemas.changelog import changelog_shape
from tests.world import World


def test_a_records_history_names_each_field_that_changed_with_its_value_before(world: World) -> None:
    contact = world.contact(first_name="Ann")
    update_contact(world.actor("operator"), contact.id, {"first_name": "Anna", "city": "Oslo"})
    delete_contact(world.actor("owner"), contact.id)
    deleted, updated, created = (
        changelog_shape(change) for change in changes_of_record("contact", contact.id, world.here)
    )
    assert [one["action"] for one in (created, updated, deleted)] == ["CREATE", "UPDATE", "DELETE"]
    assert updated["changelog_details"] == [
        {"id": f"{updated['id']}-0", "changelog_id": updated["id"], "field": "first_name", "old_value": "Ann"},
        {"id": f"{updated['id']}-1", "changelog_id": updated["id"], "field": "city", "old_value": None},
    ]
    assert created["changelog_details"] == deleted["changelog_details"] == []
    operator = world.users["operator"]
    assert updated["user"] == {
        "id": operator.id,
        "username": "operator",
        "first_name": "Operator",
        "last_name": "Tester",
    }
    assert (updated["model"], updated["model_id"], updated["user_id"]) == ("Contact", contact.id, operator.id)
