"""An integrator who knows only the documentation gets everything done, and hears of it."""

from collections.abc import Iterator

import pytest

from resources.users import set_password
from tests.flows.integrator import Client, Hook, RefusedError
from tests.processes import Processes, free_port
from tests.world import World

PASSWORD = "a password of the integrator"
CARD = {"payment_method": "cc", "account_number": "5454545454545454", "exp_date": "1232"}
RESOURCES = ("contact", "accountvault", "transaction", "transactionbatch")


@pytest.fixture
def hook() -> Iterator[Hook]:
    server = Hook()
    yield server
    server.close()


@pytest.fixture
def client(world: World, processes: Processes) -> Client:
    """With the id of a developer, and the name and password of the head office's admin."""
    with world.app.app_context():
        set_password(world.users["head"].id, PASSWORD)
    processes.worker()
    port = free_port()
    base_url = processes.web(port, public_url=f"http://127.0.0.1:{port}")
    stranger = Client(base_url, {"developer-id": world.headers("head")["developer-id"]})
    return stranger.token("head", PASSWORD)


def test_everything_that_the_documentation_promises(world: World, client: Client, hook: Hook) -> None:
    location = client.create("location", "locations", name="Pier 7", parent_id=world.root)
    assert client.show("location", location) == location
    at = {"location_id": location["id"]}
    merchant = client.create("producttransaction", "producttransactions", **at, payment_method="cc", title="Cards")
    for resource in RESOURCES:
        of_it = {"product_transaction_id": merchant["id"]} if resource.startswith("transaction") else {}
        _subscribe(client, hook, resource, **at, **of_it)
    _people(client, location["id"])
    contact = _contacts(client, hook, location["id"])
    vault = client.create("accountvault", "accountvaults", **at, **CARD, contact_id=contact["id"], title="Visa")
    assert hook.wait_for("CREATE", "accountvault", id=vault["id"])["last_four"] == "5454"
    _payments(client, hook, location["id"], merchant["id"], vault["id"])
    client.delete(vault)
    hook.wait_for("DELETE", "accountvault", id=vault["id"])
    assert hook.forged == []


def _subscribe(client: Client, hook: Hook, resource: str, **fields: object) -> None:
    wanted = {"url": hook.url(f"/{resource}"), "on_create": "1", "on_update": "1", "on_delete": "1", **fields}
    asked = {"postbackconfig": {"resource": resource, "number_of_attempts": 3, "attempt_interval": 1, **wanted}}
    made = client.call("POST", "/v2/postbackconfigs?expand=signing_secret", asked)["postbackconfig"]
    hook.secrets[f"/{resource}"] = made["signing_secret"]


def _people(client: Client, location_id: str) -> None:
    """A program of its own: a user, a role, a key, and a call with it."""
    user = client.create("user", "users", username="pier-7", last_name="Program", primary_location_id=location_id)
    client.call("POST", f"/v2/users/{user['id']}/roles", {"role": {"location_id": location_id, "role": "integration"}})
    key = client.call("POST", f"/v2/users/{user['id']}/generateuserapikey")["user"]["user_api_key"]
    developer = {"developer-id": client.credentials["developer-id"]}
    program = Client(client.base_url, {**developer, "user-id": user["id"], "user-api-key": key})
    [[seen]] = program.pages("locations")
    assert seen["id"] == location_id
    with pytest.raises(RefusedError) as refusal:
        program.create("user", "users", username="another", primary_location_id=location_id)
    assert refusal.value.status == 403


def _contacts(client: Client, hook: Hook, location_id: str) -> dict[str, object]:
    given = {"location_id": location_id, "contact_api_id": "crm-1"}
    contact = client.create("contact", "contacts", **given, last_name="Jones")
    sent = hook.wait_for("CREATE", "contact", id=contact["id"])
    assert list(sent) == [name for name in contact if name != "_links"]
    assert sent == {name: contact[name] for name in sent}
    with pytest.raises(RefusedError) as refusal:
        client.create("contact", "contacts", **given, email="no address")
    assert (refusal.value.status, set(refusal.value.errors)) == (422, {"last_name", "email"})
    again = client.create("contact", "contacts", **given, last_name="Smith", update_if_exists=1)
    assert again["id"] == contact["id"]
    hook.wait_for("UPDATE", "contact", id=contact["id"], last_name="Smith")
    others = [client.create("contact", "contacts", location_id=location_id, last_name=f"Guest {n}") for n in range(5)]
    pages = list(client.pages("contacts", location_id=location_id, last_name="Guest", page_size=2, sort="last_name"))
    assert [[one["last_name"] for one in page] for page in pages] == [
        ["Guest 0", "Guest 1"],
        ["Guest 2", "Guest 3"],
        ["Guest 4"],
    ]
    client.delete(others[0])
    hook.wait_for("DELETE", "contact", id=others[0]["id"])
    with pytest.raises(RefusedError) as gone:
        client.show("contact", others[0])
    assert gone.value.status == 404
    return again


def _payments(client: Client, hook: Hook, location_id: str, merchant_id: str, vault_id: str) -> None:
    at = {"location_id": location_id, "product_transaction_id": merchant_id, "payment_method": "cc"}

    def sale(amount: str, **more: object) -> dict[str, object]:
        given = {**at, "action": "sale", "account_vault_id": vault_id, "transaction_amount": amount, **more}
        made = client.create("transaction", "transactions", **given)
        assert hook.wait_for("CREATE", "transaction", id=made["id"])["status_id"] == made["status_id"]
        return made

    approved, declined, kept = sale("10.00"), sale("6.16"), sale("7.50")
    assert [one["status_id"] for one in (approved, declined, kept)] == [101, 301, 101]
    assert (declined["reason_code_id"], approved["reason_code_id"]) == (1616, 1000)
    voided = client.update("transaction", approved, action="void")
    assert hook.wait_for("UPDATE", "transaction", id=voided["id"])["status_id"] == voided["status_id"] == 201
    _settle(client, hook, merchant_id, kept)
    client.update("transaction", kept, action="refund", transaction_amount="7.50")
    hook.wait_for("CREATE", "transaction", transaction_amount="7.50", status_id=111)
    [declines] = client.pages("transactions", location_id=location_id, status_id="301")
    assert [one["id"] for one in declines] == [declined["id"]]


def _settle(client: Client, hook: Hook, merchant_id: str, kept: dict[str, object]) -> None:
    [[batch]] = client.pages("transactionbatches", product_transaction_id=merchant_id, is_open=1)
    hook.wait_for("CREATE", "transactionbatch", id=batch["id"])
    settled = client.call("POST", f"{batch['_links']['self']['href']}/settle")["transactionbatch"]
    assert (settled["processing_status_id"], settled["is_open"]) == (2, 0)
    assert hook.wait_for("UPDATE", "transactionbatch", id=batch["id"])["is_open"] == 0
    hook.wait_for("UPDATE", "transaction", id=kept["id"], status_id=134)
