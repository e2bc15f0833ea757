"""/v2/contacts"""

from flask import Blueprint, Response

from api.auth import actor
from api.bodies import body
from api.envelopes import Kind, expands_asked, nothing, record_answer
from api.filters import columns_of
from api.paging import list_answer
from models import Contact
from resources import contacts as verbs
from schemas.contact import CONTACT_KEYS, contact_shape

COLUMNS = columns_of(Contact, CONTACT_KEYS, ["state"], decimal=["contact_balance"], made_with_ids=True)
KIND = Kind("contact", "contacts", contact_shape, COLUMNS, verbs.EXPANSIONS)

routes = Blueprint("contacts", __name__, url_prefix="/contacts")


@routes.get("")
def list_contacts() -> Response:
    return list_answer(KIND, verbs.contacts_in_sight(actor()))


@routes.post("")
def create() -> Response:
    expand = expands_asked(KIND)
    contact, created = verbs.create_or_update_contact(actor(), body("contact"))
    return record_answer(KIND, contact, expand, status=201 if created else 200)


@routes.get("/<contact_id>")
def show(contact_id: str) -> Response:
    expand = expands_asked(KIND)
    return record_answer(KIND, verbs.get_contact(actor(), contact_id), expand)


@routes.route("/<contact_id>", methods=["PUT", "PATCH"])
def update(contact_id: str) -> Response:
    expand = expands_asked(KIND)
    contact = verbs.update_contact(actor(), contact_id, body("contact"))
    return record_answer(KIND, contact, expand)


@routes.delete("/<contact_id>")
def delete(contact_id: str) -> Response:
    verbs.delete_contact(actor(), contact_id)
    return nothing()
