"""Users on the wire, where another record embeds one."""

from models import User


def user_shape(user: User) -> dict[str, object]:
    """Who it is, and nothing that signs in."""
    return {
        "id": user.id,
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
    }
