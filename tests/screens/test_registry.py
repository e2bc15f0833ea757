"""No screen is left out of what is looked at."""

from collections import Counter

from flask import Flask

from tests.screens.screens import SCREENS, WITHOUT_A_SCREEN

NOT_THE_CONSOLES = ("/v2/", "/healthz", "/readyz", "/metrics", "/version", "/static/")


def pages(app: Flask) -> set[str]:
    """The endpoints of the console that answer a GET."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return {rule.endpoint for rule in rules if not f"{rule.rule}/".startswith(NOT_THE_CONSOLES)}


def test_every_page_is_a_screen_of_the_registry_or_has_an_excuse(app: Flask) -> None:
    known = {screen.endpoint for screen in SCREENS}
    missing = pages(app) - known - set(WITHOUT_A_SCREEN)
    assert not missing, f"Say in tests/screens/screens.py how to come to {sorted(missing)}"
    assert not known & set(WITHOUT_A_SCREEN)


def test_no_name_stands_for_two_screens() -> None:
    assert [name for name, times in Counter(screen.name for screen in SCREENS).items() if times > 1] == []
