"""The tenant's own ids in the place of any id: what a schema cannot say is which records there are.

A body with an unknown `location_id` is well-formed and refused all the same. So for a run the description names the
ids that exist, and everything else about it stays as it is published.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

BLANK = {"$ref": "#/components/schemas/Blank"}


def with_known(
    document: dict[str, Any], known: Mapping[str, Sequence[str]], places: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """The document whose bodies (by field) and addresses (by the resource's plural) name these values."""
    told = deepcopy(document)
    for path in told["paths"].values():
        for operation in path.values():
            _in_bodies(operation.get("requestBody", {}), known)
            for parameter in operation["parameters"]:
                if parameter["in"] == "path":
                    there = known.get(parameter["name"]) or places.get(operation["tags"][0], ())
                    parameter["schema"] = _places(there, parameter["schema"])
    return told


def _places(there: Sequence[str], schema: dict[str, Any]) -> dict[str, Any]:
    """Some of the ids that exist, and any other."""
    return {"anyOf": [{"type": "string", "enum": list(there)}, schema]} if there else schema


def _in_bodies(node: Any, known: Mapping[str, Sequence[str]]) -> None:
    if isinstance(node, list):
        for one in node:
            _in_bodies(one, known)
    if not isinstance(node, dict):
        return
    properties = node.get("properties", {})
    for name in properties.keys() & known.keys():
        properties[name] = _named(properties[name], known[name])
    if "example" in node:
        _in_example(node["example"], known)
    for key, value in node.items():
        if key not in {"example", "default"}:
            _in_bodies(value, known)


def _in_example(node: Any, known: Mapping[str, Sequence[str]]) -> None:
    for child in node if isinstance(node, list) else node.values():
        if isinstance(child, dict | list):
            _in_example(child, known)
    if isinstance(node, dict):
        node.update({name: known[name][0] for name in node.keys() & known.keys()})


def _named(schema: dict[str, Any], values: Sequence[str]) -> dict[str, Any]:
    if schema == BLANK:
        return schema
    there = {"type": "string", "enum": list(values)}
    return {"anyOf": [there, BLANK]} if BLANK in schema.get("anyOf", []) else there
