"""A list as a table, `_format=csv` or `tsv`: a header of the records' keys, then a row for each, sent as it is read.

Text that a spreadsheet would take for a formula gets an apostrophe before it. Whatever is refused is refused before
the first byte; a database that goes away later cuts the answer off, and no last chunk says that it was whole.
"""

import csv
import io
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeVar

from flask import Response, request, stream_with_context

from api.envelopes import Kind, embedded
from extensions import db
from schemas.refusals import Invalid

R = TypeVar("R")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Format:
    name: str
    mimetype: str
    delimiter: str


FORMATS = {
    "csv": Format("csv", "text/csv", ","),
    "tsv": Format("tsv", "text/tab-separated-values", "\t"),
}


def format_asked() -> Format | None:
    """What `_format` says; None: JSON. Raises Invalid."""
    given = request.args.get("_format", "json")
    if given == "json":
        return None
    if given not in FORMATS:
        raise Invalid({"_format": ["_format must be json, csv or tsv."]})
    return FORMATS[given]


def table_answer(kind: Kind[R], pieces: Iterator[Sequence[R]], expand: Collection[str], format_: Format) -> Response:
    """The table of these records. The first piece is read at once, so that an error is still an answer of its own."""
    first = next(pieces, ())
    lines = _lines(kind, chain([first], pieces), expand, format_)
    response = Response(stream_with_context(lines), mimetype=format_.mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{kind.plural}.{format_.name}"'
    return response


def _lines(kind: Kind[R], pieces: Iterator[Sequence[R]], expand: Collection[str], format_: Format) -> Iterator[str]:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=format_.delimiter, lineterminator="\r\n")
    header = False
    for records in pieces:
        for record in records:
            row = _row(embedded(kind, record, expand))
            if not header:
                writer.writerow(row)
            header = True
            writer.writerow([cell(value) for value in row.values()])
        if not header:
            writer.writerow(list(kind.columns))
        text = written.getvalue()
        db.session.rollback()  # the reader may be slow: no transaction waits for it
        yield text
        written.seek(0)
        written.truncate()


def _row(record: Mapping[str, object]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "_links"}


def cell(value: object) -> str:
    """A value as a cell: nothing for null, JSON for what has parts, text that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return f"'{value}" if value.startswith(FORMULA) else value
