"""What a receiver can do to us, and what each attempt must come to: one table, run at the wire and as a whole."""

import gzip
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests import answers
from tests.answers import OK, Answer, repeat, respond, say
from tests.certificates import DAY, Authority, new_authority, only_tls_1_1, self_signed, tls
from tests.receiver import Receiver

NO_BODY = b"Content-Length: 0\r\n\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
FAILED = b"HTTP/1.1 500 Internal Server Error\r\n"


@dataclass(frozen=True, slots=True)
class Case:
    """An answer, and what becomes of the attempt: its reason code (None: delivered) and its status."""

    answer: Answer | None
    code: str | None = None
    status: int | None = None
    at_the_deadline: bool = False
    """Whether it is the deadline that ends it."""


def acknowledged(answer: Answer, status: int = 200, *, at_the_deadline: bool = False) -> Case:
    return Case(answer, None, status, at_the_deadline)


def refused(answer: Answer, status: int, *, at_the_deadline: bool = False) -> Case:
    return Case(answer, "http_status", status, at_the_deadline)


SILENCE = {
    "hang-before-head": Case(answers.hang, "read_timeout", None, True),
    "hang-inside-status-line": Case(answers.hang_inside_status_line, "read_timeout", None, True),
    "hang-inside-head": acknowledged(answers.hang_inside_head, at_the_deadline=True),
    "hang-after-head": acknowledged(say(OK + b"Content-Length: 5\r\n\r\n", then_wait=True), at_the_deadline=True),
    "hang-inside-body": acknowledged(answers.hang_inside_body, at_the_deadline=True),
    "hang-after-103": Case(say(b"HTTP/1.1 103 E\r\n\r\n", then_wait=True), "total_timeout", None, True),
    "hang-after-101": Case(say(b"HTTP/1.1 101 S\r\nUpgrade: x\r\n\r\n", then_wait=True), "total_timeout", None, True),
    "drip-head": acknowledged(answers.drip_head, at_the_deadline=True),
    "drip-failure": refused(answers.drip_failure, 500, at_the_deadline=True),
    "drip-body": acknowledged(answers.drip_body, at_the_deadline=True),
    "answer-after-the-deadline": Case(respond(200, after=5.0), "read_timeout", None, True),
}
WITHOUT_END = {
    "endless-body": acknowledged(answers.endless_body),
    "endless-chunks": acknowledged(repeat(CHUNKED, b"1\r\nx\r\n" * 2000)),
    "endless-100": Case(answers.endless_continue, "total_timeout", None, True),
    "flood-of-100": Case(repeat(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), "bad_response"),
    "endless-header-line": acknowledged(repeat(OK + b"X: ", b"y" * 16_000)),
    "endless-headers": acknowledged(repeat(OK, b"X-Big: y\r\n" * 1000)),
    "endless-status-line": Case(repeat(b"HTTP/1.1 ", b"9" * 16_000), "bad_response"),
    "endless-trailers": acknowledged(repeat(CHUNKED + b"0\r\n", b"X-T: y\r\n" * 2000)),
    "endless-chunk-extension": acknowledged(repeat(CHUNKED + b"2;", b"x" * 1000, 0.01), at_the_deadline=True),
    "64-kib-header-line": acknowledged(say(OK + b"X: " + b"y" * 65_536 + b"\r\n" + NO_BODY)),
    "10000-headers": acknowledged(say(OK + b"".join(b"X-%d: y\r\n" % n for n in range(10_000)) + NO_BODY)),
    "gzip-bomb": acknowledged(respond(200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(30_000_000)))),
}
INTERIM = {
    "102-then-200": acknowledged(say(b"HTTP/1.1 102 P\r\n\r\n" + OK + NO_BODY)),
    "103-then-200": acknowledged(answers.early_hints_then_ok),
    "103-then-nothing": Case(say(b"HTTP/1.1 103 E\r\n\r\n"), "no_response"),
    "204-with-body": acknowledged(say(b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello"), 204),
    "101-and-data": Case(say(b"HTTP/1.1 101 S\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\nxxxx"), "bad_response"),
}
LIES = {
    "negative-length": refused(say(FAILED + b"Content-Length: -1\r\n\r\n"), 500),
    "two-lengths": acknowledged(say(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx")),
    "too-long-a-length": acknowledged(answers.short_body),
    "too-short-a-length": acknowledged(say(OK + b"Content-Length: 1\r\n\r\nxHTTP/1.1 500 No\r\n\r\n")),
    "length-in-words": refused(say(FAILED + b"Content-Length: many\r\n\r\nx"), 500),
    "length-beyond-64-bits": acknowledged(say(OK + b"Content-Length: " + b"9" * 30 + b"\r\n\r\nx")),
    "chunk-that-is-none": acknowledged(say(CHUNKED + b"ZZ\r\nok\r\n0\r\n\r\n")),
    "chunk-beyond-64-bits": acknowledged(say(CHUNKED + b"F" * 20 + b"\r\nok\r\n")),
    "chunk-below-zero": acknowledged(say(CHUNKED + b"-2\r\nok\r\n0\r\n\r\n")),
}
NO_HTTP = {
    "garbage": Case(answers.garbage, "bad_response"),
    "http-0.9": Case(say(b"<html>hello</html>"), "bad_response"),
    "http-2-status-line": Case(say(b"HTTP/2 200 \r\n" + NO_BODY), "bad_response"),
    "http-2-frames": Case(say(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"x" * 18), "bad_response"),
    "ssh-banner": Case(say(b"SSH-2.0-OpenSSH_9.2\r\n"), "bad_response"),
    "status-999": refused(say(b"HTTP/1.1 999 Odd\r\n" + NO_BODY), 999),
    "status-000": Case(say(b"HTTP/1.1 000 Odd\r\n" + NO_BODY), "bad_response"),
    "status-of-four-digits": Case(say(b"HTTP/1.1 2000 OK\r\n" + NO_BODY), "bad_response"),
    "nul-in-the-status-line": Case(say(b"HTTP/1.1 200 O\x00K\r\n" + NO_BODY), "bad_response"),
    "nul-in-a-header": acknowledged(say(OK + b"X: a\x00b\r\n" + NO_BODY)),
    "nul-in-a-trailer": acknowledged(say(CHUNKED + b"0\r\nX: a\x00b\r\n\r\n")),
    "neither-utf-8-nor-text": refused(say(FAILED + b"X: \xff\xfe\r\nContent-Length: 4\r\n\r\n\xff\x00\xfe\x00"), 500),
}
HANGING_UP = {
    "close": Case(answers.close, "no_response"),
    "reset": Case(answers.reset, "connection_lost"),
    "reset-inside-body": acknowledged(answers.reset_inside_body),
}
ECHOES = {"echo": acknowledged(answers.echo()), "echo-failing": refused(answers.echo(500), 500)}
ODD_WAITS = {
    "negative": "-1",
    "huge": "9" * 40,
    "fraction": "1.5",
    "words": "soon",
    "empty": "",
    "past": "Mon, 01 Jan 1990 00:00:00 GMT",
    "far-future": "Fri, 31 Dec 9999 23:59:59 GMT",
    "no-date": "Mon, 99 Foo 2026 25:61:61 GMT",
    "bytes": "\xff\xfe",
}
OVERLOADED = b"HTTP/1.1 503 Service Unavailable\r\n"
RETRY_AFTER = {
    f"retry-after-{kind}": refused(
        say(OVERLOADED + b"Retry-After: " + value.encode("latin-1") + b"\r\n" + NO_BODY), 503
    )
    for kind, value in ODD_WAITS.items()
}
ANSWERED = {
    **SILENCE, **WITHOUT_END, **INTERIM, **LIES, **NO_HTTP, **HANGING_UP, **ECHOES, **RETRY_AFTER,
}  # fmt: skip
REDIRECTS = (301, 302, 303, 307, 308)


@dataclass
class Stage:
    """Everybody who misbehaves, at work."""

    receiver: Receiver
    canary: Receiver
    """Where redirects point to."""
    authority: Authority
    cases: dict[str, Case] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, url: str, case: Case) -> None:
        self.cases[name], self.urls[name] = case, url


@contextmanager
def hostile_receivers(folder: Path) -> Iterator[Stage]:
    """One URL for each case, all of them on loopback. Redirects lead to a canary, to a file, and to themselves."""
    with ExitStack() as stack:

        def listening(context: ssl.SSLContext | None = None) -> Receiver:
            receiver = Receiver(context).start()
            stack.callback(receiver.stop)
            return receiver

        stage = Stage(listening(), listening(), new_authority(folder))
        for name, case in ANSWERED.items():
            assert case.answer is not None
            stage.add(name, stage.receiver.plan(f"/{name}", case.answer), case)
        for name, case in _redirects(stage).items():
            assert case.answer is not None
            stage.add(name, stage.receiver.plan(f"/{name}", case.answer), case)
        port = stack.enter_context(answers.refused_port())
        stage.add("refuse", f"http://127.0.0.1:{port}/", Case(None, "connect_refused"))
        port = stack.enter_context(answers.full_port())
        stage.add("never-accept", f"http://127.0.0.1:{port}/", Case(None, "connect_timeout"))
        port = stack.enter_context(answers.silent_port())
        stage.add("accept-and-say-nothing", f"http://127.0.0.1:{port}/", Case(None, "read_timeout", None, True))
        stage.add("stalled-handshake", f"https://127.0.0.1:{port}/", Case(None, "tls_timeout"))
        stage.add("no-such-host", "http://no-such-host.invalid/", Case(None, "dns_failed"))
        for code, context in _flawed(stage.authority, folder).items():
            stage.add(code, listening(context).url("/"), Case(None, code.partition("-")[0]))
        stage.add("tls-without-tls", f"https://127.0.0.1:{stage.receiver.port}/", Case(None, "tls_handshake"))
        yield stage


def _redirects(stage: Stage) -> dict[str, Case]:
    targets = {"private": stage.canary.url("/"), "file": "file:///etc/hostname", "nowhere": "http://[::"}
    made = {}
    for status in REDIRECTS:
        for kind, target in {**targets, "itself": stage.receiver.url(f"/redirect-{status}-itself")}.items():
            made[f"redirect-{status}-{kind}"] = refused(respond(status, {"Location": target}), status)
    return made


def _flawed(authority: Authority, folder: Path) -> dict[str, ssl.SSLContext]:
    """What is wrong with each, by the code it has to get."""
    stranger = folder / "stranger"
    stranger.mkdir()
    return {
        "tls_expired": tls(authority.server(valid_from=-3 * DAY, valid_to=-DAY)),
        "tls_not_yet_valid": tls(authority.server(valid_from=DAY, valid_to=3 * DAY)),
        "tls_wrong_host": tls(authority.server("receiver.example")),
        "tls_untrusted": tls(new_authority(stranger).server()),
        "tls_self_signed": tls(self_signed(folder)),
        "tls_handshake-1.1": only_tls_1_1(authority.server()),
    }
