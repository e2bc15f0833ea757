from typing import Any

import pytest

from schemas.refusals import Invalid
from schemas.transaction_input import ChangeInput, TransactionInput, asked_of
from schemas.validation import validated
from tests.payments import ACCOUNT, ACCOUNT_NUMBER, CARD, CARD_NUMBER

SALE: dict[str, object] = {"action": "sale", "location_id": "here", "transaction_amount": "10.00", **CARD}
DEBIT: dict[str, object] = {"action": "debit", "location_id": "here", "transaction_amount": "10.00", **ACCOUNT}

GOOD: list[tuple[str, object]] = [
    ("account_number", "4" * 13),
    ("account_number", "4" * 19),
    ("exp_date", "0199"),
    ("cvv", "999"),
    ("transaction_amount", 10),
    ("tax", "10.00"),
    ("tip_amount", "99.99"),
    ("description", "a" * 64),
    ("order_num", "a" * 32),
    ("transaction_api_id", "a" * 36),
    ("terms_agree", 1),
    ("notification_email_address", "a@b.c"),
    ("billing_zip", "48-9 A"),
    ("billing_street", "a" * 255),
    ("billing_city", "a" * 100),
    ("billing_state", "MI"),
    ("billing_phone", "5551234567"),
    ("customer_ip", "::1"),
    ("customer_id", "a" * 36),
    ("po_number", "a" * 36),
    ("clerk_number", "a" * 16),
    ("is_recurring", "1"),
    ("transaction_c1", "a" * 128),
    ("transaction_c2", "a" * 128),
    ("transaction_c3", "a" * 128),
    ("custom_data", {"a": [1, {"b": None}]}),
    ("tags", ["a" * 64, "b"]),
    ("tags", None),
]
BAD: list[tuple[str, object]] = [
    ("action", None),
    ("action", "steal"),
    ("action", ["sale"]),
    ("payment_method", None),
    ("payment_method", "cash"),
    ("location_id", None),
    ("account_number", None),
    ("account_number", 4111111111111111),
    ("account_number", "4111 1111 1111 1111"),
    ("account_number", "4" * 12),
    ("account_number", "4" * 20),
    ("exp_date", None),
    ("exp_date", "1330"),
    ("exp_date", "12/30"),
    ("cvv", "12"),
    ("transaction_amount", None),
    ("transaction_amount", "0.00"),
    ("transaction_amount", "1.234"),
    ("transaction_amount", -1),
    ("tax", "10.01"),
    ("tax", None),
    ("tip_amount", "x"),
    ("description", "a" * 65),
    ("order_num", "a" * 33),
    ("transaction_api_id", "a" * 37),
    ("terms_agree", "yes"),
    ("notification_email_address", "a"),
    ("billing_zip", "1_"),
    ("billing_state", "Mich"),
    ("billing_phone", "555"),
    ("customer_ip", "1.2.3"),
    ("clerk_number", "a" * 17),
    ("check_number", "12a"),
    ("ach_sec_code", "XYZ"),
    ("effective_date", "2026-02-30"),
    ("transaction_c1", "a" * 129),
    ("custom_data", []),
    ("custom_data", {"a": "x" * 4096}),
    ("custom_data", {"a": "\ud800"}),
    ("tags", "vip"),
    ("tags", ["a"] * 21),
    ("tags", [1]),
    ("tags", [""]),
]


def errors_of(model: type[Any], values: dict[str, object]) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        validated(model, values)
    return refused.value.errors


@pytest.mark.parametrize(("field", "value"), GOOD)
def test_good_values_are_taken(field: str, value: object) -> None:
    validated(TransactionInput, {**SALE, field: value})


@pytest.mark.parametrize(("field", "value"), BAD)
def test_bad_values_are_refused_by_name(field: str, value: object) -> None:
    errors = errors_of(TransactionInput, {**SALE, field: value})
    assert list(errors) == [field]
    assert CARD_NUMBER not in str(errors)


@pytest.mark.parametrize("field", ["routing", "account_type", "account_holder_name"])
def test_a_bank_account_comes_whole(field: str) -> None:
    assert list(errors_of(TransactionInput, {**DEBIT, field: None})) == [field]
    validated(TransactionInput, {**DEBIT, "account_number": "1234"})


@pytest.mark.parametrize("field", ["description", "order_num", "transaction_c1", "custom_data", "tags", "customer_id"])
@pytest.mark.parametrize("written", [CARD_NUMBER, "4111 1111-1111 1111"])
def test_the_account_number_stands_nowhere_else(field: str, written: str) -> None:
    value: object = {"custom_data": {"pan": written}, "tags": [written]}.get(field, written)
    assert errors_of(TransactionInput, {**SALE, field: value}) == {
        field: [f"{field.replace('_', ' ').title()} must not contain the account number."]
    }


def test_one_source_of_money_is_named() -> None:
    none = {**SALE, "account_number": None}
    assert errors_of(TransactionInput, none) == {"account_number": ["Account Number cannot be blank."]}
    two = {**SALE, "account_vault_id": "v"}
    assert errors_of(TransactionInput, two) == {
        "account_vault_id": ["Account Vault Id cannot be given together with Account Number."]
    }


def test_an_input_shown_shows_no_number() -> None:
    shown = repr(validated(TransactionInput, {**SALE, "cvv": "987"})) + repr(validated(TransactionInput, DEBIT))
    assert CARD_NUMBER not in shown
    assert ACCOUNT_NUMBER not in shown
    assert "987" not in shown


def test_force_needs_the_code_that_was_told() -> None:
    assert list(errors_of(TransactionInput, {**SALE, "action": "force"})) == ["auth_code"]
    assert list(errors_of(TransactionInput, {**SALE, "auth_code": "A1b2c3"})) == ["auth_code"]
    assert validated(TransactionInput, {**SALE, "action": "force", "auth_code": "A1b2c3"}).auth_code == "A1b2c3"


def test_an_address_alone_may_be_checked_without_an_amount() -> None:
    validated(TransactionInput, {**SALE, "action": "avsonly", "transaction_amount": None})


@pytest.mark.parametrize("action", ["authincrement", "partialreversal"])
def test_a_new_total_must_be_told(action: str) -> None:
    assert list(errors_of(ChangeInput, {"action": action})) == ["transaction_amount"]


def test_what_comes_back_as_it_was_asks_for_nothing() -> None:
    answered: dict[str, object] = {"id": "t", "modified_ts": 1, "transaction_amount": "1.00", "description": "a"}
    assert asked_of({**answered, "modified_ts": 0}, answered) == {"description": "a"}
    with pytest.raises(Invalid) as refused:
        asked_of({"action": "void", "transaction_amount": "2.00"}, answered)
    assert refused.value.errors == {"transaction_amount": ["Transaction Amount cannot be changed."]}
    asked = {"action": "refund", "transaction_amount": "2.00"}
    assert asked_of(asked, answered) == asked
