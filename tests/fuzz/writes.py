"""Every address of the API that takes a body, with one that it accepts and the fields that it knows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from schemas.validation import Input
from tests.authorization.expectations import Expected
from tests.authorization.ground import Ground
from tests.authorization.matrix import Route, routes_of
from tests.authorization.table import API


@dataclass(frozen=True, slots=True)
class Write:
    """One method of one address. Calls are made by the admin of the place."""

    ground: Ground
    route: Route
    expected: Expected

    @property
    def name(self) -> str:
        return self.route.name

    @property
    def whole(self) -> dict[str, Any]:
        """A body that is accepted."""
        return self.expected.filled(self.ground.world.here)

    @property
    def wrapper(self) -> str:
        return next(iter(self.whole))

    @property
    def least(self) -> dict[str, Any]:
        """The record in it; of a list, the first one."""
        held = self.whole[self.wrapper]
        return dict(held[0] if isinstance(held, list) else held)

    @property
    def fields(self) -> list[str]:
        model = inputs().get(self.wrapper.removesuffix("s")) or inputs().get(self.wrapper)
        return list(dict.fromkeys([*self.least, *(model.model_fields if model else ())]))

    def wrapped(self, record: object) -> dict[str, Any]:
        held = self.whole[self.wrapper]
        return {self.wrapper: [record] if isinstance(held, list) else record}

    def path(self, *, fresh: bool) -> str:
        """To a record that is kept for this, or to one that nothing was done to."""
        pick = self.ground.fresh if fresh else self.ground.one
        ids = [pick(kind, "own") for kind in self.route.kinds(self.expected)]
        built = self.route.rule.build({**self.route.words, **dict(zip(self.route.arguments, ids, strict=True))})
        assert built
        return built[1]

    def send(self, raw: bytes, path: str) -> TestResponse:
        client = self.ground.world.app.test_client(use_cookies=False)
        headers = {**self.ground.world.headers("owner"), "Content-Type": "application/json"}
        return client.open(path, method=self.route.method, data=raw, headers=headers)


def inputs() -> dict[str, type[Input]]:
    """The input models, by the wrapper that their names suggest."""
    return {model.__name__.removesuffix("Input").lower(): model for model in Input.__subclasses__()}


def writes_of(ground: Ground) -> Iterator[Write]:
    for route in routes_of(ground.world.app):
        if route.name in API and API[route.name].filled(ground.world.here):
            yield Write(ground, route, API[route.name])
