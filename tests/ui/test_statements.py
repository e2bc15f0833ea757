"""No page asks the store once more for each line that it shows."""

from sqlalchemy import event, select

from extensions import db
from models import Delivery, PostbackConfig
from tests.ui.console import Console, console_of
from tests.ui.tried import attempt_at, delivery_of
from tests.world import World


def more(world: World, count: int) -> None:
    """So many contacts and configs, and a failed delivery of each contact to each config there was."""
    for number in range(count):
        attempt_at(delivery_of(world, world.contact(first_name=f"Ann {number}"), state="failed", attempts_made=1))
        world.config(url=f"https://127.0.0.1/more/{number}")
        world.vault()


def statements(console: Console, path: str) -> int:
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert console.get(path).status_code == 200, path
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(said)


def test_a_longer_list_takes_no_more_statements(world: World) -> None:
    world.config()
    more(world, 2)
    here, console = f"/locations/{world.here}", console_of(world, "head")
    config = db.session.scalars(select(PostbackConfig.id).order_by(PostbackConfig.id)).first()
    delivery = db.session.scalars(select(Delivery.id).order_by(Delivery.id)).first()
    lists = ("contacts", "transactions", "account-vaults", "deliveries", "replays", "settings/postbacks")
    pages = ("/locations", "/deliveries", "/users", "/audit-log", here, *(f"{here}/{name}" for name in lists))
    ones = (f"{here}/settings/postbacks/{config}", f"/deliveries/{delivery}")
    before = {page: statements(console, page) for page in (*pages, *ones)}
    more(world, 6)
    assert {page: statements(console, page) for page in before} == before
