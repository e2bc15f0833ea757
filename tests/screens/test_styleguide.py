"""The style guide: for who builds screens, and nowhere else."""

import re

from flask import Flask

from config import HOUSE, Settings
from tests.ui.console import console_of
from tests.world import World

MACRO = re.compile(r"macro (\w+)\(")


def test_it_is_not_there_where_business_is_done(world: World) -> None:
    page = console_of(world, "owner").get("/styleguide")
    assert page.status_code == 404


def test_strangers_are_sent_to_sign_in(app: Flask, settings: Settings) -> None:
    settings.demo = True
    assert app.test_client().get("/styleguide").status_code == 303


def test_it_names_every_macro_and_every_variable(world: World, settings: Settings) -> None:
    settings.demo = True
    page = console_of(world, "owner").get("/styleguide").text
    sheet = (HOUSE / "static" / "styles" / "tokens.css").read_text()
    own = {name for name in re.findall(r"\n  --([\w-]+):", sheet) if not name.startswith("bs-")}
    assert [name for name in own if f"--{name}" not in page] == []
    for file in (HOUSE / "templates" / "macros").glob("*.html"):
        undocumented = [name for name in MACRO.findall(file.read_text()) if f"{name}(" not in page]
        assert not undocumented, f"{file.name}: {undocumented}"
