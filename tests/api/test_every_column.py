"""Every column that a list answers is one to filter by and to sort by: walked from the lists themselves."""

from typing import Any

import pytest
from flask import Flask

from api import ROUTES
from tests.payments import ACCOUNT, open_accounts, pay
from tests.resources.test_retries import standing
from tests.world import World

STRUCTURES = {
    "auditlogs": {"changes"},
    "changelogs": {"changelog_details", "user"},
    "locationinfos": {"product_transactions"},
    "postbackreplays": {"created_ts_from", "created_ts_to"},
}
"""What is put together for the answer and stored nowhere as such; and a replay's own bounds, whose names ask for when
the replay was made.
"""


def planted(world: World) -> None:
    """Something in every list, with as many fields set as one record can have."""
    open_accounts(world)
    world.contact(contact_balance="12.50", first_name="Ann", contact_api_id="c-1")
    world.vault(title="Blue", contact_id=world.contact().id)
    world.vault(**{**ACCOUNT, "exp_date": None})
    pay(world.api(), description="Tea", tax="1.00", tip_amount="2.00")
    standing(world, "failed")
    asked = {"location_id": world.here, "status": "failed"}
    assert world.api().post("postbackreplays", {"postbackreplay": asked}).status_code == 201


def asked_for(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return str(value)


def lists(app: Flask) -> list[str]:
    """The addresses whose answers have `meta`."""
    with_own = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/v2/") and "<" not in rule.rule}
    readable = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return sorted(rule.removeprefix("/v2/") for rule in with_own & readable)


def test_every_answered_column_filters_and_sorts(world: World) -> None:
    planted(world)
    walked = lists(world.app)
    assert (
        len(walked) >= len({routes.name for routes in ROUTES}) - 2
    )  # events are published and tokens made, not listed
    wrong = []
    for plural in walked:
        answer = world.api("head").get(plural).get_json()
        assert "pagination" in answer["meta"], plural
        record = next(iter(answer[plural]))
        for name in record.keys() - {"_links"} - STRUCTURES.get(plural, set()):
            wrong += [f"{plural}.{name}: {says}" for says in faults(world, plural, record, name)]
    assert wrong == []


def faults(world: World, plural: str, record: dict[str, Any], name: str) -> list[str]:
    api, value = world.api("head"), record[name]
    found = [f"sort={way}{name}" for way in ("", "-") if api.get(plural, sort=f"{way}{name}").status_code != 200]
    if value is None or isinstance(value, list | dict):
        return found + ["filter"] * (
            api.get(plural, **{name: "1"}).status_code not in {200, 422} or unknown(world, plural, name)
        )
    answer = api.get(plural, **{name: asked_for(value), "page_size": 200})
    if answer.status_code != 200 or record["id"] not in [one["id"] for one in answer.get_json()[plural]]:
        found.append(f"filter={asked_for(value)}")
    return found


def unknown(world: World, plural: str, name: str) -> bool:
    """Whether the filter is refused as none."""
    return "is not a known filter" in world.api("head").get(plural, **{name: "1"}).text


@pytest.mark.parametrize(
    ("plural", "name", "asked", "count"),
    [
        ("transactions", "transaction_amount", "10.00|10.99", 1),
        ("transactions", "transaction_amount", "9|9.99", 0),
        ("transactions", "transaction_amount", "1,10", 1),
        ("transactions", "tax", "0.99|1", 1),
        ("contacts", "contact_balance", "9.5|100", 1),
        ("contacts", "contact_balance", "100|200", 0),
        ("contacts", "contact_balance", "12.5", 1),
    ],
)
def test_amounts_are_compared_as_amounts(world: World, plural: str, name: str, asked: str, count: int) -> None:
    open_accounts(world)
    world.contact(contact_balance="12.50")
    pay(world.api(), tax="1.00")
    assert len(world.api().get(plural, **{name: asked}).get_json()[plural]) == count
