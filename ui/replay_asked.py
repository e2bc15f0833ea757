"""What a replay is to be about, as its form asks for it: read from an address or a form, told in words."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import tzinfo
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from models import PostbackReplay
from schemas.postback_replay import AGAIN, DEFAULT_RATE, SKIPPED
from ui.moments import field_text, moment_ms, moment_text
from ui.zones import current_zone, named_zone

LONGEST = 255
CODES = {"300|399": "3xx", "400|499": "4xx", "500|599": "5xx"}
STATUS_WORDS = {"failed": "Failed", "cancelled": "Cancelled", "delivered": "Delivered (again, by force)"}
TOLD_WORDS = {"failed": "Failed", "cancelled": "Cancelled", "delivered": "Delivered"}
SKIPPED_WORDS = {"inactive_config": "Missed while paused", "no_config": "Happened before anybody asked"}
"""Why events became no delivery, as people would say it."""


@dataclass(frozen=True, slots=True)
class ReplayAsked:
    """The form's values; texts as they were typed."""

    postback_config_id: str = ""
    status: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    code: str = ""
    reason_code: str = ""
    resource: str = ""
    type: str = ""
    begin: str = ""
    """From when on, as an address holds a moment; included. What is none stays as it was typed."""
    end: str = ""
    rate: str = str(DEFAULT_RATE)

    @property
    def is_blank(self) -> bool:
        return not (self.status or self.skipped)

    def wire(self, location_id: str) -> dict[str, object]:
        """The same as the fields of the API."""
        begin, end = _seconds(self.begin), _seconds(self.end)
        return {
            "location_id": location_id,
            "postback_config_id": self.postback_config_id or None,
            "status": ",".join(self.status) or None,
            "skipped": ",".join(self.skipped) or None,
            "code": self.code or None,
            "reason_code": self.reason_code or None,
            "resource": self.resource or None,
            "type": self.type or None,
            "created_ts_from": begin,
            "created_ts_to": end,
            "force": "1" if "delivered" in self.status else "0",
            "rate": self.rate,
        }

    def pairs(self) -> list[tuple[str, str]]:
        """The query parameters or hidden fields that ask for this."""
        told: list[tuple[str, str]] = []
        for field in fields(self):
            value = getattr(self, field.name)
            told += [(field.name, one) for one in value] if isinstance(value, tuple) else [(field.name, value)]
        return [(name, value) for name, value in told if value]

    @property
    def query(self) -> str:
        return urlencode(self.pairs())


def asked_replay(given: MultiDict[str, str]) -> ReplayAsked:
    """What these parameters ask for. Lists may be repeated or written with commas; times are read in the
    form's `zone`, else in the reader's, and may be epoch seconds."""

    def text(name: str) -> str:
        return "".join(letter for letter in given.get(name, "")[:LONGEST] if letter.isprintable()).strip()

    zone = named_zone(text("zone")) or current_zone()
    return ReplayAsked(
        postback_config_id=text("postback_config_id"),
        status=_some_of(given.getlist("status"), AGAIN),
        skipped=_some_of(given.getlist("skipped"), SKIPPED),
        code=text("code"),
        reason_code=text("reason_code"),
        resource=text("resource"),
        type=text("type"),
        begin=_moment(text("begin"), zone) or _counted(text("created_ts_from")),
        end=_moment(text("end"), zone, last=True) or _counted(text("created_ts_to")),
        rate=text("rate") or str(DEFAULT_RATE),
    )


def replay_words(replay: PostbackReplay, config_url: str | None) -> list[tuple[str, str]]:
    """What a replay is about, as labels and what stands there."""
    states = " and ".join(word for one, word in TOLD_WORDS.items() if one in _parts(replay.status))
    words = [f"{states.capitalize()} deliveries"] if states else []
    words += [SKIPPED_WORDS.get(one, one) for one in _parts(replay.skipped)]
    told = [("What", ", ".join(words))]
    if replay.postback_config_id:
        told.append(("To", config_url or replay.postback_config_id))
    codes = ", ".join(CODES.get(one, one.replace("|", "–")) for one in _parts(replay.code))  # noqa: RUF001
    types = ", ".join(one.capitalize() for one in _parts(replay.type))
    others = (("Code", codes), ("Reason", replay.reason_code), ("Resource", replay.resource), ("Event", types))
    told += [(label, text.replace(",", ", ")) for label, text in others if text]
    begin, before = replay.created_from_ms, replay.created_before_ms
    told += [("Since", _told(begin))] if begin is not None else []
    told += [("Until", _told(before - 1))] if before is not None else []
    return told


def _some_of(given: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    asked = {word.strip() for text in given for word in text[:LONGEST].split(",")}
    return tuple(name for name in names if name in asked)


def _parts(text: str | None) -> list[str]:
    return text.split(",") if text else []


def _seconds(text: str) -> int | str | None:
    """Epoch seconds; a text that is no moment stays, for the schema to refuse."""
    ms = moment_ms(text)
    return (text or None) if ms is None else ms // 1000


def _told(ms: int) -> str:
    """The moment as the reader's clock shows it."""
    zone = current_zone()
    return f"{field_text(ms, zone).replace('T', ' ')} {zone}"


def _moment(text: str, zone: tzinfo, *, last: bool = False) -> str:
    """As an address holds it; what is no moment stays, to be refused where it was typed."""
    return moment_text(moment_ms(text, zone, last=last)) or text


def _counted(text: str) -> str:
    return moment_text(int(text) * 1000) if text.isascii() and text.isdigit() and len(text) <= 11 else ""  # noqa: PLR2004
