"""Numbers of cards and bank accounts: what they must be, and the little of them that is kept.

This is a sandbox: a card's check digit is not asked for, since no network will ever see the number.
"""

import re

from schemas.rules import BLANK, broken

LAST = 4
BIN = 6
"""A card's first digits, which name its issuer and not its holder."""
CARD_NUMBER = re.compile(r"[0-9]{13,19}", re.ASCII)
BANK_NUMBER = re.compile(r"[0-9]{4,17}", re.ASCII)
ROUTING_NUMBER = re.compile(r"[0-9]{9}", re.ASCII)
ROUTING_WEIGHTS = (3, 7, 1) * 3
BRANDS = (
    ("34", "34", "amex"), ("37", "37", "amex"),
    ("300", "305", "diners"), ("36", "36", "diners"), ("38", "39", "diners"),
    ("3528", "3589", "jcb"),
    ("4", "4", "visa"),
    ("51", "55", "mc"), ("2221", "2720", "mc"),
    ("6011", "6011", "disc"), ("644", "649", "disc"), ("65", "65", "disc"),
)  # fmt: skip
"""First and last prefix of a range, and whose it is."""


def read_number(value: object, payment_method: str) -> str:
    """A card's or bank account's number, which must be given."""
    if not value:
        broken(BLANK)
    known, says = (CARD_NUMBER, "13 to 19") if payment_method == "cc" else (BANK_NUMBER, "4 to 17")
    return value if isinstance(value, str) and known.fullmatch(value) else broken(f"must be {says} digits")


def read_routing(value: object) -> str:
    """A bank's routing number, which must be given; its last digit is checked."""
    if not value:
        broken(BLANK)
    if not isinstance(value, str) or not ROUTING_NUMBER.fullmatch(value):
        broken("must be exactly 9 digits")
    if sum(int(digit) * weight for digit, weight in zip(value, ROUTING_WEIGHTS, strict=True)) % 10:
        broken("is not a routing number: its digits do not add up")
    return value


def first_six_of(number: str, payment_method: str) -> str | None:
    """Of a card alone: a bank account's first digits are no issuer's, but the holder's own."""
    return number[:BIN] if payment_method == "cc" else None


def last_four_of(number: str) -> str:
    """The last four, or less: never more than half of the number."""
    return number[-min(LAST, len(number) // 2) :]


def brand_of(number: str) -> str | None:
    """The brand of a card by its prefix; None of an unknown one."""
    return next((brand for low, high, brand in BRANDS if low <= number[: len(low)] <= high), None)
