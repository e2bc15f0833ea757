"""The account vault's form. Numbers go in and never come out again: a form that is refused shows none of them."""

from wtforms import BooleanField, SelectChoice, SelectField, StringField

from forms.record_form import RecordForm, Secret
from models import AccountVault
from schemas.account_vault import ACCOUNT_VAULT_FIELDS, NUMBERS

METHODS = [SelectChoice("cc", "Card"), SelectChoice("ach", "Bank account")]
ACCOUNT_TYPES = [SelectChoice("", "–"), SelectChoice("checking", "Checking"), SelectChoice("savings", "Savings")]  # noqa: RUF001
FIXED = frozenset({"location_id", "payment_method"})
FLAGS = frozenset({"active"})
FORM_FIELDS = tuple(name for name in ACCOUNT_VAULT_FIELDS if name not in FIXED | FLAGS)


class AccountVaultForm(RecordForm):
    payment_method = SelectField("Kind", choices=METHODS, validate_choice=False)
    account_number = Secret("Number")
    exp_date = StringField("Expires")
    routing = Secret("Routing number")
    account_type = SelectField("Account type", choices=ACCOUNT_TYPES, validate_choice=False)
    account_holder_name = StringField("Account holder")
    title = StringField("Title")
    contact_id = StringField("Contact")
    account_vault_api_id = StringField("API id")
    customer_id = StringField("Customer id")
    billing_address = StringField("Street address")
    billing_city = StringField("City")
    billing_state = StringField("State")
    billing_zip = StringField("ZIP code")
    billing_phone = StringField("Phone")
    ach_sec_code = StringField("SEC code")
    dl_number = StringField("Driver's license")
    dl_state = StringField("License state")
    ssn4 = StringField("Last 4 of SSN")
    dob_year = StringField("Year of birth")
    accountvault_c1 = StringField("Custom 1")
    accountvault_c2 = StringField("Custom 2")
    accountvault_c3 = StringField("Custom 3")
    active = BooleanField("Active: may be used for payments")

    def wire(self) -> dict[str, object]:
        """What was sent for a new one, as the fields of the API; a field that was not sent is not given."""
        return self._given(("payment_method", *NUMBERS, *FORM_FIELDS)) | self._flags()

    def wire_of_change(self, vault: AccountVault) -> dict[str, object]:
        """What was sent for one that is there: its kind and its numbers cannot change, a card's type is its brand."""
        left_out = {"account_type"} if vault.payment_method == "cc" else {"exp_date"}
        return self._given([name for name in FORM_FIELDS if name not in left_out]) | self._flags()

    def _flags(self) -> dict[str, object]:
        return {"active": "1" if self.active.data else "0"}


def stored_values(vault: AccountVault) -> dict[str, object]:
    """A stored account vault as the form shows it."""
    return {name: getattr(vault, name) for name in ("payment_method", "active", *FORM_FIELDS)}
