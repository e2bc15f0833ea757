"""What a transaction is made of, and what may be asked of one later."""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Annotated, Any, Self

from pydantic import Field, PlainValidator, model_validator

from schemas.custom_data import CustomData, Tags
from schemas.money import Amount, OptionalAmount
from schemas.patterns import FLAG, JsonSchema, or_blank
from schemas.refusals import Invalid
from schemas.rules import (
    BLANK,
    Email,
    Flag,
    Id,
    OptionalDay,
    OptionalId,
    Phone,
    State,
    TextRule,
    broken,
    described_as,
    is_blank,
    optional_text,
    read_flag,
)
from schemas.validation import READ_ONLY, Input, label

OF_A_CARD = ("sale", "authonly", "force", "refund", "avsonly")
OF_AN_ACCOUNT = ("debit", "credit", "refund")
ACTIONS = tuple(dict.fromkeys([*OF_A_CARD, *OF_AN_ACCOUNT]))
CHANGES = ("void", "authcomplete", "authincrement", "partialreversal", "refund", "edit")
WITH_AN_AMOUNT = ("authcomplete", "authincrement", "partialreversal", "refund")
AMOUNT = "transaction_amount"
SOURCES = ("account_number", "account_vault_id", "previous_transaction_id")
SHORTEST_SECRET = 8
"""Digits; a shorter account number may well stand in an order's number by chance."""
SEPARATORS = re.compile(r"[ -]")

Custom = Annotated[str | None, optional_text(128)]


def _choice(*values: str) -> Any:
    return optional_text(16, pattern=f"({'|'.join(values)})", says=f"must be one of {', '.join(values)}")


def _action(values: tuple[str, ...]) -> Any:
    def check(value: object) -> object:
        if is_blank(value):
            broken(BLANK)
        return value if value in values else broken(f"must be one of {', '.join(values)}")

    return PlainValidator(check, json_schema_input_type=described_as({"enum": list(values)}))


def _digits(least: int, most: int, says: str) -> Any:
    return optional_text(most, shortest=least, pattern=r"[0-9]+", says=says)


ADDRESS: JsonSchema = {"anyOf": [{"type": "string", "format": "ipv4"}, {"type": "string", "format": "ipv6"}]}
WRITTEN = TextRule(45)


def _address(value: object) -> str | None:
    given = WRITTEN.optional(value)
    try:
        return given if given is None else str(ip_address(given))
    except ValueError:
        broken("must be an IP address")


def _optional_flag(value: object) -> bool | None:
    return None if is_blank(value) else read_flag(value)


class TransactionInput(Input):
    action: Annotated[str, _action(ACTIONS)]
    payment_method: Annotated[str | None, _choice("cc", "ach")] = None
    location_id: Id
    product_transaction_id: OptionalId = None
    account_number: Annotated[str | None, _digits(4, 19, "must be 13 to 19 digits")] = Field(None, repr=False)
    exp_date: Annotated[str | None, optional_text(4, pattern=r"(0[1-9]|1[0-2])[0-9]{2}", says="must be MMYY")] = None
    cvv: Annotated[str | None, _digits(3, 4, "must be 3 or 4 digits")] = Field(None, repr=False)
    routing: Annotated[str | None, _digits(9, 9, "must be 9 digits")] = None
    account_type: Annotated[str | None, _choice("checking", "savings")] = None
    account_holder_name: Annotated[str | None, optional_text(64)] = None
    account_vault_id: OptionalId = None
    previous_transaction_id: OptionalId = None
    transaction_amount: OptionalAmount = None
    auth_code: Annotated[str | None, optional_text(6, pattern=r"[A-Za-z0-9]+", says="must be letters and digits")] = (
        None
    )
    contact_id: OptionalId = None
    description: Annotated[str | None, optional_text(64)] = None
    order_num: Annotated[str | None, optional_text(32)] = None
    transaction_api_id: Annotated[str | None, optional_text(36)] = None
    terms_agree: Annotated[
        bool | None, PlainValidator(_optional_flag, json_schema_input_type=described_as(or_blank(FLAG)))
    ] = None
    notification_email_address: Email = None
    billing_zip: Annotated[
        str | None,
        optional_text(12, shortest=4, pattern=r"[A-Za-z0-9 -]+", says="must be letters, digits, spaces and dashes"),
    ] = None
    billing_street: Annotated[str | None, optional_text(255)] = None
    billing_city: Annotated[str | None, optional_text(100)] = None
    billing_state: State = None
    billing_phone: Phone = None
    tax: Amount = 0
    tip_amount: Amount = 0
    customer_ip: Annotated[
        str | None, PlainValidator(_address, json_schema_input_type=described_as(or_blank(ADDRESS)))
    ] = None
    customer_id: Annotated[str | None, optional_text(36)] = None
    po_number: Annotated[str | None, optional_text(36)] = None
    clerk_number: Annotated[str | None, optional_text(16)] = None
    check_number: Annotated[str | None, _digits(1, 15, "must be digits")] = None
    ach_sec_code: Annotated[str | None, _choice("PPD", "CCD", "WEB", "TEL", "POP", "C21")] = None
    effective_date: OptionalDay = None
    is_recurring: Flag = False
    transaction_c1: Custom = None
    transaction_c2: Custom = None
    transaction_c3: Custom = None
    custom_data: CustomData = None
    tags: Tags = Field(default_factory=list)

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [name for name in SOURCES if getattr(self, name) is not None]
        if not given:
            broken(BLANK, "account_number")
        if len(given) > 1:
            broken(f"cannot be given together with {label(given[0])}", given[1])
        return self

    @model_validator(mode="after")
    def _whole_account(self) -> Self:
        if self.account_number is not None:
            for name in ("payment_method", *NEEDED.get(self.payment_method or "", ())):
                if getattr(self, name) is None:
                    broken(BLANK, name)
            if self.payment_method == "cc" and len(self.account_number) < 13:  # noqa: PLR2004 - of a card's digits
                broken("must be 13 to 19 digits", "account_number")
        return self

    @model_validator(mode="after")
    def _amounts_that_fit(self) -> Self:
        by_reference = self.action == "refund" and self.previous_transaction_id is not None
        if self.transaction_amount is None and self.action != "avsonly" and not by_reference:
            broken(BLANK, AMOUNT)
        if self.transaction_amount == 0 and self.action != "avsonly":
            broken("must be more than 0.00", AMOUNT)
        if self.transaction_amount is not None and self.tax > self.transaction_amount:
            broken("must not be more than Transaction Amount, which includes it", "tax")
        if self.action == "force" and self.auth_code is None:
            broken(BLANK, "auth_code")
        if self.action != "force" and self.auth_code is not None:
            broken("applies to force alone: for other actions the processor gives one", "auth_code")
        return self

    @model_validator(mode="after")
    def _number_nowhere_else(self) -> Self:
        """The account number is forgotten; so it must not stand in what is kept."""
        secret = self.account_number
        if secret is not None and len(secret) >= SHORTEST_SECRET:
            for name in STORED:
                if secret in SEPARATORS.sub("", str(getattr(self, name))):
                    broken("must not contain the account number", name)
        return self


NEEDED: Mapping[str, tuple[str, ...]] = {
    "cc": ("exp_date",),
    "ach": ("routing", "account_type", "account_holder_name"),
}
"""What an account number comes with."""
FORGOTTEN = frozenset({"action", "exp_date", "cvv", "routing", "account_number", "auth_code"})
STORED = tuple(name for name in TransactionInput.model_fields if name not in FORGOTTEN)


class ChangeInput(Input):
    """What a PUT asks: an action, and beside it the properties that any action may set."""

    action: Annotated[str, _action(CHANGES)] = "edit"
    transaction_amount: OptionalAmount = None
    description: Annotated[str | None, optional_text(64)] = None
    contact_id: OptionalId = None
    transaction_c1: Custom = None
    transaction_c2: Custom = None
    transaction_c3: Custom = None
    tags: Tags = Field(default_factory=list)

    @model_validator(mode="after")
    def _amount_that_fits(self) -> Self:
        if self.transaction_amount is None and self.action in {"authincrement", "partialreversal"}:
            broken(BLANK, AMOUNT)
        if self.transaction_amount == 0:
            broken("must be more than 0.00", AMOUNT)
        return self


EDITED = tuple(name for name in ChangeInput.model_fields if name not in {"action", AMOUNT})


def asked_of(fields: Mapping[str, object], answered: Mapping[str, object]) -> dict[str, object]:
    """What a PUT asks of the transaction that is answered so: whoever sends an answer back means to change nothing.

    Raises Invalid naming what differs from the answer and cannot be changed.
    """
    own = {"action", *EDITED, *([AMOUNT] if fields.get("action") in WITH_AN_AMOUNT else [])}
    echoed = {name for name in fields if name in answered and name not in own}
    changed = sorted(name for name in echoed - READ_ONLY if fields[name] != answered[name])
    if changed:
        raise Invalid({name: [f"{label(name)} cannot be changed."] for name in changed})
    return {name: value for name, value in fields.items() if name not in echoed}
