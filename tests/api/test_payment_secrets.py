"""The number of a card or an account leaves no trace: not in the store, the logs or any answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import MetaData, select

from extensions import db
from tests.payments import ACCOUNT, ACCOUNT_NUMBER, CARD, CARD_NUMBER, MERCHANT, act, open_accounts, pay, record
from tests.world import World

CODE = "98765"
"""No security code is this long: it is refused, and must not be repeated either."""
SECRETS = (CARD_NUMBER, ACCOUNT_NUMBER, CODE)


def stored(app: Flask) -> Iterator[str]:
    """Everything that the store holds, as text; of SQLite also the bytes of its files."""
    db.session.rollback()
    tables = MetaData()
    tables.reflect(db.engine)
    with db.engine.connect() as connection:
        for table in tables.sorted_tables:
            yield from (str(tuple(row)) for row in connection.execute(select(table)))
    file = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
    if file is not None:
        for path in Path(file).parent.glob(f"{Path(file).name}*"):
            yield path.read_bytes().decode("latin-1")


def answers(world: World) -> Iterator[str]:
    """What the API says to all manner of requests that carry a number."""
    api = world.api()
    bank = {**ACCOUNT, "exp_date": None}
    sale = pay(api, cvv="999", transaction_api_id="A1", custom_data={"order": 1}, description="lunch")
    yield sale.text
    yield pay(api, transaction_amount="5.00").text
    yield pay(api, action="debit", **bank).text
    yield pay(api, cvv=CODE).text
    for wrong in (
        {"transaction_api_id": "A1"},
        {"account_number": CARD_NUMBER + "-"},
        {"account_number": [CARD_NUMBER]},
        {"description": f"card {CARD_NUMBER}"},
        {"custom_data": {"n": CARD_NUMBER}},
        {"location_id": "none"},
        {"transaction_amount": CARD_NUMBER},
        {"action": "debit"},
    ):
        refused = pay(api, **wrong)
        assert refused.status_code == 422, wrong
        yield refused.text
    yield act(api, record(sale)["id"], "void", account_number=CARD_NUMBER).text
    yield api.post("transactions", {"transactions": {**CARD}}).text
    for body in (f'{{"transaction": {{"account_number": "{CARD_NUMBER}"', f'"{CARD_NUMBER}"'):
        yield api.client.post(
            "/v2/transactions", data=body, headers={**api.headers, "Content-Type": "application/json"}
        ).text


def test_no_number_stays_anywhere(
    app: Flask, world: World, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    open_accounts(world)
    world.config(resource="transaction", product_transaction_id=MERCHANT)
    said = list(answers(world))
    kept = list(stored(app))
    assert any("411111" in one for one in kept)
    logged = [*capfd.readouterr(), caplog.text]
    for place in (said, kept, logged):
        assert [one for one in place for secret in SECRETS if secret in one] == []
