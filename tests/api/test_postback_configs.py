from typing import Any

import pytest

from models import PostbackConfig
from tests.world import World, counts, seed_config

PASSWORD = "pa55word-of-the-tests"


def record(response: Any) -> dict[str, Any]:
    found = response.json["postbackconfig"]
    assert isinstance(found, dict)
    return found


def create(world: World, expand: str | None = None, **fields: object) -> Any:
    query = {"expand": expand} if expand else {}
    return world.api().post("postbackconfigs", {"postbackconfig": seed_config(world.here, **fields)}, **query)


def test_a_configs_life(world: World) -> None:
    api = world.api()
    created = record(create(world))
    path = f"postbackconfigs/{created['id']}"
    assert record(api.get(path)) == created
    changed = record(api.put(path, {"postbackconfig": {"is_active": 0, "number_of_attempts": "7"}}))
    assert changed == {**created, "is_active": "0", "number_of_attempts": 7, "modified_ts": changed["modified_ts"]}
    assert api.put(path, {"postbackconfig": created}).status_code == 200
    assert api.delete(path).status_code == 204
    assert [api.get(path).status_code, api.delete(path).status_code] == [404, 404]
    assert api.put(path, {"postbackconfig": {}}).status_code == 409


def test_the_signing_secret_is_shown_in_one_answer_only(world: World) -> None:
    shown = record(create(world, expand="signing_secret,signing_secret_hint"))
    assert shown["signing_secret"].startswith("whsec_")
    assert shown["signing_secret_hint"] == "…" + shown["signing_secret"][-4:]
    assert list(shown)[-1] == "_links"
    path = f"postbackconfigs/{shown['id']}"
    assert world.api().get(path, expand="signing_secret").status_code == 422
    assert world.api().put(path, {"postbackconfig": {}}, expand="signing_secret").status_code == 422
    assert world.api().get("postbackconfigs", expand="signing_secret").status_code == 422
    assert "signing_secret" not in record(create(world))


def test_rotating_shows_the_new_secret(world: World) -> None:
    shown = record(create(world, expand="signing_secret"))
    path = f"postbackconfigs/{shown['id']}/rotatesecret"
    rotated = world.api().post(path, expand="signing_secret")
    assert rotated.status_code == 200
    assert record(rotated)["signing_secret"] not in {shown["signing_secret"], ""}
    assert "signing_secret" not in record(world.api().post(path))


def test_the_password_is_shown_never_and_the_username_when_asked(world: World) -> None:
    created = create(world, basic_auth_username="zoë", basic_auth_password=PASSWORD)
    path = f"postbackconfigs/{record(created)['id']}"
    answers = [
        created,
        world.api().get(path, expand="basic_auth_username,stats,postback_logs,signing_secret_hint"),
        world.api().get("postbackconfigs", expand="basic_auth_username"),
        world.api().put(path, {"postbackconfig": {"basic_auth_password": PASSWORD}}),
        world.api().put(path, {"postbackconfig": {"basic_auth_password": PASSWORD, "url": "x"}}),
        world.api().post("postbackconfigs", {"postbackconfig": {"basic_auth_password": PASSWORD}}),
        world.api().get(path, expand="basic_auth_password"),
    ]
    assert not [answer for answer in answers if PASSWORD.encode() in answer.data]
    assert "basic_auth_username" not in record(created)
    assert record(answers[1])["basic_auth_username"] == "zoë"


@pytest.mark.parametrize("name", ["basic_auth_username", "basic_auth_password", "signing_secret", "version"])
def test_secrets_cannot_be_searched_or_sorted_by(world: World, name: str) -> None:
    assert world.api().get("postbackconfigs", **{name: "a"}).status_code == 422
    assert world.api().get("postbackconfigs", sort=name).status_code == 422


def test_a_config_of_a_product_transaction_answers_it(world: World) -> None:
    refused = create(world, resource="transaction")
    assert refused.json["errors"] == {"product_transaction_id": ["Product Transaction Id cannot be blank."]}
    created = record(create(world, resource="transaction", product_transaction_id=world.product_transaction().id))
    assert list(created)[-3:] == ["modified_ts", "product_transaction_id", "_links"]
    assert "product_transaction_id" not in record(create(world))


def test_the_resources_of_a_deployment_are_taken(world: World) -> None:
    assert record(create(world, resource="invoice"))["resource"] == "invoice"
    assert list(create(world, resource="receipt").json["errors"]) == ["resource"]


def test_stats_and_logs_are_embedded(world: World) -> None:
    created = record(create(world))
    world.contact()
    shown = record(world.api().get(f"postbackconfigs/{created['id']}", expand="stats,postback_logs"))
    assert shown["stats"] == {"delivered": 0, "failed": 0, "waiting": 1, "p50_ms": None, "p95_ms": None}
    assert [log["postback_config_id"] for log in shown["postback_logs"]] == [created["id"]]


def test_configs_are_filtered_by_what_they_answer(world: World) -> None:
    create(world, url="https://127.0.0.1/one")
    create(world, url="https://127.0.0.1/two", is_active="0")
    for query, count in [
        ({"url": "/one"}, 1),
        ({"is_active": "0"}, 1),
        ({"resource": "contact"}, 2),
        ({"resource": "cont"}, 0),
        ({"number_of_attempts": "1|5"}, 2),
    ]:
        answer = world.api().get("postbackconfigs", **query).json
        assert answer is not None
        assert answer["meta"]["pagination"]["totalCount"] == count


@pytest.mark.parametrize(
    ("name", "create_status", "change_status"),
    [("head", 201, 200), ("operator", 201, 200), ("program", 201, 200), ("viewer", 403, 403), ("stranger", 422, 404)],
)
def test_who_may_change_configs(world: World, name: str, create_status: int, change_status: int) -> None:
    config: PostbackConfig = world.config()
    path, api = f"postbackconfigs/{config.id}", world.api(name)
    body = {"postbackconfig": seed_config(world.here)}
    assert api.post("postbackconfigs", body).status_code == create_status
    assert api.put(path, {"postbackconfig": {"number_of_attempts": 2}}).status_code == change_status
    assert api.post(f"{path}/rotatesecret").status_code == change_status
    assert api.delete(path).status_code == (204 if change_status == 200 else change_status)


def test_a_refused_config_leaves_nothing(world: World) -> None:
    before = counts()
    refused = create(world, url="http://10.0.0.1/", on_create="maybe", nonsense=1)
    assert (refused.status_code, sorted(refused.json["errors"])) == (422, ["nonsense", "on_create", "url"])
    assert counts() == before
