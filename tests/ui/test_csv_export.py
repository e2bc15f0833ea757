import csv
import io
import tracemalloc

import pytest
from sqlalchemy import select

from extensions import db
from models import Delivery, new_ids, writing
from tests.ui.console import console_of
from tests.ui.tried import attempt_at, delivery_of
from tests.world import World
from ui.csv_export import PIECE, defused, pieces


def rows_of(world: World, path: str, name: str = "viewer") -> list[dict[str, str]]:
    answer = console_of(world, name).client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["Content-Disposition"] == "attachment; filename=deliveries.csv"
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx"])
def test_what_a_spreadsheet_would_run_is_defused(text: str) -> None:
    assert defused(text) == f"'{text}"


def test_numbers_and_plain_texts_stay() -> None:
    assert [defused(cell) for cell in (None, -5, 0, "a=b", "", "1-2")] == ["", "-5", "0", "a=b", "", "1-2"]


def test_the_list_is_exported_with_its_filter(world: World) -> None:
    world.config(number_of_attempts=3)
    ann, bob = world.contact(), world.contact()
    failed = delivery_of(world, ann, state="failed", attempts_made=2, last_status=500, reason="=cmd|' /C calc'!A0")
    delivery_of(world, bob, state="delivered")
    for path in ("/deliveries.csv?status=failed", f"/locations/{world.here}/deliveries.csv?status=failed"):
        [row] = rows_of(world, path)
        assert (row["delivery_id"], row["status"], row["code"], row["record_id"]) == (
            failed.id,
            "Failed",
            "500",
            ann.id,
        )
        assert row["reason"] == "'=cmd|' /C calc'!A0"
        assert (row["attempts_made"], row["attempts_allowed"], row["type"]) == ("2", "3", "CREATE")
    assert len(rows_of(world, "/deliveries.csv")) == 2
    assert rows_of(world, "/deliveries.csv", "stranger") == []


def test_skipped_events_are_exported_too(world: World) -> None:
    contact = world.contact()
    [row] = rows_of(world, "/deliveries.csv?status=skipped")
    assert (row["record_id"], row["status"], row["delivery_id"]) == (contact.id, "Skipped", "")


def test_who_may_not_know_addresses_finds_none_in_the_export(world: World) -> None:
    reason = "x.example resolves to 10.1.2.3, which is private or reserved."
    made = delivery_of(world, state="failed", reason_code="blocked_target", reason=reason)
    attempt_at(made, reason_code="blocked_target", reason=reason, peer="10.1.2.3 port 443", status=None)
    assert rows_of(world, "/deliveries.csv", "operator")[0]["reason"] == reason
    assert "10.1.2.3" not in rows_of(world, "/deliveries.csv", "viewer")[0]["reason"]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_however_long_it_is_it_is_read_a_piece_at_a_time(world: World) -> None:
    first = delivery_of(world)
    fixed = {name: getattr(first, name) for name in ("event_id", "postback_config_id", "location_id")}
    with writing(db.session()):
        db.session.add_all([Delivery(id=id_, **fixed, state="delivered") for id_ in new_ids(8 * PIECE)])
    ids = [one.id for one in pieces(db.engine, select(Delivery), Delivery.id)]
    assert len(ids) == len(set(ids)) == 8 * PIECE + 1
    assert ids == sorted(ids, reverse=True)

    def largest(most: int) -> int:
        tracemalloc.start()
        for number, _ in enumerate(pieces(db.engine, select(Delivery), Delivery.id)):
            if number == most:
                break
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    largest(1)  # what is compiled and cached on the way is no matter of length
    assert largest(8 * PIECE) < 1.3 * largest(2 * PIECE)
