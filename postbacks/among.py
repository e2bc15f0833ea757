"""One of a list of ids, as a single bound value named `ids`.

An `IN` with a value for each id is another text for every length, to be rendered, parsed and planned anew each
time. This is one text for all: an array on PostgreSQL, a JSON list on SQLite.
"""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, any_, bindparam, func, select


def among(column: Any, store: str) -> ColumnElement[bool]:
    """`column` is one of `ids`; `store` is the dialect's name."""
    if store == "sqlite":
        listed = func.json_each(bindparam("ids", type_=Text)).table_valued("value")
        return column.in_(select(listed.c.value))  # type: ignore[no-any-return]
    return column == any_(bindparam("ids", type_=ARRAY(Text)))  # type: ignore[no-any-return]


def id_list(ids: Iterable[str], store: str) -> str | list[str]:
    """These ids as the value of `ids` in this store."""
    return json.dumps(list(ids)) if store == "sqlite" else list(ids)
