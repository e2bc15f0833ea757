"""Adding and changing a postback config at the console."""

import re
from html import unescape

import pytest

from extensions import db, settings
from models import PostbackConfig
from postbacks.encryption import Vault
from tests.ui.console import Console, as_it_was, console_of, text_of
from tests.world import World

SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{40,}")


def typed(**changes: object) -> dict[str, object]:
    """A form filled in well; None leaves a field out, as a browser does with an unticked box."""
    fields: dict[str, object] = {
        "resource": "contact",
        "url": "https://127.0.0.1/receiver",
        "on_create": "y",
        "on_update": "y",
        "number_of_attempts": "3",
        "attempt_interval": "60",
        "format": "api-default",
        "is_active": "y",
        "basic_auth_username": "",
        "basic_auth_password": "",
        "product_transaction_id": "",
    }
    return {name: value for name, value in (fields | changes).items() if value is not None}


def new_path(world: World) -> str:
    return f"/locations/{world.here}/settings/postbacks/new"


def path_of(world: World, config: PostbackConfig, what: str) -> str:
    return f"/locations/{world.here}/settings/postbacks/{config.id}/{what}"


def stored(config_id: str) -> PostbackConfig:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(PostbackConfig, config_id)


def password_of(config: PostbackConfig) -> str | None:
    held = config.basic_auth_password
    return None if held is None else Vault(settings().fernet_keys).decrypt(held)


def added(world: World, console: Console, **changes: object) -> PostbackConfig:
    answer = console.post(new_path(world), typed(**changes), page=new_path(world))
    assert answer.status_code == 303, text_of(answer)
    return stored(answer.location.split("/")[-2])


def test_the_documented_path_leads_to_the_form(world: World) -> None:
    console = console_of(world, "operator")
    path = "/locations"
    for link in (f"/locations/{world.here}", f"/locations/{world.here}/settings/postbacks", new_path(world)):
        assert f'href="{link}"' in console.get(path).text
        path = link
    assert "Add Postback" in console.get(path).text


def test_adds_what_was_typed(world: World) -> None:
    config = added(
        world,
        console_of(world, "operator"),
        expands=["contact:location", "contact:postback_logs"],
        basic_auth_username="harbour",
        basic_auth_password="päss: word",
        url="https://127.0.0.1/receiver?a=1&b=%20",
    )
    assert config.location_id == world.here
    assert (config.resource, config.url) == ("contact", "https://127.0.0.1/receiver?a=1&b=%20")
    assert (config.on_create, config.on_update, config.on_delete, config.is_active) == (True, True, False, True)
    assert (config.number_of_attempts, config.attempt_interval) == (3, 60)
    assert config.expands == "location,postback_logs"
    assert (config.basic_auth_username, password_of(config)) == ("harbour", "päss: word")


def test_the_secret_is_shown_once(world: World) -> None:
    console = console_of(world, "operator")
    answer = console.post(new_path(world), typed())
    shown = console.get(answer.location)
    found = SECRET.search(unescape(shown.text))
    assert found
    config = stored(answer.location.split("/")[-2])
    assert Vault(settings().fernet_keys).decrypt(config.signing_secret) == found[0]
    assert f'data-copy="{found[0]}"' in unescape(shown.text)
    again = console.get(answer.location)
    assert again.status_code == 303
    assert "shown once" in console.get(again.location).text
    assert not SECRET.search(console.get(again.location).text)


def test_the_secret_of_another_config_is_not_shown(world: World) -> None:
    console = console_of(world, "operator")
    other = world.config()
    console.post(new_path(world), typed())
    assert console.get(path_of(world, other, "secret")).status_code == 303


def test_the_cookie_does_not_tell_the_secret(world: World) -> None:
    console = console_of(world, "operator")
    answer = console.post(new_path(world), typed())
    with console.client.session_transaction() as session:
        assert "whsec_" not in str(dict(session))
    assert SECRET.search(console.get(answer.location).text)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("url", "", "URL cannot be blank."),
        ("url", "ftp://127.0.0.1/", "URL cannot be called"),
        ("url", "https://10.0.0.1/", "URL cannot be called"),
        ("url", "https://127.0.0.1/" + "a" * 600, "at most 512"),
        ("number_of_attempts", "0", "Number of attempts must be between 1 and 100."),
        ("number_of_attempts", "three", "Number of attempts must be a whole number."),
        ("attempt_interval", "", "Attempt interval, in seconds cannot be blank."),
        ("attempt_interval", "99999999", "must be between"),
        ("resource", "nonsense", "Resource must be one of"),
        ("format", "xml", "Format must be api-default"),
        ("basic_auth_username", "a:b", "Username must not contain a colon."),
        ("expands", ["contact:nonsense"], "Embed may name"),
    ],
)
def test_refusals_are_named_linked_and_focused(world: World, field: str, value: object, says: str) -> None:
    console = console_of(world, "operator")
    with as_it_was():
        answer = console.post(new_path(world), typed(**{field: value}))
    assert answer.status_code == 422
    summary = answer.text.split("error-summary")[1].split("</ul>")[0]
    assert "autofocus" in summary
    assert f'href="#{field}' in summary
    assert says in unescape(summary)
    target = re.search(r'href="(#[^"]+)"', summary)
    assert target
    assert f'id="{target[1][1:]}"' in answer.text


def test_a_password_alone_asks_for_the_username(world: World) -> None:
    answer = console_of(world, "operator").post(new_path(world), typed(basic_auth_password="only-this"))
    assert answer.status_code == 422
    assert "Username cannot be blank." in answer.text
    assert "only-this" not in answer.text


@pytest.mark.parametrize(("id_", "says"), [("", "cannot be blank."), ("no id!", "is not an id.")])
def test_a_transaction_asks_for_its_product_transaction(world: World, id_: str, says: str) -> None:
    form = typed(resource="transaction", product_transaction_id=id_)
    answer = console_of(world, "operator").post(new_path(world), form)
    assert answer.status_code == 422
    assert f"Product transaction id {says}" in answer.text


def test_what_belongs_to_another_resource_is_left_behind(world: World) -> None:
    form = {"product_transaction_id": "typed-before", "resource": "accountvault", "expands": ["contact:location"]}
    config = added(world, console_of(world, "operator"), **form)
    assert (config.product_transaction_id, config.expands) == (None, "")


def test_what_was_typed_is_kept_but_not_the_password(world: World) -> None:
    answer = console_of(world, "operator").post(
        new_path(world),
        typed(
            url="ftp://typed.example/",
            number_of_attempts="17",
            basic_auth_username="harbour",
            basic_auth_password="do-not-echo-me",
            on_update=None,
            resource="transaction",
        ),
    )
    assert answer.status_code == 422
    assert "do-not-echo-me" not in answer.text
    for kept in ('value="ftp://typed.example/"', 'value="17"', 'value="harbour"'):
        assert kept in answer.text
    assert re.search(r"<option selected[^>]*>transaction<", answer.text)
    assert re.search(r'checked[^>]*name="on_create"', answer.text)
    assert not re.search(r'checked[^>]*name="on_update"', answer.text)


def test_no_event_at_all_is_refused(world: World) -> None:
    answer = console_of(world, "operator").post(new_path(world), typed(on_create=None, on_update=None))
    assert answer.status_code == 422
    assert 'href="#on_create"' in answer.text


def test_hostile_text_comes_back_inert(world: World) -> None:
    answer = console_of(world, "operator").post(new_path(world), typed(url='"><script>alert(1)</script>'))
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("token", [None, "", "nonsense"])
def test_a_form_without_its_token_is_refused(world: World, token: str | None) -> None:
    form = typed() if token is None else typed(csrf_token=token)
    with as_it_was():
        answer = console_of(world, "operator").client.post(new_path(world), data=form)
    assert answer.status_code == 400
    assert "open for too long" in answer.text


@pytest.mark.parametrize(("name", "status"), [("viewer", 403), ("stranger", 404)])
def test_who_may_not_add_cannot(world: World, name: str, status: int) -> None:
    console = console_of(world, name)
    assert console.get(new_path(world)).status_code == status
    with as_it_was():
        assert console.post(new_path(world), typed()).status_code == status


def test_the_edit_form_shows_the_config_but_no_password(world: World) -> None:
    config = world.config(basic_auth_username="harbour", basic_auth_password="hidden-word", expands="location")
    page = console_of(world, "operator").get(path_of(world, config, "edit"))
    assert "hidden-word" not in page.text
    assert "harbour" in page.text
    assert 'value="https://127.0.0.1/receiver"' in page.text
    assert re.search(r'value="contact:location"\s+checked', page.text)


@pytest.mark.parametrize(
    ("choice", "username", "password"),
    [("keep", "before", "old"), ("replace", "after", "new"), ("clear", None, None), ("nonsense", "before", "old")],
)
def test_basic_auth_is_kept_replaced_or_cleared(
    world: World, choice: str, username: str | None, password: str | None
) -> None:
    config = world.config(basic_auth_username="before", basic_auth_password="old")
    form = typed(basic_auth=choice, basic_auth_username="after", basic_auth_password="new")
    answer = console_of(world, "operator").post(path_of(world, config, "edit"), form)
    assert answer.status_code == 303
    changed = stored(config.id)
    assert (changed.basic_auth_username, password_of(changed)) == (username, password)
    assert changed.number_of_attempts == 3


def test_a_refused_change_changes_nothing(world: World) -> None:
    config = world.config()
    answer = console_of(world, "operator").post(path_of(world, config, "edit"), typed(number_of_attempts="101"))
    assert answer.status_code == 422
    assert stored(config.id).version == config.version
