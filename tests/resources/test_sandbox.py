import re

import pytest

from resources.sandbox import (
    APPROVED,
    DECLINES,
    address_checked,
    new_auth_code,
    outcome_of,
    security_code_checked,
)

STREET, ZIP = "5800 NW 39th AVE", "32606"


@pytest.mark.parametrize(
    ("amount", "code", "word"),
    [
        (1, 1000, "APPROVED"),
        (499, 1000, "APPROVED"),
        (500, 1500, "DENY"),
        (501, 1000, "APPROVED"),
        (510, 1510, "CALL"),
        (600, 1000, "APPROVED"),
        (601, 1601, "GENERICFAIL"),
        (615, 1615, "DO NOT HONOR"),
        (616, 1616, "INSUFFICIENT_FUNDS"),
        (622, 1622, "CARD_EXPIRED"),
        (631, 1631, "ACCOUNT_CLOSED"),
        (632, 1000, "APPROVED"),
        (50000, 1000, "APPROVED"),
    ],
)
def test_an_amount_chooses_its_outcome(amount: int, code: int, word: str) -> None:
    assert outcome_of(amount) == (code, word)
    assert outcome_of(amount).approved is (code == 1000)


def test_every_amount_from_6_01_to_6_31_is_declined_with_its_own_code() -> None:
    assert {amount: outcome.reason_code_id for amount, outcome in DECLINES.items()} == {
        500: 1500,
        510: 1510,
        **{600 + number: 1600 + number for number in range(1, 32)},
    }
    assert all(outcome.verbiage for outcome in DECLINES.values())
    assert APPROVED not in DECLINES.values()


@pytest.mark.parametrize(
    ("street", "zip_", "avs", "enhanced"),
    [
        (None, None, None, "V"),
        (STREET, ZIP, "GOOD", "Y"),
        (STREET.lower(), "32606-1234", "GOOD", "Y"),
        (STREET, None, "GOOD", "A"),
        (None, ZIP, "GOOD", "Z"),
        (STREET, "48375", "ZIP", "A"),
        ("1 Other St", ZIP, "STREET", "Z"),
        ("1 Other St", "48375", "BAD", "N"),
        ("1 Other St", None, "BAD", "N"),
        (None, "48375", "BAD", "N"),
    ],
)
def test_an_address_is_checked(street: str | None, zip_: str | None, avs: str | None, enhanced: str) -> None:
    assert address_checked(street, zip_) == (avs, enhanced)


@pytest.mark.parametrize(
    ("code", "brand", "answer"),
    [
        (None, "visa", None),
        ("999", "visa", "M"),
        ("124", "mc", "P"),
        ("127", None, "X"),
        ("123", "visa", "N"),
        ("1234", "amex", "M"),
        ("999", "amex", "N"),
        ("9996", "amex", "U"),
    ],
)
def test_a_security_code_is_checked(code: str | None, brand: str | None, answer: str | None) -> None:
    assert security_code_checked(code, brand) == answer


def test_auth_codes_are_six_digits_and_differ() -> None:
    codes = {new_auth_code() for _ in range(100)}
    assert len(codes) > 90
    assert all(re.fullmatch("[0-9a-f]{6}", code) for code in codes)
