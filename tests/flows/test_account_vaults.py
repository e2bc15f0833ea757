"""A card on file, from its number to what a receiver is told of it."""

from tests.flows.flow import Flow, record_of
from tests.schemas.test_account_vault import CARD, NUMBER


def test_a_vaults_life_arrives(flow: Flow) -> None:
    flow.processes.worker()
    flow.config(resource="accountvault", expands="location,changelogs")
    wanted = {"accountvault": {**CARD, "location_id": flow.world.here}}
    made = record_of(flow.api.post("accountvaults", wanted), "accountvault", 201)
    path = f"accountvaults/{made['id']}"
    record_of(flow.api.put(path, {"accountvault": {"title": "Shop card"}}), "accountvault", 200)
    assert flow.api.delete(path).status_code == 204
    assert flow.all_settled(3) == {"delivered": 3}
    arrived = {one.type: one.data for one in flow.receiver.requests()}
    keys = [*(key for key in made if key != "_links"), "location", "changelogs"]
    assert {type_: list(data) for type_, data in arrived.items()} == dict.fromkeys(("CREATE", "UPDATE", "DELETE"), keys)
    assert [arrived[type_]["title"] for type_ in ("CREATE", "UPDATE", "DELETE")] == [None, "Shop card", "Shop card"]
    assert arrived["CREATE"]["location"]["id"] == flow.world.here
    assert NUMBER not in str(arrived)
    assert NUMBER not in flow.processes.logs()
