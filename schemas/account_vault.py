"""Account vaults on the wire. Of the number only `first_six` and `last_four` are ever kept or answered."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from models import AccountVault
from schemas.account_numbers import read_number, read_routing
from schemas.patterns import BLANK as BLANK_SCHEMA
from schemas.patterns import JsonSchema, or_blank
from schemas.product_transaction import PaymentMethod
from schemas.rules import BLANK, Flag, Id, OptionalId, Phone, State, TextRule, broken, described_as, optional_text
from schemas.validation import Input

ACCOUNT_VAULT_KEYS = (
    "id", "payment_method", "title", "account_holder_name", "first_six", "last_four", "billing_address", "billing_zip",
    "exp_date", "routing", "account_type", "location_id", "contact_id", "created_ts", "modified_ts",
    "account_vault_api_id", "dl_number", "dl_state", "customer_id", "ssn4", "dob_year", "billing_state",
    "billing_city", "billing_phone", "accountvault_c1", "accountvault_c2", "accountvault_c3", "expiring_in_months",
    "has_recurring", "ach_sec_code", "active",
)  # fmt: skip
COMPUTED = frozenset({"first_six", "last_four", "expiring_in_months", "has_recurring"})
"""Answered, and ignored where they come back."""
NUMBERS = ("account_number", "routing")
"""Given once, to create it, and never answered."""
ACCOUNT_TYPES = ("checking", "savings")

Custom = Annotated[str | None, optional_text(128)]
Zip = Annotated[
    str | None,
    optional_text(12, shortest=4, pattern=r"[A-Za-z0-9 -]+", says="must be letters, digits, spaces and dashes"),
]


NUMBER: JsonSchema = {"type": "string", "pattern": "^[0-9]{4,19}$"}
ROUTING: JsonSchema = {"type": "string", "pattern": "^[0-9]{9}$", "description": "Its digits must add up."}
SOLID_EXP_DATE: JsonSchema = {"type": "string", "pattern": "^(?:0[1-9]|1[0-2])[0-9]{2}$"}
HOLDER = TextRule(64)


class AccountVaultChange(Input):
    """What can be changed of one, and what that is judged by."""

    location_id: Id
    payment_method: PaymentMethod
    title: Annotated[str | None, optional_text(64)] = None
    account_holder_name: Annotated[str | None, optional_text(64)] = Field(None, validate_default=True)
    billing_address: Annotated[str | None, optional_text(255)] = None
    billing_zip: Zip = None
    exp_date: Annotated[
        str | None, optional_text(4, pattern=r"(0[1-9]|1[0-2])[0-9]{2}", says="must be a month like 1230: MMYY")
    ] = Field(None, validate_default=True)
    """An expired card is taken too: in the sandbox the amount of a transaction decides what becomes of it."""
    account_type: str | None = Field(None, validate_default=True)
    contact_id: OptionalId = None
    account_vault_api_id: Annotated[str | None, optional_text(36)] = None
    dl_number: Annotated[str | None, optional_text(32)] = None
    dl_state: State = None
    customer_id: Annotated[str | None, optional_text(36)] = None
    ssn4: Annotated[str | None, optional_text(4, pattern="[0-9]{4}", says="must be exactly 4 digits")] = None
    dob_year: Annotated[str | None, optional_text(4, pattern="[12][0-9]{3}", says="must be a year like 1990")] = None
    billing_state: State = None
    billing_city: Annotated[str | None, optional_text(100)] = None
    billing_phone: Phone = None
    accountvault_c1: Custom = None
    accountvault_c2: Custom = None
    accountvault_c3: Custom = None
    ach_sec_code: Annotated[str | None, optional_text(3, pattern="[A-Z]{3}", says="must be 3 capital letters")] = None
    active: Flag = True

    @field_validator("account_holder_name")
    @classmethod
    def _named_for_a_bank_account(cls, value: str | None, info: ValidationInfo) -> str | None:
        return broken(BLANK) if value is None and _method(info) == "ach" else value

    @field_validator("exp_date")
    @classmethod
    def _dated_for_a_card(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and _method(info) == "cc":
            broken(BLANK)
        return broken("does not apply to ach") if value is not None and _method(info) == "ach" else value

    @field_validator("account_type", mode="plain", json_schema_input_type=described_as({}))
    @classmethod
    def _typed_for_a_bank_account(cls, value: object, info: ValidationInfo) -> str | None:
        """Of a card it is the brand, which its number tells, whatever is given."""
        if _method(info) != "ach":
            return None
        if not value:
            broken(BLANK)
        return str(value) if value in ACCOUNT_TYPES else broken(f"must be one of {', '.join(ACCOUNT_TYPES)}")


class AccountVaultInput(AccountVaultChange):
    """What creates one."""

    account_number: str = Field("", validate_default=True, repr=False)
    routing: str | None = Field(None, validate_default=True, repr=False)

    @field_validator("account_number", mode="plain", json_schema_input_type=described_as(NUMBER))
    @classmethod
    def _number(cls, value: object, info: ValidationInfo) -> str:
        method = _method(info)
        return "" if method is None else read_number(value, method)

    @field_validator("routing", mode="plain", json_schema_input_type=described_as(or_blank(ROUTING)))
    @classmethod
    def _routing(cls, value: object, info: ValidationInfo) -> str | None:
        if _method(info) == "ach":
            return read_routing(value)
        return broken("does not apply to cc") if value and _method(info) == "cc" else None


def account_vault_conditions() -> JsonSchema:
    """What the rules say of several fields of a new one together, as JSON Schema."""
    card = {"exp_date": SOLID_EXP_DATE, "routing": BLANK_SCHEMA, "account_number": _digits("13,19")}
    account = {
        "exp_date": BLANK_SCHEMA,
        "routing": ROUTING,
        "account_number": _digits("4,17"),
        "account_type": {"enum": list(ACCOUNT_TYPES)},
        "account_holder_name": HOLDER.json_schema(),
    }
    return {
        "anyOf": [
            {"required": ["account_number", "exp_date"], "properties": {"payment_method": {"const": "cc"}, **card}},
            {
                "required": ["account_number", "routing", "account_type", "account_holder_name"],
                "properties": {"payment_method": {"const": "ach"}, **account},
            },
        ]
    }


def _digits(times: str) -> JsonSchema:
    return {"type": "string", "pattern": f"^[0-9]{{{times}}}$"}


ACCOUNT_VAULT_FIELDS = tuple(AccountVaultChange.model_fields)


def _method(info: ValidationInfo) -> str | None:
    """None where it broke a rule itself."""
    return info.data.get("payment_method")


def account_vault_values(vault: AccountVault) -> dict[str, object]:
    """A stored account vault as the input that would make it, all but its numbers."""
    return {name: getattr(vault, name) for name in ACCOUNT_VAULT_FIELDS}


def account_vault_shape(vault: AccountVault) -> dict[str, object]:
    """An account vault as it is answered and sent: these keys in this order, unset is None."""
    computed: Mapping[str, object] = {
        "routing": None,
        "expiring_in_months": expiring_in_months(vault.exp_date),
        "has_recurring": False,
    }
    return {key: computed[key] if key in computed else getattr(vault, key) for key in ACCOUNT_VAULT_KEYS}


def expiring_in_months(exp_date: str | None) -> int | None:
    """Months from this one (UTC) to the one in which it expires; less than 0 where that is past."""
    return None if exp_date is None else (2000 + int(exp_date[2:])) * 12 + int(exp_date[:2]) - this_month()


def this_month() -> int:
    """The months since year 0."""
    today = datetime.now(UTC)
    return today.year * 12 + today.month
