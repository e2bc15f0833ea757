"""Names of time zones."""

from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator

from schemas.rules import broken, text


@cache
def known_zones() -> frozenset[str]:
    """Those that this machine knows. To look costs a walk through its files, so it is done once."""
    return frozenset(available_timezones())


def _known_zone(value: str) -> str:
    return value if value in known_zones() else broken("must be a time zone's name like America/New_York")


Zone = Annotated[str, text(64), AfterValidator(_known_zone)]
