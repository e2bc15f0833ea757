"""The contact's form. It keeps what was typed; the schema judges it and names the fields at fault."""

from wtforms import BooleanField, SelectChoice, SelectField, StringField, TextAreaField

from forms.record_form import RecordForm
from models import Contact
from schemas.contact import CONTACT_FIELDS

FIXED = frozenset({"location_id"})
FORM_FIELDS = tuple(name for name in CONTACT_FIELDS if name not in FIXED)
HEADER_MESSAGE_TYPES = [SelectChoice("0", "None"), *(SelectChoice(str(number)) for number in range(1, 5))]


class ContactForm(RecordForm):
    first_name = StringField("First name")
    last_name = StringField("Last name")
    company_name = StringField("Company")
    date_of_birth = StringField("Date of birth")
    email = StringField("Email")
    cell_phone = StringField("Cell phone")
    home_phone = StringField("Home phone")
    office_phone = StringField("Office phone")
    office_ext_phone = StringField("Extension")
    email_trx_receipt = BooleanField("Email a receipt for each transaction")
    address = StringField("Street address")
    city = StringField("City")
    state = StringField("State")
    zip = StringField("ZIP code")
    account_number = StringField("Account number")
    contact_api_id = StringField("API id")
    contact_balance = StringField("Balance")
    header_message = TextAreaField("Header message")
    header_message_type_id = SelectField("Header message type", choices=HEADER_MESSAGE_TYPES, validate_choice=False)
    contact_c1 = StringField("Custom 1")
    contact_c2 = StringField("Custom 2")
    contact_c3 = StringField("Custom 3")

    def wire(self) -> dict[str, object]:
        """What was sent, as the fields of the API; a field that was not sent is not given."""
        return self._given(FORM_FIELDS) | {"email_trx_receipt": "1" if self.email_trx_receipt.data else "0"}


def stored_values(contact: Contact) -> dict[str, object]:
    """A stored contact as the form shows it."""
    values = {name: getattr(contact, name) for name in FORM_FIELDS}
    return values | {"header_message_type_id": str(contact.header_message_type_id)}
