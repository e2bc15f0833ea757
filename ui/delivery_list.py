"""What a list of deliveries shows: the rows that the address asks for, and what its filters offer."""

from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from extensions import db, settings
from models import Location, PostbackConfig
from resources.access import Actor, allows
from resources.delivery_filter import SKIPPED, Wanted
from resources.delivery_search import find_deliveries, find_skipped
from resources.delivery_sight import addresses_seen_at, permitted_at
from resources.postback_configs import postback_configs_in_sight
from resources.retries import PERMISSION as RETRY
from schemas.postback_config import RESOURCES
from ui.asked import asked_before
from ui.asked_list import AskedList, Filters, asked_list
from ui.delivery_filters import CODE_WORDS, STATUS_WORDS, TYPE_WORDS, asked_filters, list_address, wanted_of
from ui.delivery_rows import Row, row_of_delivery, row_of_skipped
from ui.replay_links import ReplayLink, replay_of_list

MOST_CONFIGS_OFFERED = 200


class Rows(NamedTuple):
    """`older`: where to go on; `looked_to_ms`: how far back the search came before its time was over."""

    rows: list[Row]
    older: str | None
    looked_to_ms: int | None = None


@dataclass(frozen=True, slots=True)
class DeliveryList:
    """One piece of the list, newest first. `location` is None for the list over all."""

    location: Location | None
    asked: AskedList
    piece: Rows
    configs: list[tuple[str, str]]
    """Id and URL of those that it may be filtered by."""
    may_act: bool
    """Whether the actor may retry and cancel, here or, in the list over all, anywhere."""
    replay: ReplayLink

    statuses, codes, types = STATUS_WORDS, CODE_WORDS, TYPE_WORDS

    @property
    def filters(self) -> Filters:
        return self.asked.filters

    @property
    def rows(self) -> list[Row]:
        return self.piece.rows

    @property
    def looked_to_ms(self) -> int | None:
        return self.piece.looked_to_ms

    @property
    def resources(self) -> list[tuple[str, str]]:
        return [(name, name) for name in (*RESOURCES, *settings().custom_resources)]

    @property
    def tag(self) -> str:
        """Changes exactly when the list would look different, clocks aside."""
        facts = [(row.event.id, row.delivery_id, row.status.word, row.attempts, row.next_ms) for row in self.rows]
        return sha256(repr((facts, self.piece.older is None)).encode()).hexdigest()[:32]

    @property
    def is_live(self) -> bool:
        """Whether it follows what happens; an older piece is left to the reader in peace."""
        return self.asked.before is None

    @property
    def moves(self) -> bool:
        """Whether something on it will change by itself."""
        return any(not row.final for row in self.rows)

    @property
    def is_whole(self) -> bool:
        """Whether everything that matches stands here."""
        return self.asked.before is None and self.piece.older is None

    @property
    def live_url(self) -> str:
        return list_address(self.location, self.filters, "live_")

    @property
    def older_url(self) -> str | None:
        return self.asked.older_url(self.piece.older)


def found(actor: Actor, location: Location | None) -> DeliveryList:
    """The piece that the query string asks for. Raises Forbidden."""
    filters, before = asked_filters(), asked_before()
    view = "of_location" if location else "index"
    views = (f"deliveries.{view}", f"deliveries.export_{view}")
    return DeliveryList(
        location=location,
        asked=asked_list("deliveries", views, filters, location=location, before=before),
        piece=_rows(actor, wanted_of(filters, location), before),
        configs=_configs(actor, location),
        may_act=_may_act(actor, location),
        replay=replay_of_list(actor, location, filters),
    )


def _may_act(actor: Actor, location: Location | None) -> bool:
    if location is None:
        return any(allows(grant.role, RETRY) for grant in actor.grants)
    return location.id in permitted_at(actor, RETRY, [location.id])


def _rows(actor: Actor, wanted: Wanted, before: str | None) -> Rows:
    if wanted.status == SKIPPED:
        skipped = find_skipped(actor, wanted, before)
        return Rows([row_of_skipped(event) for event in skipped.rows], skipped.older, skipped.looked_to_ms)
    piece = find_deliveries(actor, wanted, before)
    seen = addresses_seen_at(actor, piece.rows)
    return Rows(
        [row_of_delivery(delivery, seen=delivery.location_id in seen) for delivery in piece.rows],
        piece.older,
        piece.looked_to_ms,
    )


def _configs(actor: Actor, location: Location | None) -> list[tuple[str, str]]:
    query = postback_configs_in_sight(actor)
    if location is not None:
        query = query.where(PostbackConfig.location_id == location.id)
    offered = db.session.scalars(query.order_by(PostbackConfig.id).limit(MOST_CONFIGS_OFFERED))
    return [(config.id, config.url) for config in offered]
