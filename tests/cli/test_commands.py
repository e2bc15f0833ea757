"""The `flask …` commands, on each store."""

from pathlib import Path
from typing import cast

import pytest
from click.testing import Result
from cryptography.fernet import Fernet
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import select

from config import Settings
from extensions import db
from launch.keys import require_keys
from models import AuditEntry, Developer, Location, PostbackConfig, Role, User
from postbacks.encryption import UnreadableSecretError, Vault
from resources.passwords import verify_password
from resources.settings_in_effect import shown, variable
from tests.environment import ENCRYPTION_KEY, product_environment, product_settings
from tests.world import World


def run(app: Flask, *words: str, typed: str | None = None) -> Result:
    return app.test_cli_runner().invoke(args=list(words), input=typed)


def test_settings_are_all_shown_with_their_meaning_and_no_secret(app: Flask) -> None:
    said = run(app, "settings")
    assert said.exit_code == 0
    for name, field in Settings.model_fields.items():
        assert variable(name, field) in said.output
        assert str(field.description) in said.output
    assert ENCRYPTION_KEY not in said.output
    assert "only-for-tests" not in said.output


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql+psycopg://me:hunter2@db/postbacks", "postgresql+psycopg://me:***@db/postbacks"),
        ("sqlite:////srv/postbacks.sqlite3", "sqlite:////srv/postbacks.sqlite3"),
        ("hunter2", "***"),
        ("", ""),
    ],
)
def test_passwords_in_urls_are_masked(tmp_path: Path, url: str, expected: str) -> None:
    assert shown(product_settings(product_environment(tmp_path, database_url=url)), "database_url") == expected


def test_shown_values_could_be_set_again(tmp_path: Path) -> None:
    ports = "80,8000-8100"
    networks = "127.0.0.0/8,10.0.0.0/8"
    given = product_settings(product_environment(tmp_path, allowed_ports=ports, allowed_networks=networks))
    assert (shown(given, "allowed_ports"), shown(given, "allowed_networks")) == (ports, networks)


def test_generated_keys_are_lines_for_the_environment_that_fit(app: Flask, tmp_path: Path) -> None:
    lines = run(app, "generate-keys").output.splitlines()
    made = dict(line.split("=", 1) for line in lines)
    assert set(made) == {"POSTBACK_SECRET_KEY", "POSTBACK_ENCRYPTION_KEYS"}
    values = {name.removeprefix("POSTBACK_"): value for name, value in made.items()}
    require_keys(product_settings(product_environment(tmp_path, **values)))


def test_generated_keys_can_be_kept_once(app: Flask, settings: Settings, tmp_path: Path) -> None:
    settings.instance_path = tmp_path
    settings.secret_key = SecretStr("")
    assert str(tmp_path / "secret-key") in run(app, "generate-keys", "--write").output
    kept = (tmp_path / "secret-key").read_text()
    assert "Nothing to do" in run(app, "generate-keys", "--write").output
    assert (tmp_path / "secret-key").read_text() == kept


def test_first_admin_gets_the_root_and_everything_below(app: Flask) -> None:
    said = run(app, "create-admin", "--username", "ada", typed="a good password\na good password\n")
    assert said.exit_code == 0
    assert "a good password" not in said.output
    ada = db.session.scalars(select(User).where(User.username == "ada")).one()
    root = db.session.scalars(select(Location)).one()
    assert (root.name, root.parent_id) == ("All locations", None)
    assert verify_password(ada.password_hash, "a good password")
    assert [(role.location_id, role.name) for role in db.session.scalars(select(Role))] == [(root.id, "admin")]


def test_next_admin_joins_the_root_that_is_there(world: World) -> None:
    said = run(world.app, "create-admin", "--username", "grace", typed="a good password\na good password\n")
    assert f"location {world.root}" in said.output


def test_what_a_command_changes_is_on_record(world: World) -> None:
    run(world.app, "create-admin", "--username", "grace", typed="a good password\na good password\n")
    said = run(world.app, "create-developer", "Acme")
    db.session.rollback()
    developer = db.session.scalars(select(Developer).where(Developer.name == "Acme")).one()
    assert said.output == f"{developer.id}\n"
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.resource) for entry in entries] == [
        ("create", "user"),
        ("create", "role"),
        ("create", "developer"),
    ]
    assert {(entry.username, entry.credential) for entry in entries} == {("command line", "command")}
    assert run(world.app, "create-developer", " ").exit_code == 1


@pytest.mark.parametrize("password", ["short", ""])
def test_bad_password_makes_no_user(app: Flask, password: str) -> None:
    said = run(app, "create-admin", "--username", "ada", "--password", password)
    assert said.exit_code != 0
    assert "Traceback" not in said.output
    assert "Password" in said.output
    assert db.session.scalars(select(User)).all() == []


def test_rotation_moves_every_secret_under_the_first_key(world: World, settings: Settings) -> None:
    config = world.config(basic_auth_username="me", basic_auth_password="hunter2")
    before = Vault([ENCRYPTION_KEY]).decrypt(config.signing_secret)
    fresh = Fernet.generate_key().decode()
    use_keys(settings, fresh, ENCRYPTION_KEY)
    said = run(world.app, "rotate-encryption")
    assert "2 secrets" in said.output
    db.session.expire_all()
    stored = db.session.scalars(select(PostbackConfig)).one()
    assert Vault([fresh]).decrypt(stored.signing_secret) == before
    assert Vault([fresh]).decrypt(cast(bytes, stored.basic_auth_password)) == "hunter2"
    with pytest.raises(UnreadableSecretError):
        Vault([ENCRYPTION_KEY]).decrypt(stored.signing_secret)


def test_rotation_without_the_old_key_says_so_and_changes_nothing(world: World, settings: Settings) -> None:
    stored = world.config().signing_secret
    use_keys(settings, Fernet.generate_key().decode())
    said = run(world.app, "rotate-encryption")
    assert said.exit_code == 1
    assert "POSTBACK_ENCRYPTION_KEYS" in said.output
    db.session.expire_all()
    assert db.session.scalars(select(PostbackConfig)).one().signing_secret == stored


def use_keys(settings: Settings, *keys: str) -> None:
    settings.encryption_keys = SecretStr(",".join(keys))
    settings.__dict__.pop("fernet_keys", None)  # what is derived is computed once
