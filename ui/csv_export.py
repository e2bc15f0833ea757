"""A list as CSV: written while it is read, a piece at a time, so that its length costs no memory.

Each piece is a query of its own, along a key: nothing stays open in the store while somebody reads slowly. Cells that
a spreadsheet would take for a formula are defused.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from flask import Response
from sqlalchemy import Engine, Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from extensions import db
from ui.asked import require_understood
from ui.times import iso_time

T = TypeVar("T")
Cell = str | int | bool | None
PIECE = 500
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_answer(
    name: str,
    statement: Select[T],
    key: InstrumentedAttribute[str],
    header: Sequence[str],
    row: Callable[[T], Sequence[Cell]],
) -> Response:
    """The statement's rows, the largest `key` first, as the download `<name>.csv`.

    `key` is a unique column that the statement's rows can be sorted and found by. What `row` touches must be loaded
    by the statement, and `row` may ask for nothing else: the request is over by then. Raises NotUnderstood: a file
    could not say what of its address was left out.
    """
    require_understood()
    rows = pieces(db.engine, statement, key)
    response = Response(_lines(header, (row(one) for one in rows)), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    response.headers["Cache-Control"] = "no-store"
    return response


def pieces(engine: Engine, statement: Select[T], key: InstrumentedAttribute[str]) -> Iterator[T]:
    """Every row of the statement, the largest key first."""
    newest_first = statement.order_by(None).order_by(key.desc()).limit(PIECE)
    following = newest_first
    while True:
        with Session(engine) as session:
            found: Sequence[Any] = session.scalars(following).all()
        yield from found
        if len(found) < PIECE:
            return
        following = newest_first.where(key < getattr(found[-1], key.key))
        del found


def defused(cell: Cell) -> str:
    """The cell's text, with an apostrophe before what a spreadsheet would run."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(FORMULA) else text


def csv_time(ms: int | None) -> str:
    """Epoch milliseconds as a cell; empty for None."""
    return "" if ms is None else iso_time(ms)


def _lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """About a piece's lines at a time."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(header)
    for row in rows:
        writer.writerow([defused(cell) for cell in row])
        if buffer.tell() > 32 * 1024:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
