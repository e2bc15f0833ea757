from models import Attempt, Delivery, DeliveryState, Event, PostbackConfig
from schemas.delivery import POSTBACK_STATUS_IDS, attempt_shape, delivery_shape, postback_log_shape


def delivery(state: str = "waiting", resource: str = "contact") -> Delivery:
    event = Event(id="e", resource=resource, record_id="r", type="CREATE", product_transaction_id=None)
    config = PostbackConfig(id="c", url="https://a.example", number_of_attempts=3)
    delivery = Delivery(id="d", event_id="e", postback_config_id="c", location_id="l", state=state, attempts_made=1)
    delivery.created_ms, delivery.next_attempt_ms = 1_999, None
    delivery.event, delivery.config = event, config
    return delivery


def test_a_delivery_speaks_in_seconds_and_says_who_what_and_where() -> None:
    shape = delivery_shape(delivery())
    assert (shape["status"], shape["code"], shape["type"], shape["record_id"]) == ("waiting", None, "CREATE", "r")
    assert (shape["created_ts"], shape["next_attempt_ts"], shape["number_of_attempts"]) == (1, None, 3)


def test_an_attempt_shows_the_body_as_text_whatever_it_was() -> None:
    attempt = Attempt(number=2, sequence=3, state="failed", status=500, started_ms=5_400, response_body=b"\xff<b>")
    shape = attempt_shape(attempt)
    assert (shape["number"], shape["sequence"], shape["status"], shape["started_ts"]) == (2, 3, 500, 5)
    assert shape["response_body"] == "\ufffd<b>"


def test_every_state_has_a_number_in_the_postback_log() -> None:
    assert set(POSTBACK_STATUS_IDS) == set(DeliveryState)
    assert postback_log_shape(delivery("failed"))["postback_status_id"] == 3


def test_the_postback_log_names_models_in_camel_case() -> None:
    names = [postback_log_shape(delivery(resource=name))["model"] for name in ("contact", "accountvault", "my_thing")]
    assert names == ["Contact", "AccountVault", "MyThing"]
