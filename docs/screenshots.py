"""Takes the README's pictures anew: `make screenshots`.

Starts the product in a folder of its own, saves a few contacts through the API, lets one receiver fail for a
while, and photographs the console in both themes. Nothing is drawn by hand, so what the pictures show is true.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.chromium import HOW_TO_GET_CHROMIUM, find_chromium, launch_options
from tests.processes import free_port

HOUSE = Path(__file__).resolve().parents[1]
IMAGES = HOUSE / "docs" / "images"
PEOPLE = (
    ("Ada", "Okafor", "Okafor Ceramics"),
    ("Jonas", "Lindqvist", "Lindqvist Cycles"),
    ("Mei", "Tanaka", "Tanaka Teas"),
    ("Sofia", "Marchetti", "Marchetti & Figli"),
    ("Noah", "Bergmann", "Bergmann Books"),
)
START_SECONDS = 60.0


class Demo:
    """A running demo, as its API and its console see it."""

    def __init__(self, facts: dict[str, str]) -> None:
        self.facts = facts
        self.url = facts["POSTBACK_URL"]

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        names = {"developer-id": "DEVELOPER_ID", "user-id": "USER_ID", "user-api-key": "USER_API_KEY"}
        headers = {header: self.facts[name] for header, name in names.items()}
        headers["Content-Type"] = "application/json"
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.url}/v2/{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def add_postback(self, url: str, attempts: int, interval: int) -> None:
        flags = {"on_create": "1", "on_update": "1", "on_delete": "1"}
        config = {"location_id": self.facts["LOCATION_ID"], "resource": "contact", "url": url, **flags}
        timing = {"number_of_attempts": attempts, "attempt_interval": interval}
        self.call("POST", "postbackconfigs", {"postbackconfig": {**config, **timing}})

    def add_contact(self, first: str, last: str, company: str) -> None:
        names = {"first_name": first, "last_name": last, "company_name": company}
        self.call("POST", "contacts", {"contact": {**names, "location_id": self.facts["LOCATION_ID"]}})

    def delivery(self, url: str, status: str) -> str:
        """The newest delivery to this URL once it has this status."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            found = self.call("GET", "postbackdeliveries?sort=-created_ts")["postbackdeliveries"]
            for one in found:
                if one["url"] == url and one["status"] == status:
                    return str(one["id"])
            time.sleep(0.2)
        raise TimeoutError(f"no delivery to {url} became {status}")


@contextlib.contextmanager
def running_demo() -> Iterator[Demo]:
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
        lines = (folder / "demo.env").read_text().splitlines()
        yield Demo({name: value.strip("'\"") for name, _, value in (line.partition("=") for line in lines)})
    finally:
        process.terminate()
        process.wait(START_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def prepare(demo: Demo) -> dict[str, str]:
    """Fill the demo; the pages to photograph, by the name of their picture."""
    closed = f"http://127.0.0.1:{free_port()}/crm/postbacks"
    inbox = demo.facts["INBOX_URL"]
    demo.add_postback(inbox, attempts=5, interval=60)
    for person in PEOPLE[:3]:
        demo.add_contact(*person)
    demo.add_postback(closed, attempts=3, interval=1)
    for person in PEOPLE[3:]:
        demo.add_contact(*person)
    failed = demo.delivery(closed, "failed")
    location = demo.facts["LOCATION_ID"]
    return {
        "postbacks": f"/locations/{location}/settings/postbacks",
        "delivery": f"/deliveries/{failed}",
        "deliveries": f"/locations/{location}/deliveries",
        "inbox": urllib.parse.urlsplit(inbox).path,
    }


def sign_in(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}/sign-in")
    page.fill("[name=username]", demo.facts["UI_USERNAME"])
    page.fill("[name=password]", demo.facts["UI_PASSWORD"])
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/locations")


def main() -> None:
    program = find_chromium()
    if program is None:
        raise SystemExit(HOW_TO_GET_CHROMIUM)
    IMAGES.mkdir(exist_ok=True)
    with running_demo() as demo, sync_playwright() as playwright:
        pages = prepare(demo)
        browser = playwright.chromium.launch(executable_path=program, args=launch_options(program))
        for theme in ("light", "dark"):
            page = browser.new_page(color_scheme=theme, viewport={"width": 1280, "height": 800})
            sign_in(page, demo)
            for name, path in pages.items():
                page.goto(demo.url + path)
                page.screenshot(path=IMAGES / f"{name}-{theme}.png")
        browser.close()


if __name__ == "__main__":
    main()
