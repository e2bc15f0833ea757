"""What the console's screens of locations and of their records answer to whom."""

from tests.authorization.expectations import READERS, WRITERS, Table, may
from tests.payments import CARD

SALE = {"action": "sale", "transaction_amount": "10.00", **CARD}


def _screens(name: str, kind: str, *, make: dict[str, str], change: dict[str, str]) -> Table:
    """The usual screens of records."""
    return {
        f"GET {name}.index": may(READERS, lists=kind),
        f"GET {name}.export": may(READERS, lists=kind),
        f"GET {name}.new": may(WRITERS),
        f"POST {name}.create": may(WRITERS, 303, body=make),
        f"GET {name}.show": may(READERS, kind=kind),
        f"GET {name}.edit": may(WRITERS, kind=kind),
        f"POST {name}.update": may(WRITERS, 303, kind=kind, body=change),
    }


RECORDS: Table = {
    "GET locations.index": may(READERS, lists="locations"),
    "GET locations.export": may(READERS, lists="locations"),
    "GET locations.show": may(READERS),
    "GET locations.facts": may(READERS),
    **_screens("contacts", "contacts", make={"last_name": "Jones"}, change={"last_name": "Smith"}),
    "GET contacts.confirm_delete": may(WRITERS, kind="contacts"),
    "POST contacts.delete": may(WRITERS, 303, kind="contacts"),
    **_screens("account_vaults", "accountvaults", make=CARD, change={**CARD, "title": "New"}),
    "GET account_vaults.confirm_delete": may(WRITERS, kind="accountvaults"),
    "POST account_vaults.delete": may(WRITERS, 303, kind="accountvaults"),
    **_screens("transactions", "transactions", make=SALE, change={"description": "New"}),
    "POST transactions.create": may(WRITERS, 303, kind="paying locations", body=SALE),
    "GET transactions.ask": may(WRITERS, kind="transactions"),
    "POST transactions.do": may(WRITERS, 303, kind="transactions"),
    "GET batches.index": may(READERS, lists="transactionbatches"),
    "GET batches.export": may(READERS, lists="transactionbatches"),
    "GET batches.show": may(READERS, kind="transactionbatches"),
    "GET batches.confirm_settle": may(WRITERS, kind="transactionbatches"),
    "POST batches.settle": may(WRITERS, 303, kind="transactionbatches"),
}
