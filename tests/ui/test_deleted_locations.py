from sqlalchemy import select

from extensions import db
from models import Delivery
from resources.contacts import delete_contact
from resources.location_changes import create_location, delete_location
from resources.postback_configs import delete_postback_config
from tests.ui.console import console_of
from tests.world import World


def test_what_was_delivered_from_a_deleted_location_stays_readable(world: World) -> None:
    actor = world.actor("owner")
    kiosk = create_location(actor, {"parent_id": world.here, "name": "Kiosk"})[0].id
    config = world.config(location_id=kiosk)
    contact = world.contact(location_id=kiosk)
    delete_contact(actor, contact.id)
    delete_postback_config(actor, config.id)
    delete_location(actor, kiosk)
    console = console_of(world, "viewer")
    assert console.get(f"/locations/{kiosk}").status_code == 404
    assert "Kiosk" not in console.get("/locations").text
    db.session.rollback()
    for delivery_id in db.session.scalars(select(Delivery.id)).all():
        page = console.get(f"/deliveries/{delivery_id}")
        assert (page.status_code, "Kiosk" in page.text) == (200, True)
