"""What each role may do, in plain words."""

from typing import NamedTuple


class RoleWords(NamedTuple):
    """`opens`: which doors it opens."""

    name: str
    does: str
    opens: str


ROLE_WORDS = {
    "viewer": RoleWords(
        "Viewer", "Reads everything: records, postbacks, deliveries. Changes nothing.", "Console and API"
    ),
    "operator": RoleWords(
        "Operator",
        "Also adds, changes and deletes records and postbacks; retries, cancels and replays deliveries.",
        "Console and API",
    ),
    "integration": RoleWords("Integration", "Does what an operator does. Meant for programs.", "API only"),
    "admin": RoleWords(
        "Admin",
        "Does everything, locations included; alone sees users and the audit log, and gives roles.",
        "Console and API",
    ),
}


def role_word(role: str) -> str:
    """The role's name; an unknown one is its own."""
    return ROLE_WORDS[role].name if role in ROLE_WORDS else role
