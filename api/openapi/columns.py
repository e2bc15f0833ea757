"""What stored columns look like in answers."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Boolean, Integer, String
from sqlalchemy.orm import InstrumentedAttribute

from models import Base
from schemas.patterns import JsonSchema


def ref(name: str) -> JsonSchema:
    """A component by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def nullable(schema: JsonSchema) -> JsonSchema:
    if "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    return {**schema, "type": [schema["type"], "null"]}


def closed(properties: Mapping[str, JsonSchema], optional: Iterable[str] = ()) -> JsonSchema:
    """An object with exactly these properties, of which some may be missing."""
    absent = set(optional)
    return {
        "type": "object",
        "required": [name for name in properties if name not in absent],
        "properties": dict(properties),
        "additionalProperties": False,
    }


def fields_of(model: type[Base], names: Iterable[str]) -> dict[str, JsonSchema]:
    """The properties that these columns of a model become."""
    return {name: of_attribute(getattr(model, name)) for name in names}


def of_attribute(attribute: Any) -> JsonSchema:
    """The property that a column becomes."""
    schema = _of_type(attribute.type)
    return nullable(schema) if _is_nullable(attribute) else schema


def _of_type(type_: Any) -> JsonSchema:
    if isinstance(type_, Boolean):
        return {"type": "boolean"}
    if isinstance(type_, Integer):
        return {"type": "integer"}
    if isinstance(type_, String):
        return {"type": "string", **({"maxLength": type_.length} if type_.length else {})}
    return {}


def _is_nullable(attribute: Any) -> bool:
    if not isinstance(attribute, InstrumentedAttribute):
        return True
    columns = getattr(attribute.property, "columns", [])
    return bool(columns and columns[0].nullable)
