"""The ways in which the product says no. Both doors turn each into an answer that a person can act on.

Verbs raise these and nothing else for what a caller did wrong; a refusal leaves nothing half-written.
"""


class Refusal(Exception):
    """Base of all refusals; `message` is a sentence for people."""

    status = 400
    retry_after: int | None = None
    """Seconds after which the same is no longer refused for the same reason."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(Refusal):
    """Values break the rules: field name → sentences."""

    status = 422

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__("Some values are not valid.")
        self.errors = errors


class NotFound(Refusal):
    """There is no such record, or the caller may not know of it: the same answer for both."""

    status = 404

    def __init__(self, message: str = "There is no such record.") -> None:
        super().__init__(message)


class Forbidden(Refusal):
    """The caller may see it, but not do this."""

    status = 403

    def __init__(self, permission: str) -> None:
        super().__init__(f"Your role lacks the permission {permission}.")
        self.permission = permission


class Gone(Refusal):
    """The record was deleted and takes no further changes."""

    status = 409

    def __init__(self, message: str = "This record was deleted.") -> None:
        super().__init__(message)


class TooMany(Refusal):
    """The caller did this too often in too short a time."""

    status = 429

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Busy(Refusal):
    """This process has its hands full with others of the same kind; nothing was done."""

    status = 503
    retry_after = 5


class Conflict(Refusal):
    """The record does not stand as this asks of it; the message says what to do instead."""

    status = 409
