"""What a caller may hang on a record freely: an object of their own, and tags."""

import json
from typing import Annotated

from pydantic import PlainValidator

from schemas.patterns import or_blank
from schemas.rules import SURROGATE, TextRule, broken, described_as, is_blank

LARGEST = 4096
MOST_TAGS = 20
TAG = TextRule(64, one_line=True)


def read_object(value: object) -> str | None:
    """An object as compact JSON text of at most `LARGEST` characters; None where it was not given."""
    if is_blank(value):
        return None
    if not isinstance(value, dict):
        broken("must be an object")
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if SURROGATE.search(text):
        broken("contains characters that are not text")
    if len(text) > LARGEST:
        broken(f"must be at most {LARGEST} characters of JSON")
    return text


def read_tags(value: object) -> list[str]:
    """Each tag once, in the order given."""
    if is_blank(value):
        return []
    if not isinstance(value, list) or len(value) > MOST_TAGS:
        broken(f"must be a list of at most {MOST_TAGS} texts")
    return list(dict.fromkeys(TAG.required(tag) for tag in value))


CustomData = Annotated[
    str | None, PlainValidator(read_object, json_schema_input_type=described_as(or_blank({"type": "object"})))
]
Tags = Annotated[
    list[str],
    PlainValidator(
        read_tags,
        json_schema_input_type=described_as(
            or_blank({"type": "array", "maxItems": MOST_TAGS, "items": TAG.json_schema()})
        ),
    ),
]
