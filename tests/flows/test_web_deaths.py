"""The web server killed around the commit: what it did not acknowledge may be lost, what it committed is sent."""

import time

import pytest

from failpoints import Place
from resources.idempotency import CLAIM_SECONDS
from tests.contact_client import ContactClient
from tests.control import Harm
from tests.flows.flow import Flow
from tests.processes import free_port

FOUND_WITHIN = 5.0


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_before_the_commit_nothing_is_sent_and_after_it_everything(flow: Flow) -> None:
    flow.config()
    web = flow.processes.control("web")
    url = flow.processes.armed_web(free_port(), web)
    client = ContactClient(url, flow.world.headers("owner"), flow.world.here)
    flow.processes.worker()
    for place, harm, status in [
        (Place.EVENT_INSERTED, Harm.KILL, 0),
        (Place.EVENT_INSERTED, Harm.FAIL, 500),
        (Place.COMMITTED_UNTOLD, Harm.KILL, 0),
        (Place.WAKE_RUNG, Harm.KILL, 0),
    ]:
        web.arm(place, harm)
        assert client.create(last_name=f"{place} {harm.name}").status == status
        killed = time.monotonic()
        if place is Place.COMMITTED_UNTOLD:
            [arrived] = flow.receiver.wait_for(1, within=FOUND_WITHIN)
            assert arrived.arrived - killed < FOUND_WITHIN
    assert client.create(last_name="Alive").status == 201
    flow.receiver.wait_for(3)
    arrived_names = {one.data["last_name"] for one in flow.receiver.stays_at(3, during=0.5)}
    assert arrived_names == {f"{Place.COMMITTED_UNTOLD} KILL", f"{Place.WAKE_RUNG} KILL", "Alive"}
    assert flow.count() == 3
    contacts = flow.api.get("contacts").get_json()["contacts"]
    assert {contact["last_name"] for contact in contacts} == arrived_names
    assert web.strikes() == 4


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_who_repeats_a_request_whose_server_died_is_told_what_became_of_it(flow: Flow) -> None:
    """Before the commit it is carried out once more; after it, never: then the repetition is told that it was done."""
    web = flow.processes.control("web")
    url = flow.processes.armed_web(free_port(), web)
    client = ContactClient(url, flow.world.headers("owner"), flow.world.here)
    for place in (Place.EVENT_INSERTED, Place.COMMITTED_UNTOLD):
        web.arm(place, Harm.KILL)
        assert client.create(place.name, key=place.name).status == 0
    early, late = (
        client.create(place.name, key=place.name) for place in (Place.EVENT_INSERTED, Place.COMMITTED_UNTOLD)
    )
    assert [(one.status, one.retry_after) for one in (early, late)] == [(409, "1"), (409, "1")]
    web.step(CLAIM_SECONDS + 1)
    assert client.create(Place.EVENT_INSERTED.name, key=Place.EVENT_INSERTED.name).status == 201
    lost = client.create(Place.COMMITTED_UNTOLD.name, key=Place.COMMITTED_UNTOLD.name)
    assert lost.status == 409
    assert "was carried out, but its answer was not kept" in (lost.message or "")
    made = [contact["last_name"] for contact in flow.api.get("contacts").get_json()["contacts"]]
    assert sorted(made) == ["COMMITTED_UNTOLD", "EVENT_INSERTED"]
