"""Rows for PostgreSQL, column by column.

psycopg writes an array element by element in Python, and PostgreSQL reads it as slowly: together three times the cost
of everything else in a statement of many rows. So a column goes over as one text, joined by separators.
"""

from collections.abc import Iterable, Sequence
from typing import Any

SEPARATOR, NOTHING = "\x1f", "\x1e"
_SPLIT = "string_to_array(%s, E'\\x1f', E'\\x1e')"


def unnested(types: Iterable[str]) -> str:
    """The SQL that makes rows of what `joined` returns, given PostgreSQL's types of the columns."""
    return f"unnest({', '.join(f'({_SPLIT}::{type_}[])[2:]' for type_ in types)})"


def joined(rows: Sequence[tuple[Any, ...]]) -> tuple[str, ...]:
    """Each column of these rows as one text: the values to bind to `unnested`."""
    return tuple(_joined(column) for column in zip(*rows, strict=True))


def _joined(column: Sequence[Any]) -> str:
    """The first value is dropped again on the other side: the text of one empty value would say nothing."""
    texts = [NOTHING, *(_text(value) for value in column)]
    text = SEPARATOR.join(texts)
    if text.count(SEPARATOR) != len(column):  # a receiver's headers may hold anything
        text = SEPARATOR.join(one.replace(SEPARATOR, " ") for one in texts)
    return text


def _text(value: Any) -> str:
    if value is None:
        return NOTHING
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)
