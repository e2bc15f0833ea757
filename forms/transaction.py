"""The forms of transactions: a new payment through the sandbox, and what is done with one later."""

from wtforms import SelectChoice, SelectField, StringField

from forms.account_vault import ACCOUNT_TYPES, METHODS
from forms.record_form import RecordForm, Secret
from models import Transaction

ACTIONS = [
    SelectChoice("sale", "Sale: authorize and settle with the batch"),
    SelectChoice("authonly", "Authorize only: complete it later"),
    SelectChoice("force", "Force: agreed by telephone, with its code"),
    SelectChoice("avsonly", "Check the address only"),
    SelectChoice("refund", "Refund"),
    SelectChoice("debit", "Debit a bank account"),
    SelectChoice("credit", "Credit a bank account"),
]
OF_A_NUMBER = ("payment_method", "exp_date", "cvv", "routing", "account_type")
"""What is sent only along with a number: a vault knows its own."""
ALWAYS = (
    *("action", "transaction_amount", "account_vault_id", "account_number", "account_holder_name", "auth_code"),
    *("product_transaction_id", "contact_id", "description", "order_num", "billing_street", "billing_zip"),
)
EDITED = ("description", "contact_id", "transaction_c1", "transaction_c2", "transaction_c3")


class TransactionForm(RecordForm):
    action = SelectField("Action", choices=ACTIONS, validate_choice=False)
    transaction_amount = StringField("Amount")
    account_vault_id = StringField("Account vault")
    payment_method = SelectField("Kind", choices=METHODS, validate_choice=False)
    account_number = Secret("Number")
    exp_date = StringField("Expires")
    cvv = Secret("Security code")
    routing = Secret("Routing number")
    account_type = SelectField("Account type", choices=ACCOUNT_TYPES, validate_choice=False)
    account_holder_name = StringField("Account holder")
    auth_code = StringField("Authorization code")
    product_transaction_id = SelectField("Merchant account", validate_choice=False)
    contact_id = StringField("Contact")
    description = StringField("Description")
    order_num = StringField("Order number")
    billing_street = StringField("Street address")
    billing_zip = StringField("ZIP code")

    def wire(self) -> dict[str, object]:
        """What was sent, as the fields of the API."""
        names = (*ALWAYS, *OF_A_NUMBER) if self.account_number.data else ALWAYS
        return self._given(names)


class AmountForm(RecordForm):
    """How much: of the actions that take an amount."""

    transaction_amount = StringField("Amount")

    def wire(self) -> dict[str, object]:
        return self._given(("transaction_amount",))


class TransactionEditForm(RecordForm):
    """What stays changeable."""

    description = StringField("Description")
    contact_id = StringField("Contact")
    transaction_c1 = StringField("Custom 1")
    transaction_c2 = StringField("Custom 2")
    transaction_c3 = StringField("Custom 3")

    def wire(self) -> dict[str, object]:
        return self._given(EDITED)


def stored_values(transaction: Transaction) -> dict[str, object]:
    """A stored transaction as its form shows it."""
    return {name: getattr(transaction, name) for name in EDITED}
