"""What transactions share with all lists and changes, where they have values of their own."""

import pytest

from tests.payments import CARD, open_accounts, pay, record, vault
from tests.world import Api, World


@pytest.fixture
def api(world: World) -> Api:
    open_accounts(world)
    return world.api()


def test_amounts_are_filtered_as_amounts(api: Api) -> None:
    made = [record(pay(api, transaction_amount=amount)) for amount in ("9.99", "10.00", "10.99", "11.00")]
    answer = api.get("transactions", transaction_amount="10.00|10.99", sort="transaction_amount")
    found = answer.get_json()["transactions"]
    assert [one["id"] for one in found] == [one["id"] for one in made[1:3]]


def test_the_account_vault_it_was_paid_from_may_be_embedded(api: Api, world: World) -> None:
    kept = vault(world)
    made = record(pay(api, **dict.fromkeys(CARD), account_vault_id=kept.id))
    shown = record(api.get(f"transactions/{made['id']}", expand="account_vault"))
    assert (shown["account_vault"]["id"], shown["account_vault"]["last_four"]) == (kept.id, "5454")


def test_a_change_may_ask_that_nothing_else_changed(api: Api) -> None:
    path = f"transactions/{record(pay(api))['id']}"
    seen = api.get(path).headers["ETag"]
    record(api.put(path, {"transaction": {"description": "between"}}))
    for action in ("void", "refund"):
        answer = api.client.put(
            f"/v2/{path}", json={"transaction": {"action": action}}, headers={**api.headers, "If-Match": seen}
        )
        assert answer.status_code == 412
