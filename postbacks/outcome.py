"""What an attempt came to: delivered or not, a stable code, a plain sentence and the next step. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from postbacks.wire import Failure, Sent

LONGEST_RETRY_AFTER = 24 * 3600
RETRY_AFTER_STATUSES = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Outcome:
    delivered: bool
    code: str | None
    reason: str
    advice: str | None = None
    status: int | None = None
    retry_after: int | None = None
    """Seconds the receiver asks to be left alone, at most a day."""
    interrupted: bool = False
    """Whether the receiver got the request is unknown; such an attempt does not count."""


def outcome_of(sent: Sent, now: float) -> Outcome:
    """Judge one attempt. `now` is epoch seconds, for a Retry-After that names a date."""
    if sent.response is None:
        return _failed(sent.failure or Failure("internal"), stale=sent.stale)
    status = sent.response.status_code
    if 200 <= status < 300:  # noqa: PLR2004
        return _delivered(status, sent.unfinished)
    wait = None
    if status in RETRY_AFTER_STATUSES:
        wait = retry_after(sent.response.headers.get("Retry-After"), now)
    reason = f"The receiver answered {status}{_meaning(status)}."
    return Outcome(False, "http_status", reason, _advice_for_status(status, wait), status, wait)


def _delivered(status: int, unfinished: str | None) -> Outcome:
    if unfinished is None:
        return Outcome(delivered=True, code=None, reason=f"The receiver answered {status}.", status=status)
    late = unfinished == "total_timeout"
    rest = "did not finish its answer in time" if late else "broke off, or garbled, the rest of its answer"
    advice = "It counts as acknowledged; let the receiver answer with a short 2xx and an exact length."
    return Outcome(True, None, f"The receiver answered {status}, but {rest}.", advice, status)


def retry_after(value: str | None, now: float) -> int | None:
    """The seconds that a Retry-After header asks for: a number or an HTTP date; None where it says neither."""
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return min(int(value.lstrip("0")[:9] or 0), LONGEST_RETRY_AFTER)
    try:
        named = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    moment = named if named.tzinfo else named.replace(tzinfo=UTC)
    return max(0, min(int((moment - datetime.fromtimestamp(now, UTC)).total_seconds()), LONGEST_RETRY_AFTER))


INTERRUPTED = Outcome(
    False,
    "interrupted",
    "The worker stopped before the outcome was known.",
    "It is sent again by itself with the same webhook-id; the receiver may have got it already.",
    interrupted=True,
)
STALE = Outcome(
    False,
    "interrupted",
    "The receiver closed a kept-alive connection before it answered.",
    "It is sent again by itself on a new connection; the receiver may have got it already.",
    interrupted=True,
)

# code: (what happened, what to do)
SENTENCES = {
    "connect_refused": (
        "The receiver refused the connection.",
        "Check that the receiver runs, and that the URL's host and port are right.",
    ),
    "connect_timeout": (
        "The receiver did not accept a connection in time.",
        "Check that the host is reachable and that its firewall lets this server in.",
    ),
    "read_timeout": (
        "The receiver took the request but answered nothing in time.",
        "Let the receiver answer 2xx first and do its work afterwards.",
    ),
    "total_timeout": (
        "The receiver began to answer but did not finish in time.",
        "Let the receiver answer with a short 2xx at once.",
    ),
    "tls_timeout": (
        "TLS: the handshake did not finish in time.",
        "Check the receiver's TLS server, or whether a firewall swallows the handshake.",
    ),
    "tls_expired": ("TLS: the receiver's certificate has expired.", "Ask the receiver to renew its certificate."),
    "tls_not_yet_valid": (
        "TLS: the receiver's certificate is not valid yet.",
        "Check the clock of whoever issued it, and when its validity begins.",
    ),
    "tls_self_signed": (
        "TLS: the receiver's certificate is self-signed.",
        "Ask the receiver for a certificate of a public authority, or add theirs to the CA bundle.",
    ),
    "tls_untrusted": (
        "TLS: the receiver's certificate is signed by an unknown authority.",
        "Check that the receiver sends its whole chain, or add its authority to the CA bundle.",
    ),
    "tls_wrong_host": (
        "TLS: the receiver's certificate names another host.",
        "Use the host name that the certificate is made for.",
    ),
    "tls_handshake": (
        "TLS: no secure connection could be agreed on.",
        "Check that the port speaks TLS 1.2 or newer, and not plain HTTP.",
    ),
    "dns_failed": (
        "The URL's host name could not be resolved.",
        "Check the host name in the URL, and its DNS records.",
    ),
    "bad_response": (
        "The receiver's answer is not valid HTTP/1.1.",
        "Check that the port belongs to a web server, and whether it wants https in the URL.",
    ),
    "connection_lost": (
        "The connection broke before the receiver answered.",
        "Look into the receiver's log for a crash or a proxy that cut the connection.",
    ),
    "no_response": (
        "The receiver closed the connection without an answer.",
        "Look into the receiver's log; it ended the request without a status line.",
    ),
    "internal": ("The attempt failed inside this system.", "Tell whoever runs this system; the log has the details."),
}


def _failed(failure: Failure, *, stale: bool) -> Outcome:
    if stale:
        return STALE
    if failure.code == "blocked_target":
        return Outcome(
            False, failure.code, failure.detail, "Use a public address, or have an administrator allow this one."
        )
    reason, advice = SENTENCES.get(failure.code, SENTENCES["internal"])
    return Outcome(False, failure.code, reason, advice)


MEANINGS = {
    301: "moved permanently", 302: "found", 303: "see other", 307: "temporary redirect", 308: "permanent redirect",
    400: "bad request", 401: "unauthorized", 403: "forbidden", 404: "not found", 405: "method not allowed",
    408: "request timeout", 409: "conflict", 410: "gone", 413: "content too large", 415: "unsupported media type",
    422: "unprocessable content", 429: "too many requests", 500: "internal server error", 501: "not implemented",
    502: "bad gateway", 503: "service unavailable", 504: "gateway timeout",
}  # fmt: skip


def _meaning(status: int) -> str:
    return f" ({MEANINGS[status]})" if status in MEANINGS else ""


ADVICE = {
    401: "Check the config's basic auth, or what the receiver's gateway lets through.",
    404: "Check the path in the config's URL.",
    405: "Let the receiver accept POST at this path, or correct the path in the config's URL.",
    413: "Let the receiver take bodies of up to 1 MB; fewer expands in the config make them shorter.",
    415: "Let the receiver read form-encoded bodies (application/x-www-form-urlencoded); this is no JSON.",
    429: "The receiver is overloaded; a longer attempt interval, or a Retry-After in its answer, gives it time.",
}
ADVICE |= {403: ADVICE[401], 410: ADVICE[404], 503: ADVICE[429]}


def _advice_for_status(status: int, wait: int | None) -> str:
    if 300 <= status < 400:  # noqa: PLR2004
        return "Redirects are never followed; put the final address into the config's URL."
    if wait:
        return f"The receiver asks to be left alone for {wait} s; the next attempt waits at least as long."
    return ADVICE.get(status, "Look into the receiver's log for this time; only a 2xx answer acknowledges a postback.")
