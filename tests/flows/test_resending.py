"""What a person does the morning after, in a real browser against real processes, with and without JavaScript.

Why did this delivery fail, and what is to be done? Then everything that failed last night goes to one receiver again.
"""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser import OpenPage
from tests.flows.flow import Flow
from tests.flows.person import Person, person_at

COUNT = 6
pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def person(flow: Flow, open_page: OpenPage, request: pytest.FixtureRequest) -> Person:
    scripts = bool(request.param)
    return person_at(flow, open_page(flow.web(), java_script=scripts), scripts=scripts, closely=False)


def bad_night(flow: Flow) -> None:
    """Two receivers were down and one of them is back."""
    flow.config(*[500] * COUNT, 200, path="/crm", number_of_attempts=1)
    flow.config(500, path="/other", number_of_attempts=1)
    flow.processes.worker()
    flow.contacts(COUNT)
    assert flow.all_settled(2 * COUNT) == {"failed": 2 * COUNT}


def until_delivered(flow: Flow, count: int) -> None:
    deadline = time.monotonic() + 15
    while flow.count(status="delivered") < count:
        assert time.monotonic() < deadline, flow.processes.logs()
        time.sleep(0.1)


def test_everything_that_failed_last_night_goes_to_one_receiver_again(flow: Flow, person: Person) -> None:
    bad_night(flow)
    before = len(flow.receiver.requests("/other"))
    page = person.page
    person.sign_in()
    person.follow("Harbour shop")
    person.follow("Deliveries", page.get_by_role("navigation", name="Location", exact=True))
    page.get_by_label("Status", exact=True).select_option("failed")
    page.get_by_label("Time", exact=True).select_option("day")
    crm = page.get_by_label("Postback", exact=True).locator("option").filter(has_text="/crm").inner_text()
    page.get_by_label("Postback", exact=True).select_option(label=crm)
    if not person.scripts:
        person.press("Search")
    rows = page.locator("#results tbody tr")
    expect(rows).to_have_count(COUNT)
    expect(page).to_have_url(re.compile("status=failed.*range=day|range=day.*status=failed"))

    person.follow(re.compile("Replay…"))
    person.look("New replay")
    expect(page.get_by_label("Failed", exact=True)).to_be_checked()
    person.press("Count it")
    person.look(f"Send {COUNT} deliveries?")
    assert flow.count(status="failed") == 2 * COUNT, "nothing is sent before it is confirmed"
    person.press(f"Send {COUNT} deliveries")
    person.look(re.compile("Replay: failed"))
    live = page.locator("#live")
    if person.scripts:
        expect(live).to_contain_text("Finished")
        expect(live).to_contain_text(re.compile(rf"Delivered\s+{COUNT}"))
    else:
        until_delivered(flow, COUNT)
        page.reload()
        expect(live).to_contain_text(re.compile(rf"Delivered\s+{COUNT}"))
    person.follow(re.compile("Its deliveries"))
    expect(rows).to_have_count(COUNT)
    expect(page.locator("#results").get_by_text("Delivered", exact=True)).to_have_count(COUNT)
    assert flow.count(status="delivered") == flow.count(status="failed") == COUNT
    assert len(flow.receiver.requests("/other")) == before, "the other receiver was left alone"


def test_why_a_delivery_failed_and_what_to_do(flow: Flow, person: Person) -> None:
    flow.config(404, 200, path="/moved", number_of_attempts=1)
    flow.processes.worker()
    flow.contact()
    assert flow.settled()["status"] == "failed"
    page = person.page
    person.sign_in()
    person.follow("Deliveries")
    person.look("Deliveries")
    person.follow("Contact created")
    person.look(re.compile("Jones"))
    standing = page.get_by_role("region", name="Status")
    expect(standing).to_contain_text("The receiver answered 404 (not found).")
    expect(standing).to_contain_text("What to do: Check the path in the config's URL.")
    expect(page.get_by_role("article")).to_contain_text("404")
    person.press("Retry")
    flow.receiver.wait_for(2, "/moved")
    if not person.scripts:
        until_delivered(flow, 1)
        page.reload()
    expect(page.locator(".standing-line")).to_contain_text("Delivered")
    expect(page.get_by_role("button", name="Send now")).to_have_attribute("aria-disabled", "true")
    expect(page.get_by_role("navigation", name="Attempts").get_by_text("by head")).to_be_visible()
