from typing import Any

import pytest

from models import AccountVault
from schemas.account_numbers import brand_of, first_six_of, last_four_of
from schemas.account_vault import (
    ACCOUNT_VAULT_KEYS,
    AccountVaultChange,
    AccountVaultInput,
    account_vault_shape,
    account_vault_values,
    expiring_in_months,
    this_month,
)
from schemas.refusals import Invalid
from schemas.samples import sample_record
from schemas.validation import validated

NUMBER = "4111111111111111"
CARD: dict[str, object] = {"location_id": "here", "payment_method": "cc", "account_number": NUMBER, "exp_date": "1230"}
BANK: dict[str, object] = {
    "location_id": "here",
    "payment_method": "ach",
    "account_number": "123456789",
    "routing": "011401533",
    "account_type": "checking",
    "account_holder_name": "Ann Jones",
}
GOOD: list[tuple[str, object]] = [
    ("title", "a" * 64),
    ("account_holder_name", "a" * 64),
    ("account_number", "1" * 13),
    ("account_number", "1" * 19),
    ("billing_address", "a" * 255),
    ("billing_zip", "48-9 A"),
    ("exp_date", "0119"),
    ("contact_id", "c"),
    ("account_vault_api_id", "a" * 36),
    ("dl_number", "a" * 32),
    ("dl_state", "MI"),
    ("customer_id", "a" * 36),
    ("ssn4", "0000"),
    ("dob_year", "1990"),
    ("billing_state", "MI"),
    ("billing_city", "a" * 100),
    ("billing_phone", "5551234567"),
    ("accountvault_c1", "a" * 128),
    ("accountvault_c2", "a" * 128),
    ("accountvault_c3", "a" * 128),
    ("ach_sec_code", "WEB"),
    ("active", False),
]
BLANK, DIGITS = "cannot be blank", "must be 13 to 19 digits"
BAD_CARD: list[tuple[str, object, str]] = [
    ("location_id", None, f"Location Id {BLANK}."),
    ("payment_method", None, f"Payment Method {BLANK}."),
    ("payment_method", "cash", "Payment Method must be one of cc, ach."),
    ("account_number", None, f"Account Number {BLANK}."),
    ("account_number", "4" * 12, f"Account Number {DIGITS}."),
    ("account_number", "4" * 20, f"Account Number {DIGITS}."),
    ("account_number", "4111 1111 1111 1111", f"Account Number {DIGITS}."),
    ("account_number", "٤" * 16, f"Account Number {DIGITS}."),
    ("account_number", 4111111111111111, f"Account Number {DIGITS}."),
    ("account_number", [NUMBER], f"Account Number {DIGITS}."),
    ("exp_date", None, f"Exp Date {BLANK}."),
    ("exp_date", "1330", "Exp Date must be a month like 1230: MMYY."),
    ("exp_date", "0030", "Exp Date must be a month like 1230: MMYY."),
    ("exp_date", "12/30", "Exp Date must be a month like 1230: MMYY."),
    ("exp_date", 1230, "Exp Date must be text."),
    ("routing", "011401533", "Routing does not apply to cc."),
    ("title", "a" * 65, "Title must be at most 64 characters."),
    ("account_holder_name", "a" * 65, "Account Holder Name must be at most 64 characters."),
    ("billing_address", "a" * 256, "Billing Address must be at most 255 characters."),
    ("billing_zip", "123", "Billing Zip must be at least 4 characters."),
    ("billing_zip", "12_45", "Billing Zip must be letters, digits, spaces and dashes."),
    ("contact_id", "a b", "Contact Id is not an id."),
    ("account_vault_api_id", "a" * 37, "Account Vault Api Id must be at most 36 characters."),
    ("dl_number", "a" * 33, "Dl Number must be at most 32 characters."),
    ("dl_state", "M", "Dl State must be 2 letters."),
    ("customer_id", "a" * 37, "Customer Id must be at most 36 characters."),
    ("ssn4", "123", "Ssn4 must be exactly 4 digits."),
    ("dob_year", "90", "Dob Year must be a year like 1990."),
    ("billing_state", "MIX", "Billing State must be 2 letters."),
    ("billing_city", "a" * 101, "Billing City must be at most 100 characters."),
    ("billing_phone", "555", "Billing Phone must be exactly 10 digits."),
    ("accountvault_c1", "a" * 129, "Accountvault C1 must be at most 128 characters."),
    ("ach_sec_code", "web", "Ach Sec Code must be 3 capital letters."),
    ("active", None, f"Active {BLANK}."),
    ("cvv", "123", "cvv is not a known field."),
]
BAD_BANK: list[tuple[str, object, str]] = [
    ("account_number", "123", "Account Number must be 4 to 17 digits."),
    ("account_number", "1" * 18, "Account Number must be 4 to 17 digits."),
    ("routing", None, f"Routing {BLANK}."),
    ("routing", "01140153", "Routing must be exactly 9 digits."),
    ("routing", 11401533, "Routing must be exactly 9 digits."),
    ("routing", "011401534", "Routing is not a routing number: its digits do not add up."),
    ("account_type", "", f"Account Type {BLANK}."),
    ("account_type", "visa", "Account Type must be one of checking, savings."),
    ("account_type", {"a": 1}, "Account Type must be one of checking, savings."),
    ("account_holder_name", " ", f"Account Holder Name {BLANK}."),
    ("exp_date", "1230", "Exp Date does not apply to ach."),
]


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_what_a_vault_may_have(name: str, value: object) -> None:
    assert getattr(validated(AccountVaultInput, {**CARD, name: value}), name) == value


@pytest.mark.parametrize(
    ("least", "name", "value", "sentence"),
    [*((CARD, *bad) for bad in BAD_CARD), *((BANK, *bad) for bad in BAD_BANK)],
)
def test_what_breaks_a_rule_is_told_and_never_repeated(
    least: dict[str, object], name: str, value: object, sentence: str
) -> None:
    with pytest.raises(Invalid) as refused:
        validated(AccountVaultInput, {**least, name: value})
    assert refused.value.errors == {name: [sentence]}


def test_a_bank_account_needs_all_it_is_reached_by() -> None:
    with pytest.raises(Invalid) as refused:
        validated(AccountVaultInput, {"location_id": "here", "payment_method": "ach"})
    assert set(refused.value.errors) == {"account_number", "routing", "account_type", "account_holder_name"}


@pytest.mark.parametrize("least", [CARD, BANK])
def test_no_number_shows_where_an_input_is_printed(least: dict[str, object]) -> None:
    shown = repr(validated(AccountVaultInput, least))
    assert str(least["account_number"]) not in shown
    assert str(least.get("routing", "-")) not in shown.replace("location", "")


def test_the_type_of_a_card_is_its_brand_whatever_is_given() -> None:
    assert validated(AccountVaultInput, {**CARD, "account_type": ["checking"]}).account_type is None


@pytest.mark.parametrize(
    ("number", "brand"),
    [
        ("4111111111111111", "visa"),
        ("5454545454545454", "mc"),
        ("2221000000000009", "mc"),
        ("371449635398431", "amex"),
        ("6011000995500000", "disc"),
        ("30569309025904", "diners"),
        ("3530111333300000", "jcb"),
        ("9999999999999", None),
    ],
)
def test_a_card_tells_its_brand(number: str, brand: str | None) -> None:
    assert brand_of(number) == brand


@pytest.mark.parametrize(
    ("method", "number", "kept"),
    [
        ("cc", "4111111111111234", ("411111", "1234")),
        ("cc", "4111111111234", ("411111", "1234")),
        ("ach", "12345678", (None, "5678")),
        ("ach", "123456", (None, "456")),
        ("ach", "1234", (None, "34")),
    ],
)
def test_what_is_kept_of_a_number(method: str, number: str, kept: tuple[str | None, str]) -> None:
    assert (first_six_of(number, method), last_four_of(number)) == kept


def test_a_vault_is_answered_with_its_31_keys_in_order() -> None:
    vault = AccountVault(
        id="v", location_id="here", payment_method="cc", last_four="1111", exp_date="1230", active=True
    )
    assert len(ACCOUNT_VAULT_KEYS) == 31
    shape = account_vault_shape(vault)
    assert tuple(shape) == ACCOUNT_VAULT_KEYS
    assert (shape["routing"], shape["has_recurring"], shape["active"]) == (None, False, True)
    assert tuple(sample_record("accountvault", "here", None)) == ACCOUNT_VAULT_KEYS


def test_the_months_until_a_card_expires_may_be_past() -> None:
    year, month = divmod(this_month() - 1, 12)
    assert expiring_in_months(f"{month + 1:02}{year % 100:02}") == 0
    assert expiring_in_months(f"{month + 1:02}{year % 100 + 1:02}") == 12
    assert expiring_in_months(f"{month + 1:02}{year % 100 - 1:02}") == -12
    assert expiring_in_months(None) is None


def test_a_stored_vault_makes_the_change_that_makes_it() -> None:
    stored: dict[str, Any] = {name: value for name, value in GOOD if name != "account_number"}
    values = account_vault_values(AccountVault(id="v", location_id="here", payment_method="cc", **stored))
    assert validated(AccountVaultChange, values).model_dump() == values
