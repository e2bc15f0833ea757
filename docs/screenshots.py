"""Takes pictures of the screens: `make screenshots`.

Starts the product in a folder of its own, plants a week of the demo's life there, and photographs the screens that
tests/screens/screens.py lists. Nothing is drawn by hand: what the pictures show is true.

Without options it takes those that the README shows, into docs/images, and those of the console's own documentation,
into static/pictures. `--all FOLDER` (`make screenshots ALL=FOLDER`) takes every screen instead, in both themes, wide
and narrow, for people to look at; names of screens choose among them.
"""

import argparse
import base64
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from app import create_app
from config import Settings
from extensions import db
from tests.chromium import HOW_TO_GET_CHROMIUM, find_chromium, launch_options
from tests.processes import free_port
from tests.screens.console import Console, prepare_week, show
from tests.screens.screens import ADMIN, SCREENS, Screen
from ui.doc_pictures import PICTURES

HOUSE = Path(__file__).resolve().parents[1]
IMAGES, PICTURES_FOLDER = HOUSE / "docs" / "images", HOUSE / "static" / "pictures"
KEPT = {
    "location": "location",
    "postbacks": "postbacks",
    "postback-failing": "postback",
    "deliveries": "deliveries",
    "delivery-failed": "delivery",
    "inbox": "inbox",
}
"""Screen → the name under which docs/images has it, wide and in both themes, for the README."""
EXPLAINED = {"add-postback": "postback-new", "failed-delivery": "delivery-failed", "replay": "replay-paused"}
"""Picture of the documentation → the screen it is cut from."""
DOCUMENTED: ViewportSize = {"width": 1120, "height": 1200}
TYPED = {"postback-new": {"URL": "https://crm.example/api/postbacks"}}
"""What somebody has typed there."""
THEMES = ("light", "dark")
WEBP = """async ([png, quality]) => {
  const image = await createImageBitmap(await (await fetch("data:image/png;base64," + png)).blob())
  const canvas = new OffscreenCanvas(image.width, image.height)
  canvas.getContext("2d").drawImage(image, 0, 0)
  const bytes = new Uint8Array(await (await canvas.convertToBlob({type: "image/webp", quality})).arrayBuffer())
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
}"""
QUALITY, SHARPNESS = 0.8, 1.25
"""Of the documentation's pictures: how much of them compression keeps, and pixels of the file to one of the page."""
NOT_TAKEN = {"contact-too-large"}
"""Millions of letters in a field, which looks like any error page after minutes."""
START_SECONDS, SETTLED_MS = 60.0, 500
QUIET_MS = 900_000
"""How long nothing is due: longer than the pictures take."""
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


def take_all(console: Console, screens: list[Screen], out: Path) -> None:
    """Each screen in both themes, wide and narrow, from top to bottom."""
    for screen in screens:
        page = console.window(screen.who).page
        for theme in THEMES:
            _look(page, theme)
            for width, (across, down) in WIDTHS.items():
                page.set_viewport_size({"width": across, "height": down})
                _come_to(console, page, screen)
                tall = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
                page.set_viewport_size({"width": across, "height": max(down, tall)})
                page.screenshot(path=out / f"{screen.name}-{theme}-{width}.png")
        page.context.close()


def take_for_the_readme(console: Console) -> None:
    """As a window shows them."""
    IMAGES.mkdir(exist_ok=True)
    page = console.window(ADMIN).page
    across, down = WIDTHS["wide"]
    page.set_viewport_size({"width": across, "height": down})
    for name, kept in KEPT.items():
        for theme in THEMES:
            _look(page, theme)
            _come_to(console, page, _named(name))
            page.screenshot(path=IMAGES / f"{kept}-{theme}.png")
    page.context.close()


def take_for_the_documentation(console: Console, browser: Browser) -> None:
    """The upper part of each page's content, without the frame around it, as WebP."""
    PICTURES_FOLDER.mkdir(exist_ok=True)
    page = console.window(ADMIN, device_scale_factor=SHARPNESS).page
    converter = browser.new_page()
    for name, screen in EXPLAINED.items():
        picture = PICTURES[name]
        page.set_viewport_size(DOCUMENTED)
        for theme in THEMES:
            _look(page, theme)
            _come_to(console, page, _named(screen))
            _type(page, TYPED.get(screen, {}))
            top = page.locator("main").bounding_box()
            assert top is not None
            png = page.screenshot(clip={"x": 0, "y": top["y"], "width": picture.width, "height": picture.height})
            webp = converter.evaluate(WEBP, [base64.b64encode(png).decode(), QUALITY])
            (PICTURES_FOLDER / f"{name}-{theme}.webp").write_bytes(base64.b64decode(webp))
    converter.close()
    page.context.close()


def _type(page: Page, texts: Mapping[str, str]) -> None:
    """Fill the form's fields, by their labels, and let the preview follow."""
    for label, text in texts.items():
        with page.expect_response(lambda answer: "preview" in answer.url):
            page.get_by_label(label, exact=True).press_sequentially(text)
        page.wait_for_timeout(SETTLED_MS)


def _named(name: str) -> Screen:
    return next(screen for screen in SCREENS if screen.name == name)


def _look(page: Page, theme: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")


def _come_to(console: Console, page: Page, screen: Screen) -> None:
    status = show(console, page, screen)
    if status != screen.status:
        raise RuntimeError(f"{screen.name}: answered {status}")


def _asked() -> argparse.Namespace:
    asking = argparse.ArgumentParser(prog="python -m docs.screenshots")
    asking.add_argument("--all", type=Path, metavar="FOLDER", help="take every screen, into this folder")
    asking.add_argument("names", nargs="*", choices=[[], *(screen.name for screen in SCREENS)], metavar="SCREEN")
    return asking.parse_args()


def main() -> None:
    asked, program = _asked(), find_chromium()
    if program is None:
        raise SystemExit(HOW_TO_GET_CHROMIUM)
    with running_demo() as (url, folder), sync_playwright() as playwright:
        app = application(url, folder)
        with app.app_context():
            sights = prepare_week(QUIET_MS)
        browser = playwright.chromium.launch(executable_path=program, args=launch_options(program))
        console = Console(app, url, browser, sights)
        if asked.all:
            asked.all.mkdir(parents=True, exist_ok=True)
            wanted = set(asked.names or (screen.name for screen in SCREENS)) - NOT_TAKEN
            take_all(console, [screen for screen in SCREENS if screen.name in wanted], asked.all)
        else:
            take_for_the_readme(console)
            take_for_the_documentation(console, browser)
        browser.close()
        with app.app_context():
            db.engine.dispose()


if __name__ == "__main__":
    main()
