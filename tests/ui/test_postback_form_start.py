"""What the form for a new postback config starts with."""

from tests.ui.console import console_of
from tests.world import World


def new_path(world: World) -> str:
    return f"/locations/{world.here}/settings/postbacks/new"


def test_a_duplicate_starts_from_the_other_without_its_credentials(world: World) -> None:
    config = world.config(
        url="https://127.0.0.1/copied", number_of_attempts=9, basic_auth_username="harbour", basic_auth_password="p"
    )
    page = console_of(world, "operator").get(new_path(world), like=config.id).text
    assert 'value="https://127.0.0.1/copied"' in page
    assert 'value="9"' in page
    assert "harbour" not in page.split("Where to")[1]


def test_the_schedule_answers_what_is_typed(world: World) -> None:
    console = console_of(world, "operator")
    page = console.get(new_path(world), number_of_attempts="5", attempt_interval="300")
    assert "5 attempts, gives up after about 20 min." in page.text
