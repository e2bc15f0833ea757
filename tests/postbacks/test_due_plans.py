"""What a worker asks for reads waiting rows alone, whatever the store's statistics were told last."""

import pytest
from sqlalchemy import Connection, Executable, create_engine, text

from models import now_ms, plan_by_index
from postbacks import due
from tests.postbacks.tenant import Tenant

DUE_INDEXES = {"ix_deliveries_due", "ix_deliveries_due_by_config"}
SMALL = 30


@pytest.fixture
def tenant(postgres_url: str) -> Tenant:
    engine = create_engine(postgres_url)
    plan_by_index(engine)
    return Tenant(engine)


def indexes_of(connection: Connection, asked: Executable, values: dict[str, object]) -> set[str]:
    """The indexes of the plan."""
    compiled = asked.compile(connection.engine)  # type: ignore[attr-defined] # every one of them has it
    plan = connection.exec_driver_sql(f"EXPLAIN {compiled}", {**compiled.params, **values}).scalars().all()
    return {word for line in plan for word in line.split() if word.startswith(("ix_", "pk_", "uq_"))}


def test_statistics_of_a_moment_when_all_waited_do_not_lead_through_the_history(tenant: Tenant) -> None:
    busy, small = tenant.config(), [tenant.config() for _ in range(SMALL)]
    tenant.deliveries(busy, 5000)
    for config in small:
        tenant.deliveries(config, 3)
    with tenant.writing() as connection:
        connection.execute(text("ANALYZE deliveries"))
    now, configs = now_ms(), [busy, *small]
    asked: list[tuple[Executable, dict[str, object]]] = [
        (due._few_oldest("postgresql"), {"now_ms": now, "ids": []}),  # the statements themselves
        (due._round(), {"now_ms": now, "after": ""}),
        (due._shares(), {"now_ms": now, "config_ids": configs, "counts": [16] * len(configs), "most": 500}),
    ]
    with tenant.engine.connect() as connection:
        for statement, values in asked:
            used = indexes_of(connection, statement, values)
            assert used, statement
            assert used <= DUE_INDEXES, statement
    tenant.engine.dispose()
