"""A person's retry on the wire."""

from schemas.rules import Flag
from schemas.validation import Input


class RetryInput(Input):
    force: Flag = False
    """That it is sent again though it was delivered."""
