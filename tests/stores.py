"""The two stores that every flow must pass on."""

import shutil
from pathlib import Path

import pytest

from tests.postgres import migrate_database


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    folder = tmp_path_factory.mktemp("sqlite")
    file = folder / "template.sqlite3"
    migrate_database(f"sqlite:///{file}", folder)
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh, migrated SQLite database of this test's own."""
    file = tmp_path / "postbacks.sqlite3"
    shutil.copyfile(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """A fresh, migrated database, on each store in turn."""
    chosen = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(chosen))
