"""Malformed and odd JSON at every address that takes a body."""

import json
import random
from collections.abc import Iterator

from flask import Flask

from tests.authorization.ground import Ground
from tests.fuzz.malformed import malformed, odd, public_bodies
from tests.fuzz.stage import Effort
from tests.fuzz.writes import Write, writes_of
from tests.world import new_world

OPTIONAL = {"POST v2.postbackdeliveries.retry"}
"""Addresses where no body at all is fine too."""


def faults_of_bodies(ground: Ground, rng: random.Random, share: float) -> Iterator[str]:
    """Send this share of all bodies to each address; what is wrong with the answers, in sentences."""
    for write in writes_of(ground):
        for raw in malformed(write.wrapper, write.least):
            if rng.random() < share and (raw or write.name not in OPTIONAL):
                yield from _judged(write, raw, {400})
        for raw in odd(write.wrapper):
            if rng.random() < share:
                yield from _judged(write, raw, {400, 422})
        for raw, is_json in public_bodies():
            if rng.random() < share and (raw or write.name not in OPTIONAL):
                yield from _judged(write, raw, {400, 422} if is_json else {400})


def _judged(write: Write, raw: bytes, wanted: set[int]) -> Iterator[str]:
    path = write.path(fresh=False)  # made here, so that it does not count as written
    before = write.ground.writes.state()
    answer = write.send(raw, path)
    if answer.status_code not in wanted:
        taken = answer.status_code < 400 and _changes_nothing(write, raw)
        if not taken:
            yield f"{write.name} {path} {raw[:100]!r}: {answer.status_code}: {answer.text[:200]}"
    elif write.ground.writes.state() != before:
        yield f"{write.name} {raw[:100]!r}: was refused and wrote"
    elif not answer.is_json:
        yield f"{write.name} {raw[:100]!r}: answered {answer.content_type}"


def _changes_nothing(write: Write, raw: bytes) -> bool:
    """Whether a change was asked for that names no field: an empty object is a change of nothing."""
    return bool(json.loads(raw) == {write.wrapper: {}} and write.route.method in {"PUT", "PATCH"})


def run(app: Flask, effort: Effort) -> Iterator[str]:
    """Every body at every address."""
    with app.app_context():
        ground = Ground(new_world(app))
        yield from faults_of_bodies(ground, random.Random(effort.seed), effort.share)
        ground.writes.close()
