"""The fields of a resource in words: what they take when they are sent, what they are in answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
PREFIX = "#/components/schemas/"
JSON = "application/json"
TYPES = {"integer": "number", "string": "text", "boolean": "true or false", "object": "object", "array": "list"}
FLAG, BLANK, IGNORED = PREFIX + "Flag", PREFIX + "Blank", "Only answered; ignored here."


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `sent` or `answered` is empty where it is only the other."""

    name: str
    required: bool
    sent: str
    default: str
    answered: str


def fields_of(api: Schema, operations: Sequence[Schema]) -> Iterator[Field]:
    """All fields of a resource, those that are sent first in their order."""
    sent, required = _sent(operations)
    answered = _answered(api, operations)
    for name in (*sent, *(name for name in answered if name not in sent)):
        schema = sent.get(name)
        yield Field(
            name,
            name in required,
            "" if schema is None else rule(schema),
            "" if schema is None or name in required else _default(schema),
            said(answered[name]) if name in answered else "",
        )


def _sent(operations: Sequence[Schema]) -> tuple[dict[str, Schema], set[str]]:
    """What creates one: field → schema, and which of them must be given."""
    for operation in operations:
        if operation["operationId"].startswith("create") and "requestBody" in operation:
            body = operation["requestBody"]["content"][JSON]["schema"]
            fields = next(iter(body["properties"].values())) if len(body["properties"]) == 1 else body  # bare fields
            return {
                name: schema for name, schema in fields["properties"].items() if schema.get("description") != IGNORED
            }, set(fields["required"])
    return {}, set()


def _answered(api: Schema, operations: Sequence[Schema]) -> dict[str, Schema]:
    """What one looks like, without what is only embedded when asked for."""
    for operation in operations:
        if operation["operationId"].startswith("get"):
            [record] = operation["responses"]["200"]["content"][JSON]["schema"]["properties"].values()
            if "$ref" in record:
                record = api["components"]["schemas"][record["$ref"].removeprefix(PREFIX)]
            embedded = {
                name
                for parameter in operation["parameters"]
                if parameter["name"] == "expand"
                for name in parameter["schema"]["items"]["enum"]
            }
            return {name: schema for name, schema in record["properties"].items() if name not in {*embedded, "_links"}}
    return {}


def rule(schema: Schema) -> str:
    """What may be sent, in half a sentence."""
    alternatives = [one for one in schema.get("anyOf", []) if one.get("$ref") != BLANK and one != {"type": "null"}]
    if alternatives:
        return _with(rule(alternatives[0]), schema.get("description", ""))
    return _with(_kind(schema), schema.get("description", ""))


def _kind(schema: Schema) -> str:
    if schema.get("$ref") == FLAG:
        return "on or off: 1, 0, true, false"
    if "enum" in schema or "const" in schema:
        return _one_of(schema)
    if schema.get("format") == "date":
        return "a date like 1990-12-31"
    kind = str(schema.get("type"))
    if kind == "integer":
        return f"a whole number from {schema.get('minimum')} to {schema.get('maximum')}"
    return f"text, {_length(schema)}" if kind == "string" else TYPES.get(kind, "anything")


def said(schema: Schema) -> str:
    """What is answered, in a word or two."""
    if "enum" in schema or "const" in schema:
        return _one_of(schema)
    if "anyOf" in schema:
        return " or ".join(said(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(PREFIX)
    types = schema.get("type", "anything")
    return " or ".join(TYPES.get(name, name) for name in ([types] if isinstance(types, str) else types))


def _one_of(schema: Schema) -> str:
    values = schema.get("enum", [schema.get("const")])
    return " or ".join(f"{value}" for value in values)


def _length(schema: Schema) -> str:
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    if most is None:
        return "any length"
    return f"{least} to {most} characters" if least > 1 else f"at most {most} characters"


def _default(schema: Schema) -> str:
    default = schema.get("default")
    return "" if default is None or default == "" else str(default).lower()


def _with(text: str, description: str) -> str:
    return f"{text}. {description}" if description and description not in {"On or off.", text} else text
