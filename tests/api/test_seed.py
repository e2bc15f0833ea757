"""The documented requests, literally, and the documented answers, key by key."""

import json

from tests.world import SEED_LOCATION, World

CONFIG_REQUEST = """
{
  "postbackconfig": {
    "attempt_interval": 300,
    "basic_auth_username": null,
    "basic_auth_password": null,
    "expands": "",
    "format": "api-default",
    "is_active": "1",
    "location_id": "23948sdnfia1129i9asf92",
    "number_of_attempts": 1,
    "on_create": "1",
    "on_delete": "1",
    "on_update": "1",
    "resource": "contact",
    "url": "https://127.0.0.1/receiver"
  }
}
"""
CONTACT_REQUEST = """
{
    "contact":{
        "last_name":"Jones",
        "location_id":"23948sdnfia1129i9asf92"
    }
}
"""
DATA_KEYS = [
    "id",
    "location_id",
    "account_number",
    "contact_api_id",
    "company_name",
    "first_name",
    "last_name",
    "email",
    "address",
    "city",
    "state",
    "zip",
    "home_phone",
    "cell_phone",
    "office_phone",
    "office_ext_phone",
    "email_trx_receipt",
    "created_ts",
    "modified_ts",
    "date_of_birth",
    "header_message",
    "header_message_type_id",
    "contact_c1",
    "contact_c2",
    "contact_c3",
    "contact_balance",
]


def test_a_postback_config_is_created_as_documented(world: World) -> None:
    response = world.app.test_client().post(
        "/v2/postbackconfigs", data=CONFIG_REQUEST, content_type="application/json", headers=world.headers("owner")
    )
    assert response.status_code == 201
    config = json.loads(response.data)["postbackconfig"]
    stamp = config["created_ts"]
    assert isinstance(stamp, int)
    assert json.dumps(json.loads(response.data)) == json.dumps(
        {
            "postbackconfig": {
                "id": config["id"],
                "location_id": "23948sdnfia1129i9asf92",
                "resource": "contact",
                "on_create": "1",
                "on_update": "1",
                "on_delete": "1",
                "url": "https://127.0.0.1/receiver",
                "is_active": "1",
                "format": "api-default",
                "number_of_attempts": 1,
                "attempt_interval": 300,
                "expands": "",
                "created_ts": stamp,
                "modified_ts": stamp,
                "_links": {"self": {"href": f"http://postbacks.test/v2/postbackconfigs/{config['id']}"}},
            }
        }
    )


def test_a_contact_is_created_as_documented(world: World) -> None:
    response = world.app.test_client().post(
        "/v2/contacts", data=CONTACT_REQUEST, content_type="application/json", headers=world.headers("owner")
    )
    assert response.status_code == 201
    contact = json.loads(response.data)["contact"]
    assert list(contact) == [*DATA_KEYS, "_links"]
    assert contact["last_name"] == "Jones"
    assert contact["location_id"] == SEED_LOCATION
    assert contact["created_ts"] == contact["modified_ts"]
    assert (contact["email_trx_receipt"], contact["header_message_type_id"]) == (False, 0)
    given = {"id", "location_id", "last_name", "created_ts", "modified_ts", "email_trx_receipt"}
    unset = [key for key in DATA_KEYS if key not in given | {"header_message_type_id"}]
    assert {contact[key] for key in unset} == {None}
