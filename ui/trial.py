"""A test send's outcome, as the console shows it."""

from dataclasses import dataclass

from models import Attempt
from resources.test_sends import Tried
from ui.inert import InertText, header_lines, inert_text, pretty_json
from ui.words import attempt_word


@dataclass(frozen=True, slots=True)
class Trial:
    attempt: Attempt
    word: str
    request_headers: list[tuple[str, str]]
    response_headers: list[tuple[str, str]]
    response: InertText | None
    """None where no answer came."""
    response_json: str | None
    left: int
    """How many more tests may follow at once."""

    @property
    def tone(self) -> str:
        return {"Delivered": "good", "Blocked": "barred"}.get(self.word, "bad")


def trial_of(tried: Tried) -> Trial:
    attempt = tried.attempt
    response = None if attempt.status is None else inert_text(attempt.response_body or b"")
    return Trial(
        attempt=attempt,
        word=attempt_word(attempt),
        request_headers=header_lines(attempt.request_headers),
        response_headers=header_lines(attempt.response_headers),
        response=response,
        response_json=pretty_json(response.text) if response and not response.note else None,
        left=tried.left,
    )
