"""Settings → Postback Config: the list; pausing, resuming and deleting."""

import json

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from extensions import db, settings
from models import Location, PostbackConfig
from resources import config_health
from resources import postback_configs as verbs
from resources.access import may, require
from resources.delivery_sight import told_reason
from resources.hours import hours_of_configs
from resources.locations import get_location
from schemas.refusals import NotFound
from ui.asked import asked
from ui.charts import sparkline
from ui.paging import Page
from ui.session import current_actor, require_sign_in

PAGE_SIZE = 12
"""Each line has figures of its own, whose cost a page must bear."""

postback_configs = Blueprint("postback_configs", __name__, url_prefix="/locations/<location_id>/settings/postbacks")
postback_configs.before_request(require_sign_in)


@postback_configs.get("")
def index(location_id: str) -> str:
    location, search = get_location(current_actor(), location_id), asked("q")
    editable = may_edit(location.id)
    query = config_health.find_configs(current_actor(), location.id, search)
    page: Page[PostbackConfig] = Page.of(query, PAGE_SIZE)
    hours = hours_of_configs([config.id for config in page.items])
    return render_template(
        "postback_configs/index.html",
        location=location,
        page=page,
        search=search,
        latest=config_health.last_deliveries(page.items),
        failing=config_health.failing_configs(current_actor(), page.items),
        rates=config_health.failure_rates(page.items),
        sparks={config_id: sparkline(told) for config_id, told in hours.items()},
        may_edit=editable,
        cause=lambda delivery: told_reason(delivery.reason, delivery.reason_code, seen=editable),
        curl_line=curl_line(location.id),
    )


@postback_configs.get("/<config_id>/pause")
def confirm_pause(location_id: str, config_id: str) -> str:
    return _confirmation("postback_configs/pause.html", "put", location_id, config_id)


@postback_configs.post("/<config_id>/pause")
def pause(location_id: str, config_id: str) -> Response:
    located(location_id, config_id)
    verbs.update_postback_config(current_actor(), config_id, {"is_active": "0"})
    flash("The postback is paused. What was waiting for it is cancelled.", "success")
    return to_list(location_id)


@postback_configs.post("/<config_id>/resume")
def resume(location_id: str, config_id: str) -> Response:
    located(location_id, config_id)
    verbs.update_postback_config(current_actor(), config_id, {"is_active": "1"})
    flash("The postback is active again: events from now on are sent.", "success")
    return to_list(location_id)


@postback_configs.get("/<config_id>/delete")
def confirm_delete(location_id: str, config_id: str) -> str:
    return _confirmation("postback_configs/delete.html", "delete", location_id, config_id)


@postback_configs.post("/<config_id>/delete")
def delete(location_id: str, config_id: str) -> Response:
    located(location_id, config_id)
    verbs.delete_postback_config(current_actor(), config_id)
    flash("The postback is deleted. Its past deliveries stay readable.", "success")
    return to_list(location_id)


def located(location_id: str, config_id: str) -> tuple[Location, PostbackConfig]:
    """The location and the config of it that the address names. Raises NotFound where they do not belong together."""
    location = get_location(current_actor(), location_id)
    config = verbs.get_postback_config(current_actor(), config_id)
    if config.location_id != location.id:
        raise NotFound
    return location, config


def may_edit(location_id: str) -> bool:
    """Whether who is signed in may add and change configs here, send tests and see secrets."""
    return may(db.session(), current_actor(), "v2.postbackconfigs.put", location_id)


def curl_line(location_id: str) -> str:
    """How the API adds a postback to this location, to be pasted into a shell."""
    config = {"location_id": location_id, "resource": "contact", "url": "https://example.com/postbacks"}
    flags = {"on_create": "1", "on_update": "1", "on_delete": "1"}
    return "\n".join(
        (
            f"curl {settings().effective_public_url}/v2/postbackconfigs \\",
            '  -H "developer-id: $DEVELOPER_ID" \\',
            '  -H "user-id: $USER_ID" -H "user-api-key: $USER_API_KEY" \\',
            '  -H "Content-Type: application/json" \\',
            f"  -d '{json.dumps({'postbackconfig': config | flags})}'",
        )
    )


def to_list(location_id: str) -> Response:
    return redirect(url_for("postback_configs.index", location_id=location_id), 303)


def _confirmation(template: str, verb: str, location_id: str, config_id: str) -> str:
    location, config = located(location_id, config_id)
    require(db.session(), current_actor(), f"v2.postbackconfigs.{verb}", location.id)
    waiting, most = config_health.count_waiting(config.id), config_health.MOST_WAITING
    return render_template(template, location=location, config=config, waiting=waiting, most=most)
