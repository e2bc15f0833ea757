"""What the screens of a location's records share: finding one, what one may do, telling what came of a change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import flash, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from extensions import db
from models import Location, PlacedRecord
from resources.access import may
from resources.delivery_search import promised
from resources.locations import get_location
from resources.record_history import history_of
from resources.resource import Resource
from schemas.refusals import NotFound
from ui.asked import asked
from ui.record_history import entries_of
from ui.session import current_actor

R = TypeVar("R", bound=PlacedRecord)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a resource is called at the console. Its blueprint's name is also its endpoint's in addresses."""

    blueprint: str
    one: str
    many: str
    page: str
    """The template of one record's page."""


def located(resource: Resource[R], location_id: str, record_id: str, *, deleted: bool = False) -> tuple[Location, R]:
    """The location and the record of it that the address names; a deleted one only where that is wanted.

    Raises NotFound where they do not belong together, Forbidden.
    """
    location = get_location(current_actor(), location_id)
    record = resource.found(current_actor(), "get", record_id)
    if record.location_id != location.id or (record.is_deleted and not deleted):
        raise NotFound
    return location, record


def permitted(resource: Resource[Any], location_id: str) -> dict[str, bool]:
    """`may_add`, `may_edit`, `may_delete`: what the templates ask."""
    verbs = {"may_add": "post", "may_edit": "put", "may_delete": "delete"}
    return {
        name: may(db.session(), current_actor(), resource.permission(verb), location_id) for name, verb in verbs.items()
    }


def record_page(kind: Kind, resource: Resource[R], location: Location, record: R, *, title: str, **more: Any) -> str:
    """A record's page: its fields as the template shows them, and the piece of its history that `?before=` asks for."""
    before = asked("before") or None
    history = history_of(resource.name, record.id, location.id, before)
    return render_template(
        kind.page,
        kind=kind,
        location=location,
        record=record,
        title=title,
        entries=entries_of(current_actor(), history.changes),
        older=history.older,
        before=before,
        **permitted(resource, location.id),
        **more,
    )


def to_record(kind: Kind, record: PlacedRecord, done: str) -> Response:
    """To the record's page, saying what was done and what postbacks came of it."""
    flash(told(record, done), "success")
    address = url_for(f"{kind.blueprint}.show", location_id=record.location_id, record_id=record.id)
    return redirect(address, 303)


def to_list(kind: Kind, record: PlacedRecord, done: str) -> Response:
    """The same, to the list."""
    flash(told(record, done), "success")
    return redirect(url_for(f"{kind.blueprint}.index", location_id=record.location_id), 303)


def told(record: PlacedRecord, done: str) -> str:
    """What was done, and which postbacks came of it: counted, not guessed."""
    event, count = promised(current_actor(), record.id) or (None, 0)
    address = url_for("deliveries.of_location", location_id=record.location_id, q=record.id)
    if count:
        plural = "" if count == 1 else "s"
        link = Markup('<a href="{}">view</a>').format(address)
        return Markup("{} {} postback{} queued – {}").format(done, count, plural, link)  # noqa: RUF001
    settings_page = url_for("postback_configs.index", location_id=record.location_id)
    paused = event is not None and event.skipped_reason == "inactive_config"
    why = "every postback that asks for it is paused" if paused else "no postback is configured for it"
    return Markup('{} Nobody was told: {}. <a href="{}">Postback settings</a>').format(done, why, settings_page)


def prefilled(names: Mapping[str, str]) -> dict[str, str]:
    """A new form's first values, as the address gives them: field → the parameter that names it."""
    return {field: value for field, name in names.items() if (value := asked(name))}
