"""Takes pictures of every screen: `make screenshots`.

Starts the product in a folder of its own, plants a week of the demo's life there, and photographs the screens that
tests/screens/screens.py lists, in both themes, wide and narrow. Nothing is drawn by hand: what the pictures show is
true. OUT=folder says where they go (default: pictures/, which is not committed); the few that the README
shows are written into docs/images as well. Names of screens after `python -m docs.screenshots` choose among them.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from playwright.sync_api import Page, sync_playwright

from app import create_app
from config import Settings
from extensions import db
from tests.chromium import HOW_TO_GET_CHROMIUM, find_chromium, launch_options
from tests.processes import free_port
from tests.screens.console import Console, prepare_week, show
from tests.screens.screens import SCREENS, Screen

HOUSE = Path(__file__).resolve().parents[1]
IMAGES = HOUSE / "docs" / "images"
KEPT = {
    "location": "location",
    "postbacks": "postbacks",
    "postback-failing": "postback",
    "deliveries": "deliveries",
    "delivery-failed": "delivery",
    "inbox": "inbox",
}
"""Screen → the name under which docs/images has it, wide and in both themes, for the README."""
NOT_TAKEN = {"contact-too-large"}
"""Millions of letters in a field, which looks like any error page after minutes."""
START_SECONDS = 60.0
WIDTHS = {"wide": (1280, 800), "narrow": (360, 740)}
TALLEST = 3000
"""Pixels of a page that a picture shows at most."""


@contextlib.contextmanager
def running_demo() -> Iterator[tuple[str, Path]]:
    """The product with its demo tenant, in earnest. Yields its address and its folder."""
    folder = Path(tempfile.mkdtemp(prefix="postbacks-pictures-"))
    settings = {"PORT": str(free_port()), "POSTBACK_DEMO": "1", "POSTBACK_INSTANCE_PATH": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "up"],
            cwd=HOUSE,
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        assert process.stdout is not None
        if not any(line.startswith("Ready:") for line in process.stdout):
            raise RuntimeError((folder / "log").read_text())
        yield f"http://127.0.0.1:{settings['PORT']}", folder
    finally:
        process.terminate()
        process.wait(START_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def application(url: str, folder: Path) -> Flask:
    """The same product in this process, to plant the week with and to name addresses."""
    return create_app(Settings(_env_file=None, demo=True, instance_path=folder, PORT=int(url.rpartition(":")[2])))


def take(console: Console, screen: Screen, page: Page, theme: str, out: Path) -> None:
    """This screen in this theme, wide as the window shows it and narrow from top to bottom."""
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    for width, (across, down) in WIDTHS.items():
        page.set_viewport_size({"width": across, "height": down})
        status = show(console, page, screen)
        if status != screen.status:
            raise RuntimeError(f"{screen.name}: answered {status}")
        tall = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": across, "height": max(down, tall)})
        page.screenshot(path=out / f"{screen.name}-{theme}-{width}.png")
        if width == "wide" and screen.name in KEPT:
            page.set_viewport_size({"width": across, "height": down})
            page.screenshot(path=IMAGES / f"{KEPT[screen.name]}-{theme}.png")


def main() -> None:
    program = find_chromium()
    if program is None:
        raise SystemExit(HOW_TO_GET_CHROMIUM)
    out = Path(os.environ.get("OUT") or HOUSE / "pictures")
    wanted = sys.argv[1:]
    for folder in (out, IMAGES):
        folder.mkdir(parents=True, exist_ok=True)
    with running_demo() as (url, folder), sync_playwright() as playwright:
        app = application(url, folder)
        with app.app_context():
            sights = prepare_week()
        browser = playwright.chromium.launch(executable_path=program, args=launch_options(program))
        console = Console(app, url, browser, sights)
        for screen in SCREENS:
            if screen.name in NOT_TAKEN or (wanted and screen.name not in wanted):
                continue
            page = console.window(screen.who).page
            for theme in ("light", "dark"):
                take(console, screen, page, theme, out)
            page.context.close()
        browser.close()
        with app.app_context():
            db.engine.dispose()


if __name__ == "__main__":
    main()
