"""/v2/changelogs: what was changed, by whom, and what stood before"""

from typing import Any

from sqlalchemy import String, type_coerce
from sqlalchemy.types import TypeDecorator

from api.envelopes import Kind
from api.filters import Column, Match, columns_of
from api.openapi.embedded import CHANGELOG
from api.routes import Verbs, record_routes
from models import Change
from resources.changelogs import changes_in_sight, get_change
from schemas.changelog import changelog_shape, model_of, resource_of

MS = 1000


class ModelName(TypeDecorator[str]):
    """A resource, given and read by its model's name; the store compares resources."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Any) -> str | None:
        return None if value is None else resource_of(value)

    def process_result_value(self, value: str | None, _dialect: Any) -> str | None:
        return None if value is None else model_of(value)


COLUMNS = {
    **columns_of(Change, ["id", "location_id", "user_id"]),
    "created_ts": Column(Change.created_ms, Match.TIME, MS, made_with=Change.id),
    "action": Column(Change.type, Match.EXACT),
    "model": Column(type_coerce(Change.resource, ModelName()), Match.EXACT),
    "model_id": Column(Change.record_id, Match.EXACT),
}
KIND = Kind(
    "changelog",
    "changelogs",
    changelog_shape,
    COLUMNS,
    about="What each event changed, by whom, and what stood before.",
    answers=CHANGELOG["properties"],
    unanswered=["location_id"],
)

routes = record_routes(KIND, Verbs(changes_in_sight, get_change))
