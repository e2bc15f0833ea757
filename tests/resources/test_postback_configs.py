from typing import Any

import pytest
from sqlalchemy import select

from extensions import db, settings
from models import Delivery, PostbackConfig, now_ms, now_ts, writing
from postbacks.encryption import Vault
from resources.postback_configs import (
    EXPANSIONS,
    create_postback_config,
    delete_postback_config,
    get_postback_config,
    postback_configs_in_sight,
    product_transactions_offered,
    rotate_secret,
    update_postback_config,
)
from resources.product_transactions import delete_product_transaction
from schemas.refusals import Forbidden, Gone, Invalid, NotFound
from tests.world import World, counts, seed_config


def decrypted(token: bytes | None) -> str | None:
    return None if token is None else Vault(settings().fernet_keys).decrypt(token)


def deliveries() -> list[Delivery]:
    db.session.rollback()
    return list(db.session.scalars(select(Delivery).order_by(Delivery.id)))


def update(world: World, config: PostbackConfig, **fields: object) -> PostbackConfig:
    return update_postback_config(world.actor("owner"), config.id, fields)


def test_the_secret_is_given_once_and_kept_encrypted(world: World) -> None:
    config, secret = create_postback_config(world.actor("owner"), seed_config(world.here))
    assert secret.startswith("whsec_")
    assert decrypted(config.signing_secret) == secret
    assert secret.encode() not in config.signing_secret
    assert EXPANSIONS["signing_secret_hint"](config) == "…" + secret[-4:]


def test_basic_auth_is_encrypted_replaced_and_cleared(world: World) -> None:
    config = world.config(basic_auth_username="zoë", basic_auth_password="pä:ss")
    assert config.basic_auth_username == "zoë"
    assert decrypted(config.basic_auth_password) == "pä:ss"
    assert config.basic_auth_set_ts == pytest.approx(now_ts(), abs=5)
    config = update(world, config, number_of_attempts=2)
    assert decrypted(config.basic_auth_password) == "pä:ss"
    config = update(world, config, basic_auth_password="new")
    assert (config.basic_auth_username, decrypted(config.basic_auth_password)) == ("zoë", "new")
    config = update(world, config, basic_auth_username=None)
    assert (config.basic_auth_password, config.basic_auth_set_ts) == (None, None)
    with pytest.raises(Invalid) as refused:
        update(world, config, basic_auth_password="x")
    assert list(refused.value.errors) == ["basic_auth_username"]


def test_every_change_counts_the_version_up(world: World) -> None:
    config = world.config()
    assert config.version == 1
    assert update(world, config, url="https://127.0.0.1/other").version == 2
    assert rotate_secret(world.actor("owner"), config.id)[0].version == 3
    delete_postback_config(world.actor("owner"), config.id)
    db.session.rollback()
    assert db.session.get_one(PostbackConfig, config.id).version == 4


def test_a_partial_change_is_judged_with_the_rest(world: World) -> None:
    config = world.config(on_update="0", on_delete="0")
    with pytest.raises(Invalid) as refused:
        update(world, config, on_create="0")
    assert list(refused.value.errors) == ["on_create"]
    with pytest.raises(Invalid) as refused:
        update(world, config, resource="transaction")
    assert list(refused.value.errors) == ["product_transaction_id"]
    id_ = world.product_transaction().id
    changed = update(world, config, resource="transaction", product_transaction_id=id_)
    assert changed.product_transaction_id == id_


def test_a_product_transaction_must_be_one_of_the_configs_location(world: World) -> None:
    mine, theirs = world.product_transaction(), world.product_transaction("head", location_id=world.elsewhere)
    gone, idle = world.product_transaction(), world.product_transaction(active="0")
    delete_product_transaction(world.actor("owner"), gone.id)
    about = {"resource": "transaction"}
    for id_ in ("missing", theirs.id, gone.id):
        with pytest.raises(Invalid) as refused:
            world.config(product_transaction_id=id_, **about)
        assert refused.value.errors == {"product_transaction_id": ["product_transaction_id provided is not valid"]}
    config = world.config(product_transaction_id=idle.id, **about)
    with pytest.raises(Invalid):
        update(world, config, product_transaction_id=theirs.id)
    with pytest.raises(Invalid):  # at the other location it is none
        update_postback_config(world.actor("head"), config.id, {"location_id": world.elsewhere})
    assert update(world, config, product_transaction_id=mine.id).product_transaction_id == mine.id


def test_a_config_from_before_there_were_product_transactions_may_be_changed(world: World) -> None:
    config = world.config(resource="transaction", product_transaction_id=world.product_transaction().id)
    with writing(db.session()):
        db.session.get_one(PostbackConfig, config.id).product_transaction_id = "from-before"
    assert update(world, config, number_of_attempts=3).number_of_attempts == 3


def test_deleted_product_transactions_are_not_offered(world: World) -> None:
    kept, gone = world.product_transaction(), world.product_transaction()
    delete_product_transaction(world.actor("owner"), gone.id)
    assert [one.id for one in product_transactions_offered(world.here)] == [kept.id]


@pytest.mark.parametrize(
    "url",
    [
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest",
        "https://0x0a000001/",
        "ftp://127.0.0.1/",
        "https://user:password@127.0.0.1/",
        "https://127.0.0.1/#part",
        "https://",
        "javascript:alert(1)",
        "https://127.0.0.1:99999/",
        "https://127.0.0.1\\@example.org/",
        "https://[::1/",
        "https://exa mple.org/",
        "\u202ehttps://example.org",
    ],
)
def test_a_target_that_may_not_be_called_is_refused(world: World, url: str) -> None:
    before = counts()
    with pytest.raises(Invalid) as refused:
        world.config(url=url)
    assert list(refused.value.errors) == ["url"]
    assert counts() == before
    config = world.config()
    with pytest.raises(Invalid):
        update(world, config, url=url)


@pytest.mark.parametrize("turn_off", ["update", "delete"])
def test_turning_off_cancels_what_waits_and_nothing_else(world: World, turn_off: str) -> None:
    config, other = world.config(), world.config()
    for _ in range(3):
        world.contact()
    with writing(db.session()):
        sending = db.session.scalars(select(Delivery).where(Delivery.postback_config_id == config.id)).first()
        assert sending is not None
        sending.state = "sending"
    if turn_off == "update":
        update(world, config, is_active=0)
    else:
        delete_postback_config(world.actor("owner"), config.id)
    states = [delivery.state for delivery in deliveries() if delivery.postback_config_id == config.id]
    assert sorted(states) == ["cancelled", "cancelled", "sending"]
    assert {delivery.state for delivery in deliveries() if delivery.postback_config_id == other.id} == {"waiting"}
    assert all(delivery.reason for delivery in deliveries() if delivery.state == "cancelled")


def test_a_deleted_config_is_gone(world: World) -> None:
    config = world.config()
    delete_postback_config(world.actor("owner"), config.id)
    with pytest.raises(NotFound):
        get_postback_config(world.actor("owner"), config.id)
    with pytest.raises(NotFound):
        delete_postback_config(world.actor("owner"), config.id)
    with pytest.raises(Gone):
        update(world, config, is_active=0)
    with pytest.raises(Gone):
        rotate_secret(world.actor("owner"), config.id)
    assert db.session.scalars(postback_configs_in_sight(world.actor("owner"))).all() == []


def test_rotating_lets_the_old_secret_sign_for_a_day(world: World) -> None:
    config, old = create_postback_config(world.actor("owner"), seed_config(world.here))
    config, new = rotate_secret(world.actor("owner"), config.id)
    assert decrypted(config.signing_secret) == new != old
    assert decrypted(config.previous_signing_secret) == old
    assert config.previous_secret_until_ts == pytest.approx(now_ts() + 86_400, abs=5)


def test_moving_takes_the_permission_at_both_ends(world: World) -> None:
    config = world.config("head")
    moved = update_postback_config(world.actor("head"), config.id, {"location_id": world.elsewhere})
    assert moved.location_id == world.elsewhere
    back = update_postback_config(world.actor("head"), config.id, {"location_id": world.here})
    with pytest.raises(Invalid) as refused:
        update(world, back, location_id=world.elsewhere)
    assert refused.value.errors == {"location_id": ["location_id provided is not valid"]}


def test_a_viewer_reads_and_changes_nothing(world: World) -> None:
    config = world.config()
    viewer, before = world.actor("viewer"), counts()
    assert get_postback_config(viewer, config.id).id == config.id
    for change in (
        lambda: create_postback_config(viewer, {}),
        lambda: update_postback_config(viewer, config.id, {"url": 1}),
        lambda: delete_postback_config(viewer, config.id),
        lambda: rotate_secret(viewer, config.id),
    ):
        with pytest.raises(Forbidden):
            change()
    assert counts() == before


def test_a_stranger_cannot_tell_a_foreign_config_from_none(world: World) -> None:
    config = world.config()
    stranger: Any = world.actor("stranger")
    for config_id in (config.id, "no-such-config", "a\x00b", ""):
        for act in (
            lambda id_: get_postback_config(stranger, id_),
            lambda id_: update_postback_config(stranger, id_, {}),
            lambda id_: delete_postback_config(stranger, id_),
            lambda id_: rotate_secret(stranger, id_),
        ):
            with pytest.raises(NotFound):
                act(config_id)


def test_stats_count_the_last_day(world: World) -> None:
    config = world.config()
    for _ in range(6):
        world.contact()
    with writing(db.session()):
        rows = db.session.scalars(select(Delivery).order_by(Delivery.id)).all()
        for latency_ms, delivery in zip([10, 20, 30, 400], rows, strict=False):
            delivery.state, delivery.finished_ms = "delivered", delivery.created_ms + latency_ms
        rows[4].state, rows[4].finished_ms = "failed", now_ms()
    assert EXPANSIONS["stats"](config) == {"delivered": 4, "failed": 1, "waiting": 1, "p50_ms": 20, "p95_ms": 400}


def test_stats_of_a_fresh_config_are_empty(world: World) -> None:
    stats = EXPANSIONS["stats"](world.config())
    assert stats == {"delivered": 0, "failed": 0, "waiting": 0, "p50_ms": None, "p95_ms": None}
