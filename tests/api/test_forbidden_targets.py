"""Forbidden URLs at the API's door: refused with the reason when saved, and tried by no test send."""

import pytest
from sqlalchemy import update

from config import Settings
from extensions import db
from models import PostbackConfig, writing
from resources import test_sends
from tests.canary import Canary
from tests.postbacks.spellings import forbidden_urls
from tests.world import World, counts, seed_config

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def strict(settings: Settings, canary: Canary) -> Settings:
    """What a deployment that serves only the public allows."""
    settings.allowed_networks, settings.allow_http = (), False
    settings.allowed_ports = ((443, 443), (canary.port, canary.port))
    return settings


def test_none_can_be_saved_and_each_refusal_names_the_reason(world: World, strict: Settings, canary: Canary) -> None:
    config = world.config(url="https://8.8.8.8/hook")
    before, api = counts(), world.api()
    for url in forbidden_urls(canary.port):
        created = api.post("postbackconfigs", {"postbackconfig": seed_config(world.here, url=url)})
        updated = api.put(f"postbackconfigs/{config.id}", {"postbackconfig": {"url": url}})
        for answer in (created, updated):
            assert answer.status_code == 422, url
            [sentence] = answer.get_json()["errors"]["url"]
            assert sentence.startswith("Url "), url
    assert counts() == before
    assert api.get(f"postbackconfigs/{config.id}").get_json()["postbackconfig"]["url"] == "https://8.8.8.8/hook"
    assert canary.connections == 0


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://127.1/", "The address 127.0.0.1 is private or reserved and may not be called."),
        ("https://localhost/", "The host localhost is this machine and may not be called."),
        ("http://8.8.8.8/", "Only https URLs may be called; plain http is switched off."),
        ("https://8.8.8.8:22/", "Port 22 may not be called."),
        ("https://me:pw@8.8.8.8/", "The URL must not contain a user name or password; use basic auth instead."),
        ("file:///etc/passwd", "The URL must begin with https://."),
    ],
)
def test_the_reason_is_a_sentence_for_people(world: World, strict: Settings, url: str, reason: str) -> None:
    answer = world.api().post("postbackconfigs", {"postbackconfig": seed_config(world.here, url=url)})
    assert answer.get_json()["errors"]["url"] == [f"Url cannot be called: {reason}"]


def test_saving_a_name_asks_no_resolver(world: World, strict: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither is anybody told what a name inside leads to, nor does a name server that hangs hold a form up."""
    asked: list[object] = []

    def noting(host: object, *_: object, **__: object) -> list[object]:
        asked.append(host)
        return []

    monkeypatch.setattr("socket.getaddrinfo", noting)
    answer = world.api().post("postbackconfigs", {"postbackconfig": seed_config(world.here, url="https://x.test/")})
    assert (answer.status_code, "x.test" in asked) == (201, False)


def test_a_test_send_tries_none_of_them(
    world: World, strict: Settings, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(test_sends, "MOST", 1000)
    config = world.config(url="https://8.8.8.8/hook")
    for url in forbidden_urls(canary.port)[::5]:
        with writing(db.session()):
            db.session.execute(update(PostbackConfig).values(url=url))
        answer = world.api().post(f"postbackconfigs/{config.id}/test")
        assert answer.status_code == 200, url
        attempt = answer.get_json()["attempt"]
        assert (attempt["state"], attempt["reason_code"], attempt["peer"]) == ("failed", "blocked_target", None), url
        assert attempt["url"] == url
    assert canary.connections == 0
