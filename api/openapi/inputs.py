"""What bodies may hold, made of the inputs that judge them."""

from typing import Any

from api.openapi.body import Body
from api.openapi.columns import closed, ref
from schemas.patterns import BLANK, FLAG, JsonSchema
from schemas.validation import READ_ONLY

SHARED = {"Flag": FLAG, "Blank": BLANK}
"""Schemas that stand in many fields: said once, by name."""


def body_schema(body: Body) -> JsonSchema:
    """The whole body: what it holds, under its key."""
    fields = input_schema(body)
    held = {"type": "array", "minItems": 1, "maxItems": body.most, "items": fields} if body.most else fields
    return closed({body.key: held}) if body.key else fields


def body_example(body: Body) -> dict[str, Any]:
    """A body that could be sent as it is."""
    given = dict(body.example)
    return {body.key: [given] if body.most else given} if body.key else given


def input_schema(body: Body) -> JsonSchema:
    """The fields. Those that only answers hold may be given and do not count."""
    told = body.input.model_json_schema()
    properties = {name: _field(schema) for name, schema in told["properties"].items()}
    properties |= {name: properties[name] | {"enum": list(values)} for name, values in body.choices().items()}
    properties |= {name: ref("Blank") for name in body.fixed}
    properties |= {alias: properties[name] for alias, name in body.aliases.items()}
    together = dict(body.together())
    properties |= {name: properties[name]["anyOf"][0] for name in body.required}
    required = [] if body.partial else [*told.get("required", []), *body.required]
    ignored = {
        name: {"description": "Only answered; ignored here."}
        for name in sorted({*READ_ONLY, *body.ignored} - properties.keys())
    }
    fields = closed({**properties, **ignored}) | {"required": required} | _together(together, body)
    if body.partial:
        for schema in fields["properties"].values():
            schema.pop("default", None)
    return fields


def _together(together: JsonSchema, body: Body) -> JsonSchema:
    twice = [{"not": {"required": [alias, name]}} for alias, name in body.aliases.items()]
    terms = [*together.pop("allOf", []), *([together] if together else []), *twice]
    return {"allOf": [_named(term) for term in terms]} if terms else {}


def _field(schema: JsonSchema) -> JsonSchema:
    """Without the title that only repeats the name."""
    return dict(_named({name: value for name, value in schema.items() if name != "title"}))


def _named(schema: Any) -> Any:
    """The shared schemas by their names, wherever they stand."""
    if isinstance(schema, list):
        return [_named(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    for name, shared in SHARED.items():
        rule = {key: value for key, value in shared.items() if key != "description"}
        if rule.items() <= schema.items():
            more = {key: value for key, value in schema.items() if shared.get(key) != value}
            return ref(name) | more
    return {key: _named(value) for key, value in schema.items()}
