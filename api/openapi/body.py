"""What a route reads."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas.patterns import JsonSchema
from schemas.validation import Input


@dataclass(frozen=True, slots=True)
class Body:
    """One record, or a list of them, under a key."""

    input: type[Input]
    key: str
    """Empty where the fields stand bare."""
    partial: bool = False
    """That every field may be left out."""
    optional: bool = False
    """That there may be no body at all."""
    most: int = 0
    """Where it is a list: of so many at most."""
    required: Sequence[str] = ()
    """Fields that this route requires beyond what its input does."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Further name of a field → the field."""
    ignored: Collection[str] = ()
    """Fields that may be sent along as they were answered, and do not count."""
    fixed: Collection[str] = ()
    """Fields that must be left blank: they were given once."""
    choices: Callable[[], Mapping[str, Sequence[str]]] = dict
    """Field → what this deployment lets it be."""
    together: Callable[[], JsonSchema] = dict
    """What its rules say of several fields together."""
    example: Mapping[str, Any] = field(default_factory=dict)
    """One that could be sent as it is."""
