"""What the statements written by hand must keep up with: the tables."""

import pytest

from models import Base
from postbacks.outbox import DELIVERY, DELIVERY_BEGINS, EVENT, NUMBERS

GIVEN = {"events": EVENT, "deliveries": (*DELIVERY, *DELIVERY_BEGINS)}


@pytest.mark.parametrize("table", sorted(GIVEN))
def test_every_column_that_must_have_a_value_gets_one(table: str) -> None:
    columns, given = Base.metadata.tables[table].columns, set(GIVEN[table])
    assert given <= set(columns.keys())
    assert {column.name for column in columns if not column.nullable} <= given


def test_a_delivery_begins_as_its_table_says() -> None:
    columns = Base.metadata.tables["deliveries"].columns
    begun = {name: columns[name].default for name in DELIVERY_BEGINS}
    said = {name: str(getattr(default, "arg", None)) for name, default in begun.items()}
    assert {name: sql.strip("'") for name, sql in DELIVERY_BEGINS.items()} == said


def test_numbers_go_over_as_numbers() -> None:
    for table, names in {"events": EVENT, "deliveries": DELIVERY}.items():
        numbers = {name for name in names if Base.metadata.tables[table].columns[name].type.python_type is int}
        assert numbers == NUMBERS & set(names)
