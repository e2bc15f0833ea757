"""The list of a location's postback configs, pausing, resuming and deleting."""

import pytest

from extensions import db
from models import Delivery, PostbackConfig
from tests.ui.console import as_it_was, console_of, text_of
from tests.ui.tried import delivery_of
from tests.world import World
from ui.postback_configs import PAGE_SIZE


def path_of(world: World, config: PostbackConfig, what: str) -> str:
    return f"/locations/{world.here}/settings/postbacks/{config.id}/{what}"


def list_of(world: World) -> str:
    return f"/locations/{world.here}/settings/postbacks"


def stored(config_id: str) -> PostbackConfig:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(PostbackConfig, config_id)


def states(world: World) -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Delivery.state).where(Delivery.location_id == world.here)))


def test_a_row_says_what_the_config_does(world: World) -> None:
    world.config(url="https://127.0.0.1:8443/deep/path?q=1", number_of_attempts=3, attempt_interval=90, on_delete="0")
    world.contact()
    page = console_of(world, "viewer").get(list_of(world))
    assert "https://<b>127.0.0.1:8443</b>/deep/path?q=1" in page.text
    for part in ("contact", "Active", "Create", "Update", "3 \u00d7 90 s", "Queued"):
        assert part in text_of(page)
    assert 'title="Delete: off"' in page.text


def test_only_the_locations_own_configs_are_listed(world: World) -> None:
    world.config("head", location_id=world.elsewhere, url="https://127.0.0.1/theirs")
    world.config(url="https://127.0.0.1/ours")
    page = console_of(world, "head").get(list_of(world)).text
    assert "/ours" in page
    assert "/theirs" not in page


def test_an_empty_list_says_what_to_do(world: World) -> None:
    page = text_of(console_of(world, "operator").get(list_of(world)))
    assert "No postbacks yet" in page
    assert "curl http://postbacks.test/v2/postbackconfigs" in page
    assert world.here in page.split("curl")[1]


def test_a_viewer_reads_why_actions_are_barred(world: World) -> None:
    config = world.config()
    page = console_of(world, "viewer").get(list_of(world))
    for what in ("edit", "pause", "resume", "delete", "test"):
        assert path_of(world, config, what) not in page.text
    for barred in ("Add Postback", "Edit", "Test", "Duplicate, pause, delete"):
        assert f"{barred} Needs the operator role" in text_of(page)


def test_a_search_finds_by_url_resource_and_id(world: World) -> None:
    config = world.config(url="https://127.0.0.1/100%_sure")
    other = world.config(url="https://127.0.0.1/other", resource="accountvault")
    console = console_of(world, "viewer")
    for sought in ("100%_s", "CONTACT", config.id):
        page = console.get(list_of(world), q=sought).text
        assert (f"config-{config.id}" in page, f"config-{other.id}" in page) == (True, False)
    nothing = console.get(list_of(world), q="<zzz>")
    assert "No postbacks match" in text_of(nothing)
    assert f'href="{list_of(world)}"' in nothing.text.split("No postbacks match")[1]


def test_a_long_list_has_pages(world: World) -> None:
    for number in range(PAGE_SIZE + 1):
        world.config(url=f"https://127.0.0.1/{number}/")
    console = console_of(world, "viewer")
    first, second = console.get(list_of(world)).text, console.get(list_of(world), page="2").text
    assert first.count('id="config-') == PAGE_SIZE
    assert 'page=2"' in first
    assert second.count('id="config-') == 1


def test_a_row_tells_how_the_config_is_doing(world: World) -> None:
    config = world.config(number_of_attempts=3)
    delivery_of(world, world.contact(), state="failed", attempts_made=3, finished_ms=1)
    delivery_of(world, world.contact(), state="delivered", attempts_made=1, finished_ms=1)
    page = console_of(world, "viewer").get(list_of(world))
    row = text_of(page).split("Actions", 1)[1]
    assert "Delivered" in row
    assert "50.0 %" in row
    assert 'aria-label="Last 24 h: 1 delivered, 1 failed"' in page.text
    assert f'href="{list_of(world)}/{config.id}"' in page.text


@pytest.mark.parametrize(("what", "after"), [("pause", "cancelled"), ("delete", "cancelled")])
def test_what_waits_is_counted_first_and_cancelled_then(world: World, what: str, after: str) -> None:
    config = world.config()
    world.contact()
    world.contact()
    console = console_of(world, "operator")
    question = text_of(console.get(path_of(world, config, what)))
    assert "The 2 deliveries that wait are cancelled and will not be sent." in question
    assert states(world) == ["waiting", "waiting"]
    assert console.post(path_of(world, config, what)).status_code == 303
    assert states(world) == [after, after]
    gone = stored(config.id)
    assert (gone.is_active, gone.deleted_ts is None) == ((False, True) if what == "pause" else (True, False))


def test_a_paused_config_resumes(world: World) -> None:
    config = world.config(is_active="0")
    console = console_of(world, "operator")
    page = console.get(list_of(world))
    assert "Paused" in text_of(page)
    assert f'action="{path_of(world, config, "resume")}"' in page.text
    assert console.post(path_of(world, config, "resume")).status_code == 303
    assert stored(config.id).is_active


@pytest.mark.parametrize("what", ["edit", "pause", "resume", "delete"])
@pytest.mark.parametrize(("name", "status"), [("viewer", 403), ("stranger", 404)])
def test_who_may_not_change_it_cannot(world: World, what: str, name: str, status: int) -> None:
    config = world.config(url="https://127.0.0.1/kept")
    with as_it_was():
        assert console_of(world, name).post(path_of(world, config, what), {"url": "x"}).status_code == status
    kept = stored(config.id)
    assert (kept.is_active, kept.url, kept.deleted_ts) == (True, "https://127.0.0.1/kept", None)


@pytest.mark.parametrize("what", ["edit", "pause", "delete", "secret"])
def test_a_config_is_found_at_its_own_location_only(world: World, what: str) -> None:
    config = world.config("head", location_id=world.elsewhere)
    console = console_of(world, "head")
    assert console.get(f"/locations/{world.here}/settings/postbacks/{config.id}/{what}").status_code == 404
    assert console.get(f"/locations/{world.here}/settings/postbacks/missing/{what}").status_code == 404


def test_a_deleted_config_is_gone_from_the_console(world: World) -> None:
    config = world.config()
    console = console_of(world, "operator")
    console.post(path_of(world, config, "delete"))
    assert "No postbacks yet" in console.get(list_of(world)).text
    assert console.get(path_of(world, config, "edit")).status_code == 404
    assert console.post(path_of(world, config, "edit"), {}).status_code == 404


@pytest.mark.parametrize("what", ["pause", "resume", "delete"])
def test_an_action_without_a_token_is_refused(world: World, what: str) -> None:
    config = world.config()
    with as_it_was():
        assert console_of(world, "operator").client.post(path_of(world, config, what)).status_code == 400
    assert stored(config.id).is_active
