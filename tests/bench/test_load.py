"""The benchmark's backlogs: rows as the product would have written them."""

from flask import Flask
from sqlalchemy import func, select

from bench.load import add_backlog, tidy
from bench.stage import LOCATION, Stage
from bench.stores import Store
from extensions import db
from models import Delivery, Event, Location, now_ms, writing
from postbacks import claims
from postbacks.due import due
from tests.postbacks.tenant import Roomy


def test_a_backlog_is_dealt_round_and_falls_due_at_its_moment(app: Flask) -> None:
    with writing(db.session()):
        db.session.add(Location(id=LOCATION, name="Bench"))
    on = Stage(app, Store(db.engine.dialect.name), "http://127.0.0.1:1", 0, {}, [])
    configs = on.add_configs(4)
    due_ms = now_ms()
    backlog = add_backlog(on, configs, 12, due_ms, deliveries_an_event=4)
    tidy(on)
    with db.engine.connect() as connection:
        dealt = (
            select(Delivery.postback_config_id, func.count()).where(backlog.whole).group_by(Delivery.postback_config_id)
        )
        assert {tuple(row) for row in connection.execute(dealt)} == {(config, 3) for config in configs}
        assert connection.scalar(select(func.count()).select_from(Event)) == 3
        early, _ = due(connection, due_ms - 1, Roomy(100), None)
        found, _ = due(connection, due_ms, Roomy(100), None)
        told = claims.payloads(connection, found)
    assert early == []
    assert sorted(one.id for one in found) == [backlog.id(number) for number in range(12)]
    assert {payload.resource for payload in told.values()} == {"contact"}
