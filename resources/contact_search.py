"""Finding contacts of a location, as a person at the console asks for them."""

from sqlalchemy import Select, func, select

from extensions import db
from models import Contact
from resources.access import Actor
from resources.contacts import CONTACTS
from resources.newest_first import Piece, newest_first

PIECE = 25
SEARCHED = (
    Contact.last_name,
    Contact.first_name,
    Contact.company_name,
    Contact.email,
    Contact.account_number,
    Contact.contact_api_id,
)


def find_contacts(actor: Actor, location_id: str, text: str, before: str | None = None) -> Piece[Contact]:
    """The newest contacts of the location, each word of the text found somewhere in them. Raises Forbidden."""
    return newest_first(_matching(actor, location_id, text), Contact.id, before, PIECE)


def count_contacts(actor: Actor, location_id: str, text: str) -> int:
    """How many there are in all."""
    matching = _matching(actor, location_id, text).with_only_columns(Contact.id)
    return db.session.scalar(select(func.count()).select_from(matching.subquery())) or 0


def _matching(actor: Actor, location_id: str, text: str) -> Select[Contact]:
    query = CONTACTS.in_sight(actor).where(Contact.location_id == location_id)
    for word in text.split():
        anywhere = [column.icontains(word, autoescape=True) for column in SEARCHED]
        found = Contact.id == word
        for condition in anywhere:
            found |= condition
        query = query.where(found)
    return query
