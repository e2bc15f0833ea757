"""Postback configs on the wire."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, Self

from pydantic import Field, PlainValidator, ValidationInfo, field_validator, model_validator

from models import PostbackConfig
from schemas.expands import expands_schema, read_expands
from schemas.patterns import BLANK as BLANK_SCHEMA
from schemas.patterns import LETTER_OF_A_LINE, ON, JsonSchema, or_blank
from schemas.rules import BLANK, ID, Flag, Id, OptionalId, TextRule, broken, described_as, optional_text, text, whole
from schemas.validation import Input

RESOURCES = ("contact", "transaction", "transactionbatch", "accountvault")
OF_A_PRODUCT_TRANSACTION = frozenset({"transaction", "transactionbatch"})
OF_NO_PRODUCT_TRANSACTION = frozenset({"contact", "accountvault"})
LONGEST_INTERVAL = 604_800
MOST_ATTEMPTS = 100

FLAGS = ("on_create", "on_update", "on_delete", "is_active")
CONFIG_KEYS = (
    "id",
    "location_id",
    "resource",
    "on_create",
    "on_update",
    "on_delete",
    "url",
    "is_active",
    "format",
    "number_of_attempts",
    "attempt_interval",
    "expands",
    "created_ts",
    "modified_ts",
)


@dataclass(frozen=True, slots=True)
class ConfigRules:
    """What the rules need to know of the deployment."""

    custom_resources: tuple[str, ...]
    min_attempt_interval: int
    url_refusal: Callable[[str], str | None]
    """Why this URL may not be called, as a sentence; None: it may."""
    accepted: Mapping[str, object] = field(default_factory=dict)
    """What the stored config holds. A deployment that has become stricter keeps nobody from changing the rest."""


def _read_format(value: object) -> object:
    return value if value == "api-default" else broken("must be api-default")


USERNAME = TextRule(
    512, pattern=LETTER_OF_A_LINE.replace("^", "^:") + "*", says="must not contain a colon", one_line=True
)


class PostbackConfigInput(Input):
    """Validated with ConfigRules as its context."""

    location_id: Id
    resource: Annotated[str, text(64)]
    on_create: Flag
    on_update: Flag
    on_delete: Flag
    url: Annotated[str, text(512, one_line=True)]
    is_active: Flag = True
    format: Annotated[
        Literal["api-default"],
        PlainValidator(_read_format, json_schema_input_type=described_as({"const": "api-default"})),
    ] = "api-default"
    number_of_attempts: Annotated[int, whole(1, MOST_ATTEMPTS)] = 1
    attempt_interval: Annotated[int, whole(1, LONGEST_INTERVAL)] = 300
    """Seconds from the end of one attempt to the start of the next."""
    expands: str = ""
    """Comma list of what is embedded in `data`."""
    basic_auth_username: Annotated[
        str | None,
        PlainValidator(USERNAME.optional, json_schema_input_type=described_as(or_blank(USERNAME.json_schema()))),
    ] = None
    basic_auth_password: Annotated[str | None, optional_text(512, one_line=True)] = None
    product_transaction_id: OptionalId = Field(None, validate_default=True)

    @field_validator("resource")
    @classmethod
    def _known_resource(cls, value: str, info: ValidationInfo) -> str:
        known = (*RESOURCES, *_rules(info).custom_resources)
        return value if _accepted(info, value) or value in known else broken(f"must be one of {', '.join(known)}")

    @field_validator("url")
    @classmethod
    def _callable_url(cls, value: str, info: ValidationInfo) -> str:
        refusal = None if _accepted(info, value) else _rules(info).url_refusal(value)
        return broken(f"cannot be called: {refusal.rstrip('.')}") if refusal else value

    @field_validator("attempt_interval")
    @classmethod
    def _not_too_often(cls, value: int, info: ValidationInfo) -> int:
        least = _rules(info).min_attempt_interval
        return (
            value
            if _accepted(info, value) or value >= least
            else broken(f"must be between {least} and {LONGEST_INTERVAL}")
        )

    @field_validator("expands", mode="plain", json_schema_input_type=str | None)
    @classmethod
    def _offered_expands(cls, value: object, info: ValidationInfo) -> str:
        resource = info.data.get("resource")
        return "" if resource is None else read_expands(value, resource)

    @field_validator("basic_auth_password")
    @classmethod
    def _only_with_a_username(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("basic_auth_username", "") is None:
            broken(BLANK, "basic_auth_username")
        return value

    @field_validator("product_transaction_id")
    @classmethod
    def _asked_for_by_the_resource(cls, value: str | None, info: ValidationInfo) -> str | None:
        resource = info.data.get("resource")
        if value is None and resource in OF_A_PRODUCT_TRANSACTION:
            broken(BLANK)
        if value is not None and resource in OF_NO_PRODUCT_TRANSACTION:
            broken(f"does not apply to {resource}")
        return value

    @model_validator(mode="after")
    def _some_event(self) -> Self:
        if not (self.on_create or self.on_update or self.on_delete):
            broken("cannot be off together with On Update and On Delete: turn on at least one of them", "on_create")
        return self


def config_conditions(resources: Iterable[str]) -> JsonSchema:
    """What the rules say of several fields of a new config together, as JSON Schema."""
    credentials = [
        {"properties": {"basic_auth_password": BLANK_SCHEMA}},
        {"required": ["basic_auth_username"], "properties": {"basic_auth_username": USERNAME.solid_schema()}},
    ]
    return {
        "allOf": [
            {"anyOf": [{"properties": {flag: ON}} for flag in FLAGS[:3]]},
            {"anyOf": [_of_resource(resource) for resource in resources]},
            {"anyOf": credentials},
        ]
    }


def _of_resource(resource: str) -> JsonSchema:
    return product_transaction_condition(resource, {"expands": expands_schema(resource)})


def product_transaction_condition(resource: str, properties: Mapping[str, JsonSchema] | None = None) -> JsonSchema:
    """What a record of this resource, or a config for it, must say of its product transaction."""
    known = {"resource": {"const": resource}, **(properties or {})}
    if resource in OF_NO_PRODUCT_TRANSACTION:
        return {"properties": {**known, "product_transaction_id": BLANK_SCHEMA}}
    if resource in OF_A_PRODUCT_TRANSACTION:
        known["product_transaction_id"] = ID.json_schema()
        return {"required": ["product_transaction_id"], "properties": known}
    return {"properties": known}


def _rules(info: ValidationInfo) -> ConfigRules:
    assert isinstance(info.context, ConfigRules)
    return info.context


def _accepted(info: ValidationInfo, value: object) -> bool:
    return info.field_name is not None and _rules(info).accepted.get(info.field_name) == value


WRITE_ONLY = frozenset({"basic_auth_password"})
CONFIG_FIELDS = tuple(name for name in PostbackConfigInput.model_fields if name not in WRITE_ONLY)


def config_values(config: PostbackConfig) -> dict[str, object]:
    """A stored config as the input that would make it, all but its password."""
    return {name: getattr(config, name) for name in CONFIG_FIELDS}


def config_shape(config: PostbackConfig) -> dict[str, object]:
    """A config as it is answered: the contract's keys in the contract's order, flags as "1" and "0", no secret."""
    shape = {key: getattr(config, key) for key in CONFIG_KEYS}
    shape |= {flag: "1" if shape[flag] else "0" for flag in FLAGS}
    if config.resource in OF_A_PRODUCT_TRANSACTION or config.product_transaction_id is not None:
        shape["product_transaction_id"] = config.product_transaction_id
    return shape
