"""The sandbox processor: answers as a card network would, by rules that a test can foresee. No network is called.

Amounts choose outcomes; the address 5800 NW 39th AVE, 32606 is the one that is known; a card's security code chooses
its own answer. Nothing here keeps anything.
"""

import secrets
from collections.abc import Mapping
from typing import NamedTuple


class Outcome(NamedTuple):
    """What the processor says, in the family's words."""

    reason_code_id: int
    verbiage: str

    @property
    def approved(self) -> bool:
        return self.reason_code_id == APPROVED.reason_code_id


APPROVED = Outcome(1000, "APPROVED")
_WORDS = (
    "GENERICFAIL", "CALL", "NOREPLY", "PICKUP_NOFRAUD", "PICKUP_FRAUD", "PICKUP_LOST", "PICKUP_STOLEN", "ACCTERROR",
    "ALREADY_REVERSED", "BAD_PIN", "CASHBACK_EXCEEDED", "CASHBACK_NOAVAIL", "CID_ERROR", "DATE_ERROR", "DO NOT HONOR",
    "INSUFFICIENT_FUNDS", "EXCEED_WITHDRAWAL_LIMIT", "INVALID_SERVICE_CODE", "EXCEED_ACTIVITY_LIMIT", "VIOLATION",
    "ENCRYPTION_ERROR", "CARD_EXPIRED", "REENTER", "SECURITY_VIOLATION", "NOT_PERMITTED_CARD", "NOT_PERMITTED_TRAN",
    "SYSTEM_ERROR", "BAD_MERCH_ID", "DUPLICATE_BATCH", "REJECTED_BATCH", "ACCOUNT_CLOSED",
)  # fmt: skip
DECLINES: Mapping[int, Outcome] = {
    500: Outcome(1500, "DENY"),
    510: Outcome(1510, "CALL"),
    **{600 + number: Outcome(1600 + number, word) for number, word in enumerate(_WORDS, 1)},
}
"""Cents → how that amount is declined."""

KNOWN_STREET, KNOWN_ZIP = "5800 NW 39TH AVE", "32606"
_SECURITY_CODES = {"999": "M", "124": "P", "125": "S", "126": "U", "127": "X"}
_AMEX_SECURITY_CODES = {"1234": "M", "9998": "P", "9997": "S", "9996": "U", "9995": "X"}

AMEX = "amex"


def outcome_of(amount: int) -> Outcome:
    """What becomes of this many cents."""
    return DECLINES.get(amount, APPROVED)


def address_checked(street: str | None, zip_: str | None) -> tuple[str | None, str]:
    """The basic and the enhanced answer to an address: `avs`, `avs_enhanced`."""
    if street is None and zip_ is None:
        return None, "V"
    street_is_good = street is not None and street.upper() == KNOWN_STREET
    zip_is_good = zip_ is not None and zip_[:5] == KNOWN_ZIP
    enhanced = {(True, True): "Y", (True, False): "A", (False, True): "Z", (False, False): "N"}
    basic = {(True, True): "GOOD", (True, False): "ZIP", (False, True): "STREET", (False, False): "BAD"}
    given = (street_is_good or (street is None and zip_is_good), zip_is_good or (zip_ is None and street_is_good))
    return basic[given], enhanced[street_is_good, zip_is_good]


def security_code_checked(code: str | None, brand: str | None) -> str | None:
    """The answer to a card's security code; None where none was given."""
    known = _AMEX_SECURITY_CODES if brand == AMEX else _SECURITY_CODES
    return None if code is None else known.get(code, "N")


def new_auth_code() -> str:
    """Six random hex digits."""
    return secrets.token_hex(3)
