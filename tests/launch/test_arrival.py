"""When a request has arrived whole: at the very byte at which the server's parser will have read all of it."""

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import ParseException
from gunicorn.http.parser import RequestParser

from launch.arrival import HEAD_SECONDS, LARGEST_BODY, LARGEST_HEAD, LARGEST_TRAILERS, LEAST_RATE, SIZE_LINE, Arrival
from launch.connection import Received

LINE = b"POST / HTTP/1.1\r\nHost: x\r\n"
CHUNKS = LINE + b"Transfer-Encoding: chunked\r\n\r\n"
EXPECT = b"Expect: 100-continue\r\n"
NEXT = b"GET /next HTTP/1.1\r\n"
LATER = 1000.0

WHOLE = {
    "no body": LINE + b"\r\n",
    "no header": b"GET / HTTP/1.1\r\n\r\n",
    "an empty line first": b"\r\n" + LINE + b"\r\n",
    "HTTP/1.0": b"POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nab",
    "a length": LINE + b"Content-Length: 3\r\n\r\nabc",
    "a length written otherwise": LINE + b"cOnTeNt-LeNgTh:\t 0003 \r\n\r\nabc",
    "more noughts than a number has digits": LINE + b"Content-Length: " + b"0" * 30 + b"3\r\n\r\nabc",
    "a length of nothing": LINE + b"Content-Length: 0\r\n\r\n",
    "a body that looks like the end of a head": LINE + b"Content-Length: 4\r\n\r\n\r\n\r\n",
    "a length in another header": LINE + b"X: Content-Length: 9\r\nX-Content-Length: 9\r\nContent-Length: 1\r\n\r\na",
    "no chunk": CHUNKS + b"0\r\n\r\n",
    "chunks": CHUNKS + b"3\r\nabc\r\n0000A\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\n\r\n",
    "chunks written otherwise": LINE + b"transfer-encoding:CHUNKED\r\n\r\n0a\r\n0\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n",
    "a chunk size of many noughts": CHUNKS + b"0" * 30 + b"3\r\nabc\r\n" + b"0" * 30 + b"\r\n\r\n",
    "extensions": CHUNKS + b'3;a;b="c"\r\nabc\r\n0 ; x = y\r\n\r\n',
    "trailers": CHUNKS + b"3\r\nabc\r\n0\r\nX-A: b\r\nX-C: d\r\n\r\n",
}


def arrived(raw: bytes, piece: int) -> Arrival:
    """These bytes, so many at a time; nothing more is given once the request has an end."""
    arrival = Arrival(b"", 0.0)
    for place in range(0, len(raw), piece):
        assert arrival.end is None, raw[:place]
        arrival.add(raw[place : place + piece], 0.0)
    return arrival


def read(arrival: Arrival) -> tuple[bytes, Received, RequestParser]:
    """The body that the parser finds in what was taken for the request, and what it left."""
    source = Received(memoryview(arrival.bytes)[: arrival.end])
    parser = RequestParser(Config(), source, ("127.0.0.1", 1))
    return next(parser).body.read(), source, parser


@pytest.mark.parametrize("name", WHOLE)
def test_a_request_is_whole_with_its_last_byte_and_the_parser_reads_all_of_it(name: str) -> None:
    raw = WHOLE[name]
    assert arrived(raw, 1).end == arrived(raw, len(raw)).end == len(raw)
    assert arrived(raw + NEXT, len(raw + NEXT)).end == len(raw), "with another behind it"
    body, source, parser = read(arrived(raw, len(raw)))
    assert not source.left
    assert not source.fell_short
    assert not parser.unreader.buf.getvalue()
    if b"chunked" not in raw.lower():
        assert body == raw.lstrip(b"\r\n").partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize(
    ("headers", "body"),
    [(b"Content-Length: 3\r\n", b"abc"), (b"Transfer-Encoding: chunked\r\n", b"3\r\nabc\r\n0\r\n\r\n")],
)
def test_who_expects_it_is_told_to_go_on_once_and_not_by_the_parser_again(headers: bytes, body: bytes) -> None:
    for head in (EXPECT + headers, headers + b"expect:100-Continue \r\n" + EXPECT):
        arrival = arrived(LINE + head + b"\r\n", 1)
        assert (arrival.continues, arrival.end) == (True, None)
        arrival.continues = False
        arrival.add(body, 0.0)
        assert (arrival.continues, arrival.end) == (False, len(arrival.bytes))
        assert b"xpect" not in arrival.bytes
        assert read(arrival)[0] == b"abc"


def test_nobody_else_is_told_to_go_on() -> None:
    old = b"POST / HTTP/1.0\r\n" + EXPECT + b"Content-Length: 3\r\n\r\n"
    other = LINE + b"Expect: 200-ok\r\nContent-Length: 3\r\n\r\n"
    large = LINE + EXPECT + b"Content-Length: %d\r\n\r\n" % (LARGEST_BODY + 1)
    assert not any(Arrival(raw, 0.0).continues for raw in (old, other, large))
    assert Arrival(LINE + EXPECT + b"X: HTTP/1.0\r\nContent-Length: 3\r\n\r\n", 0.0).continues


BEYOND = {
    "a head larger than any": LINE + b"X: " + b"a" * LARGEST_HEAD,
    "a chunk's size that is none": CHUNKS + b"zz\r\n",
    "an empty size": CHUNKS + b"\r\n",
    "a negative size": CHUNKS + b"-1\r\n",
    "a size of seventeen digits": CHUNKS + b"1" + b"0" * 16 + b"\r\n",
    "a size line without an end": CHUNKS + b"1" * (SIZE_LINE + 1),
    "chunks larger than any body": CHUNKS + b"%x\r\n" % (LARGEST_BODY + 1) + b"a" * (LARGEST_BODY + 1),
    "trailers larger than any": CHUNKS + b"0\r\nX: " + b"a" * LARGEST_TRAILERS,
}


@pytest.mark.parametrize("name", BEYOND)
def test_what_cannot_become_whole_is_not_waited_for(name: str) -> None:
    raw = BEYOND[name]
    arrival = arrived(raw, 64 * 1024)
    assert arrival.end == len(raw)
    with pytest.raises((ParseException, OSError)):
        read(arrival)


@pytest.mark.parametrize("length", [b"%d" % (LARGEST_BODY + 1), b"9" * 18, b"1" + b"0" * 30, b"1" * 5000])
def test_a_body_larger_than_any_is_not_waited_for(length: bytes) -> None:
    head = LINE + b"Content-Length: " + length + b"\r\n\r\n"
    assert arrived(head, len(head)).end == len(head)
    assert Arrival(head + b"abc", 0.0).end == len(head)


@pytest.mark.parametrize(
    "head",
    [
        LINE + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\n",
        LINE + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        LINE + b"Transfer-Encoding: gzip\r\nContent-Length: 3\r\n\r\n",
        LINE + b"Content-Length:\r\n 3\r\n\r\n",
        LINE + b"Content-Length: 3, 3\r\n\r\n",
        LINE + b"Content-Length: -3\r\n\r\n",
        LINE + b"Content-Length: 0x3\r\n\r\n",
        LINE + b"Content-Length : 3\r\n\r\n",
        LINE + b"X: a\x00b\r\n\r\n",
        LINE + b"X: a\nContent-Length: 3\r\n\r\n",
        LINE + b"X: a\r b\r\n\r\n",
        LINE + b"X: a\r\n b\r\n\r\n",
        LINE.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n",
        b"\r\n\r\n",
    ],
)
def test_what_the_parser_refuses_by_its_head_is_given_to_it(head: bytes) -> None:
    arrival = Arrival(head + b"3\r\nabc\r\n0\r\n\r\n", 0.0)
    assert arrival.end is not None
    assert arrival.end >= len(head)
    with pytest.raises(ParseException):
        read(arrival)


def test_a_client_that_says_no_more_has_said_all() -> None:
    arrival = arrived(LINE + b"Content-Length: 3\r\n\r\na", 1)
    arrival.finish()
    body, source, _ = read(arrival)
    assert (body, source.fell_short) == (b"a", True)


def test_a_head_has_its_time_and_a_body_as_much_more_as_it_is_large() -> None:
    assert not Arrival(b"", 0.0).overdue(HEAD_SECONDS)
    assert Arrival(LINE, 0.0).overdue(HEAD_SECONDS + 1)
    arrival = Arrival(LINE, 0.0)
    arrival.add(b"Content-Length: 1000000\r\n\r\n", LATER)
    assert not arrival.overdue(LATER + HEAD_SECONDS)
    assert arrival.overdue(LATER + HEAD_SECONDS + 1)
    arrival.add(b"a" * 5 * LEAST_RATE, LATER + 1)
    assert not arrival.overdue(LATER + HEAD_SECONDS + 4)
    assert arrival.overdue(LATER + HEAD_SECONDS + 6)
