from models import User
from schemas.user import user_shape


def test_a_user_is_embedded_without_anything_that_signs_in() -> None:
    user = User(id="u", username="zoe", password_hash="$argon2id$…", email="zoe@example.org")
    assert user_shape(user) == {"id": "u", "username": "zoe", "first_name": None, "last_name": None}
