from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug.test import TestResponse

from extensions import db
from models import Contact
from tests.world import World, counts


def ask(world: World, method: str, path: str, body: object = None, **headers: str) -> TestResponse:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return world.app.test_client().open(
        f"/v2/{path}", method=method, json=body, headers={**world.headers("owner"), **given}
    )


def named(name: str) -> dict[str, object]:
    return {"contact": {"first_name": name}}


@pytest.fixture
def path(world: World) -> str:
    return f"contacts/{world.contact().id}"


def test_the_tag_stays_while_the_record_does(world: World, path: str) -> None:
    first, again = ask(world, "GET", path).headers["ETag"], ask(world, "GET", path).headers["ETag"]
    assert first == again
    assert not first.startswith("W/")
    changed = ask(world, "PUT", path, named("Ann")).headers["ETag"]
    assert changed != first
    assert ask(world, "GET", path).headers["ETag"] == changed


def test_what_the_caller_has_is_not_sent_again(world: World, path: str) -> None:
    tag = ask(world, "GET", path).headers["ETag"]
    same = ask(world, "GET", path, If_None_Match=f'"other", {tag}')
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag)
    ask(world, "PUT", path, named("Ann"))
    assert ask(world, "GET", path, If_None_Match=tag).status_code == 200


def test_what_is_embedded_is_part_of_the_tag(world: World, path: str) -> None:
    plain, embedded = (ask(world, "GET", asked).headers["ETag"] for asked in (path, f"{path}?expand=location"))
    assert plain != embedded
    assert ask(world, "GET", f"{path}?expand=location", If_None_Match=plain).status_code == 200
    assert ask(world, "PUT", path, named("Ann"), If_Match=embedded).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(("tag", "refused"), [("*", False), ('"other"', True), ("nonsense", True), ("{tag}", False)])
def test_a_record_is_changed_only_if_it_is_what_the_caller_saw(
    world: World,
    path: str,
    method: str,
    tag: str,
    refused: bool,  # noqa: FBT001
) -> None:
    given, before = tag.format(tag=ask(world, "GET", path).headers["ETag"]), counts()
    response = ask(world, method, path, named("Ann") if method != "DELETE" else None, If_Match=given)
    assert response.status_code == (412 if refused else 204 if method == "DELETE" else 200)
    assert (counts() == before) is refused


def test_of_two_changes_of_what_both_saw_one_is_refused(world: World, path: str) -> None:
    tag = ask(world, "GET", path).headers["ETag"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: ask(world, "PUT", path, named(f"Ann {n}"), If_Match=tag), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    [won] = [answer.json for answer in answers if answer.status_code == 200]
    db.session.rollback()
    db.session.expire_all()
    contact = db.session.get(Contact, path.partition("/")[2])
    assert contact is not None
    assert won is not None
    assert contact.first_name == won["contact"]["first_name"]


def test_a_config_is_guarded_too(world: World) -> None:
    path = f"postbackconfigs/{world.config().id}"
    tag, body = ask(world, "GET", path).headers["ETag"], {"postbackconfig": {"number_of_attempts": 3}}
    assert ask(world, "PUT", path, body, If_Match=tag).status_code == 200
    assert ask(world, "PUT", path, body, If_Match=tag).status_code == 412
    assert ask(world, "POST", f"{path}/rotatesecret", If_Match=tag).status_code == 412
    assert ask(world, "DELETE", path, If_Match=tag).status_code == 412


def test_an_address_that_cannot_compare_changes_nothing(world: World) -> None:
    before = counts()
    body = {"contact": {"last_name": "Jones", "location_id": world.here}}
    refused = ask(world, "POST", "contacts", body, If_Match='"a"')
    assert refused.status_code == 412
    assert counts() == before


def test_another_precondition_of_a_missing_record_is_no_matter(world: World) -> None:
    assert ask(world, "PUT", "contacts/missing", named("Ann"), If_Match='"a"').status_code == 404


@pytest.mark.parametrize("given", ['""', 'W/""', '"", "x"', ",", "W/", '"'])
def test_a_tag_of_nothing_fits_no_record(world: World, given: str) -> None:
    contact = world.contact()
    headers = {**world.headers("owner"), "If-Match": given}
    answer = world.app.test_client().delete(f"/v2/contacts/{contact.id}", headers=headers)
    assert answer.status_code == 412
    assert world.api().get(f"contacts/{contact.id}").status_code == 200
