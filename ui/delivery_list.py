"""What a list of deliveries shows: the rows that the address asks for, and what its filters offer."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from urllib.parse import urlencode

from flask import url_for

from extensions import db, settings
from models import Location, PostbackConfig
from resources.access import Actor
from resources.delivery_search import SKIPPED, TYPES, Wanted, find_deliveries, find_skipped
from resources.postback_configs import postback_configs_in_sight
from schemas.postback_config import RESOURCES
from ui.asked import asked
from ui.delivery_rows import Row, row_of_delivery, row_of_skipped
from ui.words import WORDS

MOST_CONFIGS_OFFERED = 200


@dataclass(frozen=True, slots=True)
class DeliveryList:
    """One piece of the list, newest first. `location` is None for the list over all."""

    location: Location | None
    wanted: Wanted
    rows: Sequence[Row]
    before: str | None
    older: str | None
    configs: Sequence[PostbackConfig]

    statuses = WORDS
    types = TYPES

    @property
    def resources(self) -> tuple[str, ...]:
        return (*RESOURCES, *settings().custom_resources)

    @property
    def tag(self) -> str:
        """Changes exactly when the list would look different, clocks aside."""
        facts = [(row.event.id, row.delivery_id, row.status.word, row.attempts, row.next_ms) for row in self.rows]
        return sha256(repr(facts).encode()).hexdigest()[:32]

    @property
    def is_live(self) -> bool:
        """Whether something on it will change by itself; an older piece is left to the reader in peace."""
        return self.before is None and any(not row.final for row in self.rows)

    @property
    def is_filtered(self) -> bool:
        return bool(self._filters())

    @property
    def url(self) -> str:
        return self._url("", {})

    @property
    def live_url(self) -> str:
        return self._url("live_", self._filters())

    @property
    def newest_url(self) -> str | None:
        return self._url("", self._filters()) if self.before else None

    @property
    def older_url(self) -> str | None:
        return self._url("", {**self._filters(), "before": self.older}) if self.older else None

    def _filters(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self.wanted).items() if value and name != "location_id"}

    def _url(self, prefix: str, query: dict[str, str]) -> str:
        if self.location is None:
            path = url_for(f"deliveries.{prefix}index")
        else:
            path = url_for(f"deliveries.{prefix}of_location", location_id=self.location.id)
        return f"{path}?{urlencode(query)}" if query else path


def found(actor: Actor, location: Location | None) -> DeliveryList:
    """The piece that the query string asks for. Raises Forbidden."""
    wanted = Wanted(
        location_id=location.id if location else "",
        status=asked("status").lower(),
        resource=asked("resource"),
        type=asked("type").upper(),
        config=asked("config"),
        q=asked("q"),
    )
    before = asked("before") or None
    rows, older = _rows(actor, wanted, before)
    return DeliveryList(location, wanted, rows, before, older, _configs(actor, location))


def _rows(actor: Actor, wanted: Wanted, before: str | None) -> tuple[list[Row], str | None]:
    if wanted.status == SKIPPED:
        skipped = find_skipped(actor, wanted, before)
        return [row_of_skipped(event) for event in skipped.rows], skipped.older
    piece = find_deliveries(actor, wanted, before)
    return [row_of_delivery(delivery) for delivery in piece.rows], piece.older


def _configs(actor: Actor, location: Location | None) -> Sequence[PostbackConfig]:
    query = postback_configs_in_sight(actor)
    if location is not None:
        query = query.where(PostbackConfig.location_id == location.id)
    return db.session.scalars(query.order_by(PostbackConfig.id).limit(MOST_CONFIGS_OFFERED)).all()
