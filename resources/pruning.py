"""Rows that nobody needs any more go little by little: whoever adds one takes some of those away."""

from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import InstrumentedAttribute

from extensions import db

PRUNED_AT_ONCE = 50


def prune(key: InstrumentedAttribute[Any], dead: ColumnElement[bool]) -> None:
    """Delete some of the dead rows of the key's table; those that another transaction holds stay. Call it inside
    `writing`.
    """
    some = select(key).where(dead).limit(PRUNED_AT_ONCE).with_for_update(skip_locked=True)
    db.session.execute(delete(key.class_).where(key.in_(some)))
