"""The pump among hostile receivers, other pumps, a wish to stop and a database that goes away."""

import threading
import time

import pytest
from sqlalchemy import create_engine, text

from models import now_ms, prepare_sqlite
from postbacks.pump import Tally
from postbacks.records import reopen_lapsed
from postbacks.transport import CurlAdapter
from tests.answers import OK, respond, say
from tests.postbacks.pumping import posts, run
from tests.postbacks.sending import HOME, adapter
from tests.postbacks.tenant import Tenant
from tests.receiver import Receiver


@pytest.fixture
def wire(unhurried_wire: CurlAdapter) -> CurlAdapter:
    return unhurried_wire


def test_answers_that_no_table_could_hold_are_failed_attempts_like_others(
    tenant: Tenant, wire: CurlAdapter, receiver: Receiver
) -> None:
    hostile = {
        "/number": say(b"HTTP/1.1 " + b"9" * 30 + b" X\r\nContent-Length: 0\r\n\r\n"),
        "/nul": say(b"HTTP/1.1 500 X\r\nX: a\x00b\r\nContent-Length: 0\r\n\r\n"),
        "/latin": say(b"HTTP/1.1 500 \xff\r\nX\xfe: \xff\x80\x01\r\nContent-Length: 2\r\n\r\n\x00\xff"),
        "/binary": respond(500, body=bytes(range(256)) * 256),
        "/retry": respond(503, {"Retry-After": "9" * 6000}),
    }
    ids = {path: tenant.deliveries(tenant.config(receiver.plan(path, answer)))[0] for path, answer in hostile.items()}
    fine = tenant.deliveries(tenant.config(receiver.url("/fine")), 3)
    assert run(tenant, wire) == Tally(delivered=3, failed=5)
    assert {tenant.delivery(id_).state for id_ in ids.values()} == {"waiting"}
    assert {tenant.delivery(id_).state for id_ in fine} == {"delivered"}
    assert tenant.attempts(ids["/binary"])[0].response_body == (bytes(range(256)) * 64)
    assert tenant.delivery(ids["/retry"]).next_attempt_ms > now_ms() + 86_000_000


def test_a_receiver_that_hangs_up_after_each_answer_unannounced_gets_everything(
    tenant: Tenant, wire: CurlAdapter, receiver: Receiver
) -> None:
    url = receiver.plan("/", say(OK + b"Content-Length: 0\r\n\r\n"))
    ids = tenant.deliveries(tenant.config(url), 120)
    run(tenant, wire)
    assert tenant.states() == {"delivered": 120}
    assert set(posts(receiver)) == set(ids)


def test_asked_to_stop_in_the_middle_nothing_is_lost_and_nothing_doubled(
    tenant: Tenant, wire: CurlAdapter, receiver: Receiver
) -> None:
    ids = tenant.deliveries(tenant.config(receiver.plan("/", respond(200, after=0.05))), 100)
    run(tenant, wire, lambda: len(receiver.requests()) >= 20)
    begun = len(receiver.requests())
    assert 20 <= begun < 100
    assert tenant.states() == {"delivered": begun, "waiting": 100 - begun}
    waiting = [id_ for id_ in ids if tenant.delivery(id_).state == "waiting"]
    assert all(tenant.attempts(id_) == [] and tenant.delivery(id_).attempts_begun == 0 for id_ in waiting)
    run(tenant, wire)
    assert posts(receiver) == dict.fromkeys(ids, 1)


def test_two_pumps_share_a_backlog_without_sending_anything_twice(tenant: Tenant, receiver: Receiver) -> None:
    ids = [id_ for n in range(4) for id_ in tenant.deliveries(tenant.config(receiver.url(f"/{n}")), 100)]

    def work() -> None:
        with adapter(HOME) as own:
            run(tenant, own)

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    run_out = tenant.states()
    assert run_out == {"delivered": 400}
    assert posts(receiver) == dict.fromkeys(ids, 1)


def test_a_database_that_is_busy_for_a_while_costs_time_and_nothing_else(
    sqlite_url: str, wire: CurlAdapter, receiver: Receiver
) -> None:
    engine = create_engine(sqlite_url)
    prepare_sqlite(engine, busy_seconds=0.05)
    tenant = Tenant(engine)
    ids = tenant.deliveries(tenant.config(receiver.plan("/", respond(200, after=0.1))), 40)
    locking = create_engine(sqlite_url)
    pumping = threading.Thread(target=run, args=(tenant, wire), daemon=True)
    pumping.start()
    receiver.wait_for(8)
    with locking.connect() as holder:
        holder.execute(text("BEGIN IMMEDIATE"))
        time.sleep(1.0)
        holder.rollback()
    pumping.join(20)
    assert not pumping.is_alive()
    assert tenant.states() == {"delivered": 40}
    assert posts(receiver) == dict.fromkeys(ids, 1)
    engine.dispose()
    locking.dispose()


def test_asked_to_stop_while_the_database_is_away_it_ends_once_its_leases_have_lapsed(
    sqlite_url: str, wire: CurlAdapter, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("postbacks.pump.LEASE_MARGIN", 0.5)
    engine = create_engine(sqlite_url)
    prepare_sqlite(engine, busy_seconds=0.05)
    tenant = Tenant(engine)
    tenant.deliveries(tenant.config(receiver.plan("/", respond(200, after=0.1))), 40)
    locking, stop = create_engine(sqlite_url), threading.Event()
    pumping = threading.Thread(target=run, args=(tenant, wire, stop.is_set), daemon=True)
    pumping.start()
    receiver.wait_for(8)
    with locking.connect() as holder:
        holder.execute(text("BEGIN IMMEDIATE"))
        stop.set()
        pumping.join(8)
        alive = pumping.is_alive()
        holder.rollback()
    pumping.join(8)
    assert not alive
    with tenant.writing() as connection:
        reopen_lapsed(connection, now_ms() + 10_000)
    assert "sending" not in tenant.states()
    engine.dispose()
    locking.dispose()
