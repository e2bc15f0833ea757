"""A tenant with some of everything, so that addresses lead to records and bodies can name them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.world import World, new_world

CLOSED_PORT = 9
"""Nobody listens there: what is sent to it is refused at once, and nothing leaves the machine."""


@dataclass(frozen=True, slots=True)
class Tenant:
    world: World
    headers: dict[str, str]
    known: Mapping[str, Sequence[str]]
    """Field of a body → values that exist."""
    places: Mapping[str, Sequence[str]]
    """Plural of a resource → ids for its addresses."""


def new_tenant(world: World) -> Tenant:
    """The tenant in the world's database; the application's context is the caller's to push."""
    config = world.config(url=f"http://127.0.0.1:{CLOSED_PORT}/receiver")
    world.config(resource="invoice")
    contact = world.contact()
    api = world.api("owner")
    event = {"location_id": world.here, "resource": "invoice", "type": "CREATE", "data": {"id": 7}}
    published = api.post("postbackevents", {"postbackevent": event}).get_json()["postbackevent"]["id"]
    deliveries = [one["id"] for one in api.get("postbackdeliveries").get_json()["postbackdeliveries"]]
    asked = {"location_id": world.here, "skipped": "no_config"}
    replay = api.post("postbackreplays", {"postbackreplay": asked}).get_json()["postbackreplay"]["id"]
    known = {
        "location_id": [world.here],
        "url": [f"http://127.0.0.1:{CLOSED_PORT}/{path}" for path in ("receiver", "other?way=1")],
        "postback_config_id": [config.id],
    }
    places = {
        "contacts": [contact.id],
        "locations": [world.here],
        "postbackconfigs": [config.id],
        "postbackdeliveries": deliveries,
        "postbackevents": [published],
        "postbackreplays": [replay],
    }
    return Tenant(world, world.headers("owner"), known, places)


__all__ = ["Tenant", "new_tenant", "new_world"]
