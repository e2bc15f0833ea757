import json
from itertools import pairwise

from tests.api.publishing import ANSWERED, deliveries, errors, events, invoice, publish, publish_batch
from tests.world import World, counts


def test_a_batch_is_answered_in_its_order(world: World) -> None:
    world.config(resource="invoice")
    world.config(resource="contact")
    items = [invoice(world, number, resource="invoice" if number % 2 else "contact") for number in range(9, 0, -1)]
    items[4] |= {"type": "DELETE", "record_id": "other"}
    answer = publish_batch(world, items)
    assert answer.status_code == 201
    told = answer.get_json()["postbackevents"]
    assert [list(one) for one in told] == [ANSWERED] * 9
    assert [one["idempotency_id"] for one in told] == [item["idempotency_id"] for item in items]
    assert [one["deliveries"] for one in told] == [1] * 9
    assert [event.id for event in events()] == [one["id"] for one in told]
    assert all(first["id"] < second["id"] for first, second in pairwise(told))
    assert [json.loads(event.data) for event in events()] == [item["data"] for item in items]


def test_each_item_goes_to_who_asked_for_it(world: World) -> None:
    here, there = (
        world.config(resource="invoice"),
        world.config("head", resource="invoice", location_id=world.elsewhere),
    )
    world.config(resource="invoice", on_delete="0", on_create="0")
    items = [invoice(world, 1), invoice(world, 2, location_id=world.elsewhere), invoice(world, 3, type="UPDATE")]
    told = publish_batch(world, items, "head").get_json()["postbackevents"]
    assert [one["deliveries"] for one in told] == [1, 1, 2]
    by_event = {one.event_id: one for one in reversed(deliveries())}
    assert by_event[told[0]["id"]].postback_config_id == here.id
    assert by_event[told[1]["id"]].postback_config_id == there.id


def test_a_batch_stands_or_falls_together(world: World) -> None:
    world.config(resource="invoice")
    before = counts()
    good = [invoice(world, number) for number in range(5)]
    for items, named in [
        ([], ["postbackevents"]),
        ([invoice(world, number) for number in range(1001)], ["postbackevents"]),
        ([*good, 1], ["postbackevents[5]"]),
        ([*good, invoice(world, 9, idempotency_id=None)], ["postbackevents[5].idempotency_id"]),
        ([*good, invoice(world, 3)], ["postbackevents[3].idempotency_id", "postbackevents[5].idempotency_id"]),
        ([*good, invoice(world, 9, location_id=world.elsewhere)], ["postbackevents[5].location_id"]),
    ]:
        assert list(errors(publish_batch(world, items))) == named
    assert counts() == before
    many_wrong = errors(publish_batch(world, [invoice(world, number, type="x") for number in range(1000)]))
    assert list(many_wrong) == [f"postbackevents[{number}].type" for number in range(20)]
    bodies: list[object] = [{"postbackevents": {}}, {"postbackevent": good}, {"postbackevents": good, "more": 1}, []]
    for body in bodies:
        assert world.api().post("postbackevents/batch", body).status_code == 422
    assert counts() == before


def test_a_full_batch_is_taken(world: World) -> None:
    world.config(resource="invoice")
    answer = publish_batch(world, [invoice(world, number) for number in range(1000)])
    assert [one["deliveries"] for one in answer.get_json()["postbackevents"]] == [1] * 1000
    assert (counts()["Event"], counts()["Delivery"]) == (1000, 1000)


def test_only_a_batch_may_be_as_large_as_a_batch(world: World) -> None:
    padding = "x" * (200 * 1024)
    items = [invoice(world, number, data={"id": number, "padding": padding}) for number in range(50)]
    assert publish_batch(world, items).status_code == 201
    items += [invoice(world, 100 + number, data={"id": number, "padding": padding}) for number in range(50)]
    assert publish_batch(world, items).status_code == 413
    assert publish(world, data={"id": 1, "padding": "x" * (9 * 1024 * 1024)}).status_code == 413
    assert counts()["Event"] == 50


def test_a_batch_sent_again_adds_only_what_is_new(world: World) -> None:
    world.config(resource="invoice")
    first = publish_batch(world, [invoice(world, number) for number in range(4)])
    again = publish_batch(world, [invoice(world, number) for number in range(4)])
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert again.headers["Idempotent-Replayed"] == "true"
    more = publish_batch(world, [invoice(world, number) for number in (7, 2, 6, 0)])
    told, earlier = more.get_json()["postbackevents"], first.get_json()["postbackevents"]
    assert "Idempotent-Replayed" not in more.headers
    assert (told[1], told[3]) == (earlier[2], earlier[0])
    assert (counts()["Event"], counts()["Delivery"]) == (6, 6)
