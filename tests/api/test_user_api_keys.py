from tests.world import Api, World


def test_a_key_is_made_shown_once_listed_and_revoked(world: World) -> None:
    api = world.api()
    made = api.post("users/me/generateuserapikey")
    assert made.status_code == 201
    assert made.json is not None
    assert list(made.json) == ["user"]
    assert list(made.json["user"]) == ["user_api_key"]
    key = made.json["user"]["user_api_key"]
    other = Api(api.client, {**api.headers, "user-api-key": key})
    listed = other.get("users/me/userapikeys")
    assert listed.json is not None
    assert key not in listed.text
    newest, first = listed.json["userapikeys"]
    assert list(newest) == ["id", "user_id", "prefix", "created_ts", "last_used_ts", "revoked_ts"]
    assert (newest["prefix"], newest["revoked_ts"]) == (key[:8], None)
    assert newest["last_used_ts"] is not None
    assert first["prefix"] == world.keys["owner"][:8]
    revoked = other.delete(f"users/me/userapikeys/{newest['id']}")
    assert (revoked.status_code, revoked.data) == (204, b"")
    assert other.get("users/me").status_code == 401
    assert api.delete(f"users/me/userapikeys/{newest['id']}").status_code == 404
    again = api.get("users/me/userapikeys")
    assert again.json is not None
    assert again.json["userapikeys"][0]["revoked_ts"] is not None


def test_an_admin_makes_keys_for_the_programs_below(world: World) -> None:
    program = world.users["program"].id
    made = world.api().post(f"users/{program}/generateuserapikey")
    assert made.json is not None
    headers = {**world.headers("program"), "user-api-key": made.json["user"]["user_api_key"]}
    assert Api(world.app.test_client(), headers).get("users/me").status_code == 200


def test_a_body_is_not_needed_and_not_looked_at(world: World) -> None:
    assert world.api().post("users/me/generateuserapikey", {"user": {}}).status_code == 201
