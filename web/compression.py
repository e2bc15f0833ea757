"""Pages are sent packed.

A page that holds a secret beside something a stranger chose tells the secret by its packed length, byte for byte,
to who may measure many of them (BREACH). So each page gets a random number of bytes on top, where gzip keeps a
file's name: measuring then takes so many requests that nobody's browser would make them unnoticed.
"""

import secrets
import struct
import zlib

from flask import Flask, Response, request

SMALLEST = 1400
"""Bytes: a shorter answer fits into one packet as it is."""
LEVEL = 5
MOST_PADDING = 64
HEAD = b"\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\xff"
"""gzip's: deflate, a name follows, no time, any system (RFC 1952)."""


def register_compression(app: Flask) -> None:
    app.after_request(_pack)


def packed(data: bytes) -> bytes:
    """The data as gzip, under a name of random length."""
    name = b"p" * secrets.randbelow(MOST_PADDING) + b"\0"
    deflater = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = deflater.compress(data) + deflater.flush()
    return HEAD + name + body + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def _pack(response: Response) -> Response:
    if response.mimetype != "text/html" or response.is_streamed or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    data = response.get_data()
    if len(data) >= SMALLEST and request.accept_encodings["gzip"] > 0:
        response.set_data(packed(data))
        response.headers["Content-Encoding"] = "gzip"
    return response
