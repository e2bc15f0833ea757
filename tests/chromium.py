"""Where the tests' Chromium comes from on this machine."""

import os
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

GIVEN = "POSTBACK_TEST_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW_TO_GET_CHROMIUM = (
    "No Chromium was found. Any one of these gives the browser tests one:\n"
    "  python -m tests.prepare            (as root on Debian: installs the package; else: Playwright's download)\n"
    "  apt-get install chromium           (Debian)\n"
    "  playwright install chromium        (Playwright's own build)\n"
    "  POSTBACK_TEST_CHROMIUM=/path/to/a/chromium"
)


def find_chromium() -> Path | None:
    """The program that the environment names, else one on PATH, else Playwright's own download."""
    given = os.environ.get(GIVEN)
    if given:
        return Path(given)
    on_path = (found for name in NAMES if (found := shutil.which(name)))
    return next((Path(found) for found in on_path), None) or _own_download()


def _own_download() -> Path | None:
    with sync_playwright() as playwright:
        expected = Path(playwright.chromium.executable_path)
    return expected if expected.is_file() else None


def launch_options(program: Path) -> list[str]:
    """Chromium's arguments: no sandbox where root runs it, and no way to any host but this one."""
    arguments = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"]
    arguments += ["--disable-dev-shm-usage", "--disable-background-networking"]
    return ["--no-sandbox", *arguments] if os.geteuid() == 0 else arguments
