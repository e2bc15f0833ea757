"""The tests' own Valkey."""

import pytest
from redis.exceptions import TimeoutError as RedisTimeoutError

from tests.valkey import Valkey


def test_what_was_written_survives_a_kill(valkey: Valkey) -> None:
    with valkey.client() as client:
        client.config_set("appendfsync", "always")
        client.set("here", "still")
    valkey.kill()
    assert not valkey.answers()
    valkey.start()
    with valkey.client() as client:
        assert client.get("here") == b"still"


def test_flushed_it_forgets(valkey: Valkey) -> None:
    with valkey.client() as client:
        client.set("here", "gone")
        valkey.flush()
        assert client.get("here") is None


def test_frozen_it_keeps_silent_until_thawed(valkey: Valkey) -> None:
    with valkey.client(timeout=0.2) as client:
        client.ping()
        valkey.freeze()
        with pytest.raises(RedisTimeoutError):
            client.ping()
    valkey.thaw()
    assert valkey.answers()


def test_stopped_it_leaves_nothing() -> None:
    server = Valkey().start()
    server.freeze()
    server.stop()
    assert not server.folder.exists()
