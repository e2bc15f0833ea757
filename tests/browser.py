"""A real browser for the tests. Each page is watched: it may not complain, break its CSP or call another host."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.absent import absent
from tests.chromium import HOW_TO_GET_CHROMIUM, find_chromium, launch_options

AT_REST = """async () => {
  const moving = () => document.getAnimations().some((one) => one.playState === "running")
  for (let calm = 0; calm < 3; calm = moving() ? 0 : calm + 1) await new Promise(requestAnimationFrame)
}"""
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RUN_AXE = """async ([only, without]) => (await axe.run(document, {
  resultTypes: ["violations"],
  rules: {"target-size": {enabled: true}, ...Object.fromEntries(without.map((rule) => [rule, {enabled: false}]))},
  ...(only ? {runOnly: only} : {}),
})).violations"""
REPORT_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) =>
  window.cspViolated(`${event.violatedDirective}: ${event.blockedURI || "inline"} ${event.sourceFile || ""}`))"""
OWN_HOSTS = {"127.0.0.1", "localhost"}
OWN_SCHEMES = {"data", "blob", "about"}


@dataclass
class Watched:
    """A page and everything that went wrong on it."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, part: str) -> None:
        """Complaints that contain this are meant to happen here, such as the console's note of a 422."""
        self.expected.append(part)

    def watch(self, *, java_script: bool) -> None:
        page = self.page
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        page.on("request", self._request)
        page.on("response", lambda answer: self._status(answer.status, answer.url))
        if java_script:
            page.expose_function("cspViolated", lambda text: self.complaints.append(f"CSP: {text}"))
            page.add_init_script(REPORT_VIOLATIONS)

    def check(self) -> None:
        """Raise AssertionError when anything unexpected went wrong so far."""
        left = [text for text in self.complaints if not any(part in text for part in self.expected)]
        assert not left, "\n".join(left)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in OWN_SCHEMES and parts.hostname not in OWN_HOSTS:
            self.complaints.append(f"foreign request: {request.url}")

    def _status(self, status: int, url: str) -> None:
        if status >= 500:
            self.complaints.append(f"answered {status}: {url}")


OpenPage = Callable[..., Watched]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The session's Chromium; a skip, or a failure in CI, where there is none."""
    program = find_chromium()
    if program is None:
        absent(HOW_TO_GET_CHROMIUM)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=launch_options(program))
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens watched pages; the test fails at its end when one of them had anything to complain about."""
    opened: list[Watched] = []

    def open_one(
        base_url: str, *, theme: str = "light", width: int = 1280, height: int = 900, java_script: bool = True
    ) -> Watched:
        wanted: Any = theme
        context = browser.new_context(
            base_url=base_url,
            color_scheme=wanted,
            viewport={"width": width, "height": height},
            java_script_enabled=java_script,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        watched = Watched(context.new_page())
        watched.watch(java_script=java_script)
        opened.append(watched)
        return watched

    yield open_one
    for watched in opened:
        watched.page.context.close()
    for watched in opened:
        watched.check()


def axe(page: Page, rules: Sequence[str] | None = None, *, without: Sequence[str] = ()) -> list[str]:
    """What axe finds wrong on the page as it stands: one text a violation, naming rule, element and why.

    All its rules, the size of targets included, or only some, or all but some.
    """
    page.evaluate(AT_REST)  # colours on their way to another theme are nobody's fault
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(RUN_AXE, [rules, list(without)])
    return [f"{one['id']}: {node['html'][:200]}\n{node['failureSummary']}" for one in found for node in one["nodes"]]
