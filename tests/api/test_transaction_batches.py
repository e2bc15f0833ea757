import pytest

from tests.payments import MERCHANT, open_accounts, pay, record
from tests.world import Api, World

KEYS = [
    "id",
    "batch_num",
    "product_transaction_id",
    "created_ts",
    "processing_status_id",
    "is_open",
    "batch_close_ts",
    "settlement_file_name",
]


@pytest.fixture
def api(world: World) -> Api:
    open_accounts(world)
    return world.api()


def batch_id(api: Api) -> str:
    pay(api)
    [batch] = api.get("transactionbatches", is_open=1).get_json()["transactionbatches"]
    return str(batch["id"])


def test_a_batch_is_listed_shown_and_settled(api: Api) -> None:
    path = f"transactionbatches/{batch_id(api)}"
    batch = record(api.get(path))
    assert list(batch) == [*KEYS, "_links"]
    assert (batch["batch_num"], batch["is_open"], batch["processing_status_id"]) == (1, 1, 1)
    assert (batch["batch_close_ts"], batch["settlement_file_name"]) == (None, None)
    assert batch["_links"]["self"]["href"] == f"http://postbacks.test/v2/{path}"
    settled = record(api.post(f"{path}/settle", expand="changelogs"))
    assert list(settled) == [*KEYS, "changelogs", "_links"]
    assert (settled["is_open"], settled["processing_status_id"]) == (0, 2)
    assert [log["action"] for log in settled["changelogs"]] == ["UPDATE", "CREATE"]
    assert {**settled, "changelogs": None} == {**record(api.get(path)), "changelogs": None}
    again = api.post(f"{path}/settle")
    assert (again.status_code, again.get_json()["name"]) == (409, "Conflict")


def test_its_transactions_are_found_by_it(api: Api) -> None:
    settling = batch_id(api)
    api.post(f"transactionbatches/{settling}/settle")
    pay(api)
    found = api.get("transactions", transaction_batch_id=settling).get_json()["transactions"]
    assert [(one["batch"], one["status_id"]) for one in found] == [("1", 134)]


def test_any_column_filters_and_sorts(api: Api) -> None:
    shown = record(api.get(f"transactionbatches/{batch_id(api)}"))
    for name in KEYS:
        assert api.get("transactionbatches", sort=f"-{name}").status_code == 200
        value = shown[name]
        found = api.get("transactionbatches", **{name: "1" if value is None else value})
        assert [one["id"] for one in found.get_json()["transactionbatches"]] == (
            [shown["id"]] if value is not None else []
        )
    assert shown["product_transaction_id"] == MERCHANT


@pytest.mark.parametrize(("name", "status"), [("operator", 200), ("viewer", 403), ("stranger", 404)])
def test_who_may_settle(api: Api, world: World, name: str, status: int) -> None:
    assert world.api(name).post(f"transactionbatches/{batch_id(api)}/settle").status_code == status


def test_a_batch_is_neither_made_nor_changed_by_hand(api: Api) -> None:
    path = f"transactionbatches/{batch_id(api)}"
    assert api.post("transactionbatches", {"transactionbatch": {}}).status_code == 405
    assert api.put(path, {"transactionbatch": {"is_open": 0}}).status_code == 405
    assert api.delete(path).status_code == 405
    assert api.post("transactionbatches/none/settle").status_code == 404
