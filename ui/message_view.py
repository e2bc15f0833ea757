"""A message of an inbox as its page shows it: everything in it is a stranger's, and shown as inert text."""

import json
from dataclasses import dataclass

from models import InboxMessage
from ui.inert import InertText, form_fields, inert_text, pretty_json, visible
from ui.record_names import record_name
from ui.words import resource_words

VERDICTS = {
    "verified": ("Signature verified", "good", "circle-check"),
    "wrong": ("Signature wrong", "bad", "shield-x"),
    "missing": ("Not signed", "still", "circle-question-mark"),
    "unknown": ("Unknown delivery", "warn", "circle-question-mark"),
}
HAPPENED = {"CREATE": "created", "UPDATE": "updated", "DELETE": "deleted"}
LONGEST_WORD = 40


@dataclass(frozen=True, slots=True)
class Verdict:
    text: str
    tone: str
    mark: str


@dataclass(frozen=True, slots=True)
class MessageView:
    message: InboxMessage
    title: str
    subtitle: str | None
    attempt: str | None
    """The `number_of_attempts` it carries."""
    verdict: Verdict
    fields: list[tuple[str, str]]
    """The decoded form fields but `data`; none where the body is no form."""
    data: str | None
    headers: list[tuple[str, str]]
    raw: InertText
    delivery_id: str | None


def view_of_message(message: InboxMessage) -> MessageView:
    fields = form_fields(message.body)
    named = dict(fields)
    headers = _headers(message.headers)
    data = named.get("data")
    return MessageView(
        message=message,
        title=_title(named),
        subtitle=visible(record_name(data) or "") or None if data else None,
        attempt=_word(named.get("number_of_attempts")),
        verdict=Verdict(*VERDICTS.get(message.signature, VERDICTS["unknown"])),
        fields=[(visible(name), visible(value)) for name, value in fields if name != "data"],
        data=None if data is None else pretty_json(data) or visible(data),
        headers=headers,
        raw=inert_text(message.body),
        delivery_id=next((value for name, value in headers if name.lower() == "webhook-id"), None),
    )


def _title(named: dict[str, str]) -> str:
    resource, type_ = _word(named.get("resource")), _word(named.get("type"))
    if not resource or not type_:
        return "Something else"
    happened = HAPPENED.get(type_)
    return f"{resource_words(resource).capitalize()} {happened}" if happened else f"{resource} {type_}"


def _word(text: str | None) -> str | None:
    return visible(text[:LONGEST_WORD]) if text else None


def _headers(stored: str) -> list[tuple[str, str]]:
    return [(visible(name), visible(value)) for name, value in json.loads(stored).items()]
