"""The screens that add, change and delete a location's records, made of a resource's form and verbs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from extensions import db
from forms.record_form import RecordForm
from models import Location, PlacedRecord
from resources.access import Actor, require
from resources.locations import get_location
from resources.resource import Resource
from schemas.refusals import Invalid
from ui.record_pages import Kind, located, to_list, to_record
from ui.session import current_actor

R = TypeVar("R", bound=PlacedRecord)
F = TypeVar("F", bound=RecordForm)
Fields = Mapping[str, object]
Page = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class RecordForms(Generic[R, F]):
    """What is the resource's own. Its templates are `form.html` and `delete.html` in its blueprint's folder."""

    kind: Kind
    resource: Resource[R]
    form: type[F]
    start: Callable[[Location], Fields]
    """A new form's first values."""
    stored: Callable[[R], Fields]
    """The form's values of a record that is there."""
    wire: Callable[[F, R | None], Fields]
    """What was sent, for a new record or for this one, as the fields of the API."""
    create: Callable[[Actor, Fields], R]
    update: Callable[[Actor, str, Fields], R]
    delete: Callable[[Actor, str], object]
    facts: Callable[[R], Mapping[str, Any]]
    """What the templates say of a record: its `title` and more."""
    offers: Callable[[Location], Mapping[str, Any]] = lambda _: {}
    """What the form lets one choose from."""

    def page(self, location: Location, form: F, record: R | None = None) -> str:
        facts = self.facts(record) if record else {"title": None}
        shown = {"kind": self.kind, "location": location, "form": form, "record": record}
        return render_template(f"{self.kind.blueprint}/form.html", **shown, **facts, **self.offers(location))

    def saved(self, location: Location, record: R | None, save: Callable[[Fields], R], done: str) -> Page:
        """To the record as it is now, or back to the form where it was refused."""
        form = self.form()
        try:
            changed = save(self.wire(form, record))
        except Invalid as refusal:
            form.show_refusal(refusal.errors)
            return self.page(location, form, record), 422
        return to_record(self.kind, changed, done)

    def require(self, verb: str, location: Location) -> None:
        """Raises Forbidden before anything is typed in vain."""
        require(db.session(), current_actor(), self.resource.permission(verb), location.id)


def form_screens(blueprint: Blueprint, of: RecordForms[R, F]) -> None:
    """Give the blueprint the addresses of these screens: new and create, edit and update, confirm_delete and delete."""
    the_one = f"The {of.kind.one} is"

    def new(location_id: str) -> str:
        location = get_location(current_actor(), location_id)
        of.require("post", location)
        return of.page(location, of.form(formdata=None, data=of.start(location)))

    def create(location_id: str) -> Page:
        location = get_location(current_actor(), location_id)

        def save(fields: Fields) -> R:
            return of.create(current_actor(), {**fields, "location_id": location.id})

        return of.saved(location, None, save, f"{the_one} added.")

    def edit(location_id: str, record_id: str) -> str:
        location, record = located(of.resource, location_id, record_id)
        of.require("put", location)
        return of.page(location, of.form(formdata=None, data=of.stored(record)), record)

    def update(location_id: str, record_id: str) -> Page:
        location, record = located(of.resource, location_id, record_id)
        return of.saved(
            location, record, lambda fields: of.update(current_actor(), record.id, fields), f"{the_one} saved."
        )

    for address, ask, do in (("/new", new, create), ("/<record_id>/edit", edit, update)):
        blueprint.add_url_rule(address, view_func=ask, methods=["GET"])
        blueprint.add_url_rule(address, view_func=do, methods=["POST"])
    _delete_screens(blueprint, of)


def _delete_screens(blueprint: Blueprint, of: RecordForms[R, F]) -> None:
    def confirm_delete(location_id: str, record_id: str) -> str:
        location, record = located(of.resource, location_id, record_id)
        of.require("delete", location)
        shown = {"kind": of.kind, "location": location, "record": record}
        return render_template(f"{of.kind.blueprint}/delete.html", **shown, **of.facts(record))

    def delete(location_id: str, record_id: str) -> Response:
        _, record = located(of.resource, location_id, record_id)
        of.delete(current_actor(), record.id)
        return to_list(of.kind, record, f"The {of.kind.one} is deleted.")

    blueprint.add_url_rule("/<record_id>/delete", view_func=confirm_delete, methods=["GET"])
    blueprint.add_url_rule("/<record_id>/delete", view_func=delete, methods=["POST"])
