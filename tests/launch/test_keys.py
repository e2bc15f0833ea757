"""Which keys the product starts with, and where they come from."""

import base64
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from config import KEY_FILES, START_REFUSED, Settings
from launch.keys import keep_missing_keys, new_keys, require_keys
from tests.environment import product_environment, product_settings

GOOD = "r4nd0m-0123456789abcdef0123456789abcdef"
FIT = base64.urlsafe_b64encode(bytes(range(32))).decode()
"""A key of the right form; the same in every run, because test names carry it."""


def settings(folder: Path, secret_key: str = GOOD, encryption_keys: str | None = None) -> Settings:
    keys = Fernet.generate_key().decode() if encryption_keys is None else encryption_keys
    return product_settings(product_environment(folder, secret_key=secret_key, encryption_keys=keys))


@pytest.mark.parametrize(
    ("secret_key", "sentence"),
    [
        ("", "POSTBACK_SECRET_KEY is not set"),
        ("short", "POSTBACK_SECRET_KEY is too short"),
        ("x" * 64, "POSTBACK_SECRET_KEY is a placeholder"),
        ("ChangeMe-0123456789abcdef0123456789abcdef", "POSTBACK_SECRET_KEY is a placeholder"),
    ],
)
def test_unfit_secret_key_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], secret_key: str, sentence: str
) -> None:
    with pytest.raises(SystemExit) as refused:
        require_keys(settings(tmp_path, secret_key=secret_key))
    said = capsys.readouterr().err
    assert refused.value.code == START_REFUSED
    assert sentence in said
    assert "flask generate-keys" in said


@pytest.mark.parametrize(
    ("encryption_keys", "sentence"),
    [
        ("", "POSTBACK_ENCRYPTION_KEYS is not set"),
        ("hunter2", "POSTBACK_ENCRYPTION_KEYS, key 1 of the list"),
        (f"{FIT},{'A' * 43}=", "POSTBACK_ENCRYPTION_KEYS, key 2 of the list"),
    ],
    ids=["none", "a password", "a placeholder after a good one"],
)
def test_unfit_encryption_key_is_refused_without_being_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], encryption_keys: str, sentence: str
) -> None:
    with pytest.raises(SystemExit):
        require_keys(settings(tmp_path, encryption_keys=encryption_keys))
    said = capsys.readouterr().err
    assert sentence in said
    assert not encryption_keys or encryption_keys not in said


def test_fresh_keys_are_fit_and_never_the_same(tmp_path: Path) -> None:
    first, second = new_keys(), new_keys()
    assert all(first[name] != second[name] for name in KEY_FILES)
    require_keys(settings(tmp_path, **first))


def test_kept_keys_are_private_and_read_back_by_the_next_process(tmp_path: Path) -> None:
    starting = settings(tmp_path, secret_key="", encryption_keys="")
    files = keep_missing_keys(starting)
    assert [path.stat().st_mode & 0o777 for path in files] == [0o600, 0o600]
    require_keys(starting)

    later = settings(tmp_path, secret_key="", encryption_keys="")
    assert later.secret_key == starting.secret_key
    assert later.fernet_keys == starting.fernet_keys
    assert keep_missing_keys(later) == []


def test_environment_beats_the_kept_keys(tmp_path: Path) -> None:
    keep_missing_keys(settings(tmp_path, secret_key="", encryption_keys=""))
    assert settings(tmp_path, secret_key=GOOD).secret_key.get_secret_value() == GOOD


def test_key_file_that_others_may_read_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in keep_missing_keys(settings(tmp_path, secret_key="", encryption_keys="")):
        path.chmod(0o644)
    with pytest.raises(SystemExit):
        require_keys(settings(tmp_path, secret_key="", encryption_keys=""))
    assert f"chmod 600 '{tmp_path / 'secret-key'}'" in capsys.readouterr().err
