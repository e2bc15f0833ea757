"""What a page weighs on the wire: little on the first visit, next to nothing from then on."""

from playwright.sync_api import CDPSession, Page

from tests.screens.console import Console, show
from tests.screens.screens import ADMIN, SCREENS

FIRST_BYTES = 150 * 1024
LATER_BYTES = 30 * 1024
MAIN = (
    "location",
    "locations",
    "postbacks",
    "postback",
    "postback-new",
    "deliveries",
    "delivery-failed",
    "contacts",
    "inbox",
    "docs",
)


def weighed(page: Page) -> tuple[CDPSession, list[float]]:
    """The bytes of each answer that came over the wire while the page was watched, heads included."""
    session = page.context.new_cdp_session(page)
    bytes_: list[float] = []
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: bytes_.append(event["encodedDataLength"]))
    return session, bytes_


def test_pages_are_light(console: Console) -> None:
    chosen = [screen for screen in SCREENS if screen.name in MAIN]
    assert len(chosen) == len(MAIN)
    heavy: list[str] = []
    for screen in chosen:
        page = console.window(ADMIN).page
        session, bytes_ = weighed(page)
        for limit, visit in ((FIRST_BYTES, "first"), (LATER_BYTES, "second")):
            bytes_.clear()
            show(console, page, screen)
            page.wait_for_timeout(100)
            total = sum(bytes_)
            print(f"{screen.name}, {visit} visit: {total / 1024:.1f} KiB")  # noqa: T201 - `pytest -s` tells the figures
            assert total > 1000, "nothing was weighed"
            if total > limit:
                heavy.append(f"{screen.name}: {total / 1024:.1f} KiB on the {visit} visit")
        session.detach()
        page.context.close()
    assert heavy == []
