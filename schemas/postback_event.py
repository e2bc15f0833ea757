"""Events that a host application publishes, on the wire."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Annotated, Any

from pydantic import Field, PlainValidator, ValidationInfo, field_validator

from schemas.patterns import JsonSchema
from schemas.postback_config import (
    OF_A_PRODUCT_TRANSACTION,
    OF_NO_PRODUCT_TRANSACTION,
    product_transaction_condition,
)
from schemas.rules import BLANK, Id, OptionalId, TextRule, broken, described_as, optional_text, text
from schemas.validation import Input

TYPES = ("CREATE", "UPDATE", "DELETE")
RECORD_ID = TextRule(64, one_line=True)
LARGEST_NUMBER = 10**18
NULL: JsonSchema = {"type": "null"}
NUMBER: JsonSchema = {"type": "integer", "exclusiveMinimum": -LARGEST_NUMBER, "exclusiveMaximum": LARGEST_NUMBER}
GIVEN_RECORD_ID: JsonSchema = {"anyOf": [RECORD_ID.json_schema(), NUMBER]}


@dataclass(frozen=True, slots=True)
class EventRules:
    """What the rules need to know of the deployment and of the route."""

    resources: tuple[str, ...]
    """The registered ones: built-in and the deployment's own."""
    max_payload_bytes: int
    recognizable: bool = False
    """Whether each event must have an idempotency id."""


def _read_type(value: object) -> object:
    if value is None or value == "":
        broken(BLANK)
    return value if value in TYPES else broken("must be CREATE, UPDATE or DELETE")


def _read_object(value: object) -> object:
    if value is None:
        broken(BLANK)
    return value if isinstance(value, dict) else broken("must be an object")


class PostbackEventInput(Input):
    """Validated with EventRules as its context."""

    location_id: Id
    resource: Annotated[str, text(64)]
    type: Annotated[str, PlainValidator(_read_type, json_schema_input_type=described_as({"enum": list(TYPES)}))]
    data: Annotated[
        dict[str, Any], PlainValidator(_read_object, json_schema_input_type=described_as({"type": "object"}))
    ]
    """The record as it was at that moment; sent as it is."""
    record_id: Annotated[str | None, Field(validate_default=True)] = None
    product_transaction_id: OptionalId = Field(None, validate_default=True)
    idempotency_id: Annotated[str | None, optional_text(64, one_line=True)] = Field(None, validate_default=True)

    @field_validator("resource")
    @classmethod
    def _registered_resource(cls, value: str, info: ValidationInfo) -> str:
        known = _rules(info).resources
        return value if value in known else broken(f"must be one of {', '.join(known)}")

    @field_validator("record_id", mode="plain", json_schema_input_type=described_as({"anyOf": [GIVEN_RECORD_ID, NULL]}))
    @classmethod
    def _given_or_the_datas_id(cls, value: object, info: ValidationInfo) -> str:
        """What `data` calls `id`, unless the record's id is given beside it."""
        if value is None:
            value = info.data.get("data", {"id": "-"}).get("id")
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST_NUMBER:
            value = str(int(value)) if value == int(value) else value
        return RECORD_ID.required(value)

    @field_validator("product_transaction_id")
    @classmethod
    def _asked_for_by_the_resource(cls, value: str | None, info: ValidationInfo) -> str | None:
        resource = info.data.get("resource")
        if value is None and resource in OF_A_PRODUCT_TRANSACTION:
            broken(BLANK)
        if value is not None and resource in OF_NO_PRODUCT_TRANSACTION:
            broken(f"does not apply to {resource}")
        return value

    @field_validator("idempotency_id")
    @classmethod
    def _given_where_it_must(cls, value: str | None, info: ValidationInfo) -> str | None:
        return broken(BLANK) if value is None and _rules(info).recognizable else value


def event_conditions(resources: Iterable[str]) -> JsonSchema:
    """What the rules say of several fields together, as JSON Schema."""
    in_data = {"type": "object", "required": ["id"], "properties": {"id": GIVEN_RECORD_ID}}
    record_ids = [
        {"required": ["record_id"], "properties": {"record_id": GIVEN_RECORD_ID}},
        {"properties": {"record_id": NULL, "data": in_data}},
    ]
    return {
        "allOf": [
            {"anyOf": record_ids},
            {"anyOf": [product_transaction_condition(resource) for resource in resources]},
        ]
    }


def _rules(info: ValidationInfo) -> EventRules:
    assert isinstance(info.context, EventRules)
    return info.context


@dataclass(frozen=True, slots=True)
class PublishedEvent:
    """An event as its publisher hears of it, in the order of the answer."""

    id: str
    location_id: str
    resource: str
    record_id: str
    type: str
    product_transaction_id: str | None
    idempotency_id: str | None
    deliveries: int
    """How many were promised when it was recorded."""
    skipped_reason: str | None
    """Why none was: no_config or inactive_config."""
    created_ms: int


ANSWERED = tuple(one.name for one in fields(PublishedEvent) if one.name != "created_ms")


def postback_event_shape(event: PublishedEvent) -> dict[str, object]:
    """An event as it is answered; its data is the publisher's own and not said again."""
    return {**{name: getattr(event, name) for name in ANSWERED}, "created_ts": event.created_ms // 1000}
