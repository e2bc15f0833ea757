from resources.account_vaults import ACCOUNT_VAULTS
from resources.contacts import CONTACTS
from resources.transaction_batches import BATCHES
from resources.transactions import TRANSACTIONS
from schemas.expands import EXPANDS, read_expands, read_names


def test_what_is_offered_is_what_can_be_made() -> None:
    kinds = (ACCOUNT_VAULTS, CONTACTS, TRANSACTIONS, BATCHES)
    assert {kind.name: tuple(kind.expansions) for kind in kinds} == EXPANDS


def test_names_are_kept_once_and_in_order() -> None:
    assert read_names(" b, a,b,,") == ["b", "a"]


def test_a_resource_without_offers_takes_only_nothing() -> None:
    assert not read_expands("", "invoice")
