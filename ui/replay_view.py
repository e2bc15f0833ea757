"""A replay as its page shows it: how far it is, what became of what it sent, what one may do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select

from extensions import db
from models import PostbackConfig, PostbackReplay, ReplayState
from resources.postback_replays import outcomes_of
from ui.replay_asked import replay_words

WORDS = {"running": "Running", "paused": "Paused", "finished": "Finished", "cancelled": "Cancelled"}
TONES = {"running": "busy", "paused": "warn", "finished": "good", "cancelled": "still"}
MARKS = {"running": "loader", "paused": "circle-pause", "finished": "circle-check", "cancelled": "ban"}
OUTCOMES = (
    ("delivered", "Delivered"),
    ("waiting", "Waiting"),
    ("sending", "Sending"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
)
UNFINISHED = ("waiting", "sending")


@dataclass(frozen=True, slots=True)
class ReplayLine:
    """A replay in a list, with what it is about in words."""

    replay: PostbackReplay
    about: list[tuple[str, str]]

    @property
    def word(self) -> str:
        return WORDS[self.replay.state]

    @property
    def tone(self) -> str:
        return TONES[self.replay.state]

    @property
    def mark(self) -> str:
        return MARKS[self.replay.state]

    @property
    def percent(self) -> int:
        """How much of it is made due; all of it once it is finished, whatever was passed over."""
        if self.replay.state == ReplayState.FINISHED:
            return 100
        return min(99, 100 * self.replay.done // self.replay.total) if self.replay.total else 0


@dataclass(frozen=True, slots=True)
class ReplayView:
    line: ReplayLine
    outcomes: Mapping[str, int]
    """How what it made due stands now, by state."""

    @property
    def replay(self) -> PostbackReplay:
        return self.line.replay

    @property
    def settled(self) -> int:
        """How many of those that it made due have come to their end."""
        return sum(number for state, number in self.outcomes.items() if state not in UNFINISHED)

    @property
    def is_over(self) -> bool:
        return self.replay.state in {ReplayState.FINISHED, ReplayState.CANCELLED}

    @property
    def is_final(self) -> bool:
        """Whether nothing on the page will change by itself."""
        waits = any(self.outcomes[state] for state in UNFINISHED)
        return not waits and self.replay.state != ReplayState.RUNNING

    @property
    def passed_over(self) -> int:
        """How many others dealt with in the meantime; known at the end."""
        replay = self.replay
        return max(0, replay.total - replay.done) if replay.state == ReplayState.FINISHED else 0

    @property
    def seconds_left(self) -> int | None:
        """How long it still takes at its rate; None where it does not run."""
        replay = self.replay
        if replay.state != ReplayState.RUNNING:
            return None
        return -(-max(0, replay.total - replay.done) // replay.rate)

    @property
    def result(self) -> list[tuple[str, str, int]]:
        """State, word and number of everything that there is any of."""
        return [(state, word, self.outcomes[state]) for state, word in OUTCOMES if self.outcomes[state]]

    @property
    def tag(self) -> str:
        """Changes exactly when the page would look different, clocks aside."""
        replay = self.replay
        facts = (replay.state, replay.done, replay.reason, sorted(self.outcomes.items()))
        return sha256(repr(facts).encode()).hexdigest()[:32]


def view_of_replay(replay: PostbackReplay) -> ReplayView:
    [line] = lines_of([replay])
    return ReplayView(line, outcomes_of(replay))


def lines_of(replays: Sequence[PostbackReplay]) -> list[ReplayLine]:
    ids = {replay.postback_config_id for replay in replays if replay.postback_config_id}
    found = db.session.execute(select(PostbackConfig.id, PostbackConfig.url).where(PostbackConfig.id.in_(ids)))
    urls = {config_id: url for config_id, url in found}  # noqa: C416 - rows are no pairs to mypy
    return [ReplayLine(replay, replay_words(replay, urls.get(replay.postback_config_id or ""))) for replay in replays]
