"""One request as it arrived: the bytes, when they came, and what they say."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True)
class Received:
    """A request, byte for byte. `arrived` is monotonic seconds of its first byte, `arrived_ms` epoch milliseconds."""

    head: bytes
    body: bytes
    arrived: float
    arrived_ms: int
    connection: int
    """Counts the connections of its receiver: equal where a connection was kept alive."""
    headers: tuple[tuple[str, str], ...] = field(init=False)
    """As sent and in their order."""

    def __post_init__(self) -> None:
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        pairs = (line.partition(":") for line in lines if line)
        object.__setattr__(self, "headers", tuple((name, value.strip()) for name, _, value in pairs))

    @property
    def request_line(self) -> str:
        return self.head.decode("latin-1").split("\r\n", 1)[0]

    @property
    def path(self) -> str:
        """Without the query."""
        return self.request_line.split(" ")[1].split("?")[0]

    def header(self, name: str) -> str | None:
        """The value of a header that was sent at most once."""
        values = [value for sent, value in self.headers if sent.lower() == name.lower()]
        assert len(values) < 2, f"{name} was sent {len(values)} times"
        return values[0] if values else None

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The form's fields, in order, empty ones too."""
        text = self.body.decode("ascii")
        return parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict")

    @property
    def type(self) -> str:
        return dict(self.fields)["type"]

    @property
    def number(self) -> int:
        """`number_of_attempts`."""
        return int(dict(self.fields)["number_of_attempts"])

    @property
    def data(self) -> dict[str, Any]:
        """The record; its keys keep the order in which they were sent."""
        record = json.loads(dict(self.fields)["data"])
        assert isinstance(record, dict)
        return record

    @property
    def webhook_id(self) -> str:
        return self.header("webhook-id") or ""
