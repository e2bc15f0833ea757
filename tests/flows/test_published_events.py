"""Events of a host application on their whole way."""

from collections import Counter

from tests.flows.flow import Flow

BATCH = 200


def test_a_batch_arrives_once_each(flow: Flow) -> None:
    flow.processes.worker()
    flow.config(resource="contact")
    items = [
        {
            "location_id": flow.world.here,
            "resource": "contact",
            "type": "UPDATE",
            "data": {"id": f"record-{number}", "note": "é & = %"},
            "idempotency_id": f"event-{number}",
        }
        for number in range(BATCH)
    ]
    for _ in range(2):
        answer = flow.api.post("postbackevents/batch", {"postbackevents": items})
        assert answer.status_code == 201, answer.text
    assert flow.all_settled(BATCH) == Counter(delivered=BATCH)
    arrived = flow.receiver.requests()
    assert Counter(str(one.data["id"]) for one in arrived) == Counter(f"record-{number}" for number in range(BATCH))
    assert {(one.type, one.data["note"]) for one in arrived} == {("UPDATE", "é & = %")}
