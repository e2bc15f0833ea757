"""Saved filters on every list that can be filtered, as a browser without scripts uses them."""

import re
from html import unescape

import pytest

from extensions import db
from models import SavedFilter
from tests.ui.console import console_of
from tests.world import World

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

LISTS = [
    ("contacts", "q=Jones&range=day"),
    ("transactions", "q=Jones&status=approved&method=cc"),
    ("batches", "state=open"),
    ("account-vaults", "active=yes&range=custom&from=2026-10-24T18%3A15Z"),
    ("deliveries", "status=failed"),
    ("/deliveries", "status=failed"),
    ("/audit-log", "who=owner&range=week"),
    ("/users", "role=viewer&state=active"),
]
HIDDEN = re.compile(r'<input type="hidden"\s+name="(screen|query|next)"\s+value="([^"]*)">')


@pytest.mark.parametrize(("path", "query"), LISTS)
def test_a_filter_is_saved_followed_and_deleted(world: World, path: str, query: str) -> None:
    url = path if path.startswith("/") else f"/locations/{world.here}/{path}"
    console = console_of(world, "owner")
    page = console.client.get(f"{url}?{query}").text
    form = page[page.index('class="saved-new"') :].split("</form>")[0]
    fields = {name: unescape(value) for name, value in HIDDEN.findall(form)}
    answer = console.post("/saved-filters", {**fields, "name": "Mine"}, page=f"{url}?{query}")
    assert (answer.status_code, answer.location) == (303, f"{url}?{query}")
    page = console.client.get(f"{url}?q=nothing-of-this-name").text
    followed = re.search(r'<a class="menu-item"\s+href="([^"]+)"[^>]*>Mine</a>', page)
    assert followed, "no match, and the saved ones are still there to choose from"
    there = console.client.get(unescape(followed[1]))
    assert there.status_code == 200
    assert "was not understood" not in there.text
    assert unescape(followed[1]) == f"{url}?{query}"
    assert ">Mine</a>" not in console_of(world, "head").client.get(url).text, "it is nobody else's"
    [saved] = db.session.query(SavedFilter)
    assert f'action="/saved-filters/{saved.id}/delete"' in page
    console.post(f"/saved-filters/{saved.id}/delete", {"next": url})
    assert ">Mine</a>" not in console.client.get(f"{url}?q=x").text


def test_each_list_of_each_location_has_its_own(world: World) -> None:
    console = console_of(world, "head")
    here, elsewhere = (f"/locations/{place}/contacts" for place in (world.here, world.elsewhere))
    form = {"screen": f"contacts/{world.here}", "name": "Mine", "query": "q=Jones"}
    console.post("/saved-filters", form)
    assert ">Mine</a>" in console.client.get(f"{here}?q=x").text
    for other in (elsewhere, f"/locations/{world.here}/transactions", f"/locations/{world.here}/deliveries", "/users"):
        assert ">Mine</a>" not in console.client.get(f"{other}?q=x").text, other
