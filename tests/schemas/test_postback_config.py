from typing import Any

import pytest

from models import PostbackConfig
from schemas.postback_config import CONFIG_KEYS, ConfigRules, PostbackConfigInput, config_shape
from schemas.refusals import Invalid
from schemas.validation import validated

LEAST: dict[str, object] = {
    "location_id": "here",
    "resource": "contact",
    "url": "https://example.org/a?b=c",
    "on_create": "1",
    "on_update": "1",
    "on_delete": "1",
}
RULES = ConfigRules(("invoice",), 2, lambda url: "It is the moon." if "moon" in url else None)


def errors_of(changes: dict[str, object], rules: ConfigRules = RULES) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        validated(PostbackConfigInput, {**LEAST, **changes}, rules)
    return refused.value.errors


def test_the_defaults() -> None:
    given = validated(PostbackConfigInput, LEAST, RULES)
    assert (given.is_active, given.format, given.number_of_attempts) == (True, "api-default", 1)
    assert (given.attempt_interval, given.expands, given.basic_auth_username) == (300, "", None)


GOOD: list[tuple[str, object, object]] = [
    ("url", "https://a.example/" + "b" * 494, "https://a.example/" + "b" * 494),
    ("resource", "invoice", "invoice"),
    ("is_active", "0", False),
    ("number_of_attempts", "100", 100),
    ("attempt_interval", 604800, 604800),
    ("attempt_interval", 2, 2),
    ("expands", None, ""),
    ("expands", " location ,postback_logs,location,", "location,postback_logs"),
    ("basic_auth_username", "", None),
    ("basic_auth_username", "Zoë", "Zoë"),
    ("basic_auth_password", None, None),
    ("product_transaction_id", None, None),
]


@pytest.mark.parametrize(("name", "value", "meant"), GOOD)
def test_what_a_config_may_have(name: str, value: object, meant: object) -> None:
    assert getattr(validated(PostbackConfigInput, {**LEAST, name: value}, RULES), name) == meant


BAD: list[tuple[str, object, str]] = [
    ("location_id", None, "Location Id cannot be blank."),
    ("resource", "", "Resource cannot be blank."),
    ("resource", "contacts", "Resource must be one of contact, transaction, transactionbatch, accountvault, invoice."),
    ("url", "", "Url cannot be blank."),
    ("url", ["https://a.example"], "Url must be text."),
    ("url", "https://moon.example/", "Url cannot be called: It is the moon."),
    ("url", "https://a.example/" + "b" * 495, "Url must be at most 512 characters."),
    ("on_create", None, "On Create cannot be blank."),
    ("on_update", "yes", "On Update must be 1 or 0."),
    ("is_active", 2, "Is Active must be 1 or 0."),
    ("format", "xml", "Format must be api-default."),
    ("format", ["api-default"], "Format must be api-default."),
    ("number_of_attempts", 0, "Number Of Attempts must be between 1 and 100."),
    ("number_of_attempts", 101, "Number Of Attempts must be between 1 and 100."),
    ("number_of_attempts", 1.5, "Number Of Attempts must be a whole number."),
    ("attempt_interval", 1, "Attempt Interval must be between 2 and 604800."),
    ("attempt_interval", 604801, "Attempt Interval must be between 1 and 604800."),
    ("expands", "history", "Expands may name location, created_user, changelogs, postback_logs."),
    ("expands", ["location"], "Expands must be text."),
    ("expands", "location," * 60, "Expands must be at most 512 characters."),
    ("basic_auth_username", "a:b", "Basic Auth Username must not contain a colon."),
    ("basic_auth_username", "a\nb", "Basic Auth Username contains characters that are not text."),
    ("basic_auth_username", "a" * 513, "Basic Auth Username must be at most 512 characters."),
    ("product_transaction_id", "p", "Product Transaction Id does not apply to contact."),
]


@pytest.mark.parametrize(("name", "value", "sentence"), BAD)
def test_what_a_config_may_not_have(name: str, value: object, sentence: str) -> None:
    assert errors_of({name: value}) == {name: [sentence]}


def test_a_missing_field_is_named_with_the_rest() -> None:
    with pytest.raises(Invalid) as refused:
        validated(PostbackConfigInput, {"attempt_interval": "soon"}, RULES)
    assert list(refused.value.errors) == [
        "location_id",
        "resource",
        "on_create",
        "on_update",
        "on_delete",
        "url",
        "attempt_interval",
    ]


def test_a_config_that_asks_for_no_event_is_none() -> None:
    assert list(errors_of({"on_create": "0", "on_update": "0", "on_delete": "0"})) == ["on_create"]


def test_a_password_needs_a_username() -> None:
    assert errors_of({"basic_auth_password": "x"}) == {"basic_auth_username": ["Basic Auth Username cannot be blank."]}


@pytest.mark.parametrize("resource", ["transaction", "transactionbatch"])
def test_these_resources_ask_for_a_product_transaction(resource: str) -> None:
    wrong = errors_of({"resource": resource})
    assert wrong == {"product_transaction_id": ["Product Transaction Id cannot be blank."]}
    given = validated(PostbackConfigInput, {**LEAST, "resource": resource, "product_transaction_id": "p"}, RULES)
    assert given.product_transaction_id == "p"


def test_a_stricter_deployment_keeps_nobody_from_changing_the_rest() -> None:
    stored: dict[str, object] = {"resource": "old", "url": "https://moon.example/", "attempt_interval": 1}
    rules = ConfigRules((), 300, RULES.url_refusal, accepted=stored)
    assert validated(PostbackConfigInput, {**LEAST, **stored, "is_active": 0}, rules).is_active is False
    assert list(errors_of({**stored, "url": "https://moon.example/2"}, rules)) == ["url"]


def config(**values: Any) -> PostbackConfig:
    flags = {"on_create": True, "on_update": False, "on_delete": True, "is_active": False}
    return PostbackConfig(id="c", resource="contact", url="https://a.example", **flags, **values)


def test_a_config_is_answered_in_the_documented_order_without_secrets() -> None:
    shape = config_shape(config(basic_auth_username="u", basic_auth_password=b"p", signing_secret=b"s"))
    assert tuple(shape) == CONFIG_KEYS
    assert (shape["on_create"], shape["on_update"], shape["is_active"]) == ("1", "0", "0")


def test_the_product_transaction_is_answered_where_it_applies() -> None:
    shape = config_shape(config(product_transaction_id="p"))
    assert list(shape)[-1] == "product_transaction_id"
