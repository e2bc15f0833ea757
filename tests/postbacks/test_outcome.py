"""What an attempt came to: every code, every status, every way to say Retry-After."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from requests import PreparedRequest

from postbacks.failures import CERTIFICATE, CODES
from postbacks.outcome import LONGEST_RETRY_AFTER, SENTENCES, outcome_of, retry_after
from postbacks.wire import CurlResponse, Failure, Sent

NOW = 1_700_000_000.0
MOMENT = datetime.fromtimestamp(NOW, UTC)


def answered(status: int, *lines: bytes) -> Sent:
    return Sent(response=CurlResponse(PreparedRequest(), status, b"\n".join(lines), b"body"))


@pytest.mark.parametrize("status", [200, 201, 202, 204, 206, 226, 299])
def test_every_2xx_acknowledges(status: int) -> None:
    outcome = outcome_of(answered(status), NOW)
    assert (outcome.delivered, outcome.code, outcome.status) == (True, None, status)
    assert str(status) in outcome.reason


@pytest.mark.parametrize(
    "status", [300, 301, 302, 303, 304, 307, 308, 400, 401, 404, 410, 418, 429, 500, 503, 599, 999]
)
def test_everything_else_is_a_failed_attempt_with_advice(status: int) -> None:
    outcome = outcome_of(answered(status), NOW)
    assert (outcome.delivered, outcome.code, outcome.status) == (False, "http_status", status)
    assert not outcome.interrupted
    assert str(status) in outcome.reason
    assert outcome.advice
    assert outcome.advice.endswith(".")


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (302, "Redirects are never followed"),
        (401, "basic auth"),
        (404, "path"),
        (405, "POST"),
        (413, "1 MB"),
        (415, "form-encoded"),
        (503, "overloaded"),
        (500, "log"),
    ],
)
def test_the_advice_fits_the_status(status: int, word: str) -> None:
    assert word in str(outcome_of(answered(status), NOW).advice)


CODES_OF_THE_WIRE = sorted({*CODES.values(), *CERTIFICATE.values(), "connect_timeout", "read_timeout", "total_timeout"})


@pytest.mark.parametrize("code", [code for code in CODES_OF_THE_WIRE if code != "stale_connection"])
def test_every_failure_of_the_wire_keeps_its_code_and_has_its_own_sentences(code: str) -> None:
    outcome = outcome_of(Sent(failure=Failure(code, "libcurl's own words")), NOW)
    assert (outcome.delivered, outcome.code, outcome.status) == (False, code, None)
    assert (outcome.reason, outcome.advice) == SENTENCES[code]
    assert "libcurl" not in outcome.reason


def test_a_blocked_target_says_which_address() -> None:
    outcome = outcome_of(Sent(failure=Failure("blocked_target", "x.test resolves to 10.0.0.1.")), NOW)
    assert (outcome.code, outcome.reason) == ("blocked_target", "x.test resolves to 10.0.0.1.")
    assert outcome.advice


@pytest.mark.parametrize("sent", [Sent(), Sent(failure=Failure("never heard of"))])
def test_what_nobody_foresaw_is_internal_or_at_least_explained(sent: Sent) -> None:
    outcome = outcome_of(sent, NOW)
    assert not outcome.delivered
    assert (outcome.reason, outcome.advice) == SENTENCES["internal"]


def test_a_stale_connection_is_an_interruption_not_a_failure() -> None:
    outcome = outcome_of(Sent(failure=Failure("stale_connection"), stale=True), NOW)
    assert (outcome.code, outcome.interrupted, outcome.delivered) == ("interrupted", True, False)


def test_no_sentence_is_longer_than_its_column() -> None:
    assert all(len(text) <= 512 for pair in SENTENCES.values() for text in pair)


def test_an_answer_that_broke_off_is_acknowledged_and_says_so() -> None:
    for code, words in (("total_timeout", "did not finish"), ("connection_lost", "broke off")):
        sent = answered(202)
        sent.unfinished = code
        outcome = outcome_of(sent, NOW)
        assert (outcome.delivered, outcome.code, outcome.status) == (True, None, 202)
        assert words in outcome.reason
        assert "acknowledged" in str(outcome.advice)


def test_who_asks_for_time_is_told_that_it_is_given() -> None:
    assert "for 90 s" in str(outcome_of(answered(429, b"Retry-After: 90"), NOW).advice)
    assert "attempt interval" in str(outcome_of(answered(429, b"Retry-After: soon"), NOW).advice)


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_heard_where_it_belongs(status: int) -> None:
    assert outcome_of(answered(status, b"retry-after: 120"), NOW).retry_after == 120
    assert outcome_of(answered(status), NOW).retry_after is None


@pytest.mark.parametrize("status", [200, 301, 500, 502])
def test_retry_after_is_not_heard_elsewhere(status: int) -> None:
    assert outcome_of(answered(status, b"Retry-After: 120"), NOW).retry_after is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("1", 1),
        ("120", 120),
        ("00120", 120),
        ("0000000000120", 120),
        ("86399", 86_399),
        ("86400", LONGEST_RETRY_AFTER),
        ("86401", LONGEST_RETRY_AFTER),
        ("99999999999999999999", LONGEST_RETRY_AFTER),
        ("9" * 16_000, LONGEST_RETRY_AFTER),
        ("0" * 16_000, 0),
    ],
    ids=lambda value: str(value)[:24],
)
def test_seconds_are_taken_as_they_are_and_at_most_a_day(value: str, seconds: int) -> None:
    assert retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    ("after", "seconds"),
    [(-86_400_000, 0), (-1, 0), (0, 0), (1, 1), (90, 90), (3600, 3600), (86_401, 86_400), (864_000_000, 86_400)],
)
def test_an_http_date_is_counted_from_now_and_the_past_is_now(after: int, seconds: int) -> None:
    date = format_datetime(MOMENT + timedelta(seconds=after), usegmt=True)
    assert retry_after(date, NOW) == seconds


def test_a_date_in_another_zone_or_without_one_is_understood() -> None:
    there = (MOMENT + timedelta(seconds=90)).astimezone(timezone(timedelta(hours=-8)))
    assert retry_after(format_datetime(there), NOW) == 90
    assert retry_after(format_datetime((MOMENT + timedelta(seconds=90)).replace(tzinfo=None)), NOW) == 90


@pytest.mark.parametrize(
    "value",
    [
        None, "", " ", "-1", "-86400", "+5", "1.5", "1e3", "0x10", "1_000", "1,2", "120 seconds", "soon", "NaN",
        "\u0661\u0662\u0660", "\u00b2", "\uff11\uff12", "Mon, 99 Foo 2026 25:61:61 GMT", "Mon,", "GMT", ":", "; ; ;",
        "Mon, 01 Jan 99999999999 00:00:00 GMT", "Mon, 01 Jan 2020 00:00:00 +99999", "\x00", "é" * 5000,
    ],
    ids=lambda value: ascii(value)[:24],
)  # fmt: skip
def test_what_says_neither_is_not_heard(value: str | None) -> None:
    assert retry_after(value, NOW) is None


@pytest.mark.parametrize("now", [NOW, 4e9])
def test_dates_at_the_ends_of_the_calendar_break_nothing(now: float) -> None:
    assert retry_after("Mon, 01 Jan 0001 00:00:00 GMT", now) == 0
    assert retry_after("Fri, 31 Dec 9999 23:59:59 GMT", now) == LONGEST_RETRY_AFTER
