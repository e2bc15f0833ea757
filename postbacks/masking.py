"""Secrets that a receiver sends back: found in its answer and masked before anything of it is stored.

A receiver has our credentials and our signature, and debug pages like to show them. They are found as they were
sent and as the usual encodings of a text write them (JSON, HTML, URL); a receiver that scrambles them on purpose
cannot be caught. Nearly no answer holds one, so first only a mark is looked for, which no encoding changes.
"""

import html
import json
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import quote, quote_plus

MASK = "***"
SHORTEST = 4
"""Characters; what is shorter occurs everywhere by chance, and masking it would tell what it is."""
SPARE = 8 * 1024
"""Bytes to read beyond what is kept, so that a secret across that edge is seen whole."""
PLAIN_RUN = re.compile("[A-Za-z0-9]+")


class Secrets(NamedTuple):
    """Texts that must not be stored; each has a part that no encoding changes, empty where there is none."""

    texts: tuple[str, ...] = ()
    marks: tuple[bytes, ...] = ()


NO_SECRETS = Secrets()


def secrets_of(texts: Iterable[str]) -> Secrets:
    """Prepare these texts to be found."""
    told = tuple(text for text in texts if len(text) >= SHORTEST)
    return Secrets(told, tuple(_mark(text) for text in told))


def repeated(data: bytes, secrets: Secrets, signed: str) -> list[str]:
    """The texts to mask in an answer: none, unless one of them seems to be in there.

    `signed` is the request's `webhook-signature`. Asked for every answer, and written to be quick.
    """
    for mark in secrets.marks:
        if mark in data:
            break
    else:
        for one in signed.split(" "):
            part = one[3:9]  # of base64, whose letters and digits no encoding changes
            if (part.encode() if part.isalnum() else _mark(one[3:])) in data:
                break
        else:
            return []
    return [*secrets.texts, *(one[3:] for one in signed.split(" "))]


def start_of(data: bytes, most: int, texts: Sequence[str], *, cut: bool) -> bytes:
    """At most so many bytes from the start of `data`, these texts masked. `cut` tells that there was more of it."""
    if not texts:
        return data[:most]
    forms = _forms(texts)
    for form in forms:
        data = data.replace(form, MASK.encode())
    if cut and forms:
        data = data[: -len(forms[0])]  # it may end inside a secret
    return data[:most]


def _mark(text: str) -> bytes:
    return max(PLAIN_RUN.findall(text), key=len, default="").encode()


def _forms(texts: Iterable[str]) -> list[bytes]:
    """Every way these texts may stand in an answer, the longest first."""
    forms: set[bytes] = set()
    for text in texts:
        if len(text) >= SHORTEST:
            bare = text.rstrip("=")  # some write the = of base64 in an encoding of their own
            encoded = {text, bare, html.escape(text), quote(text, safe=""), quote_plus(text)}
            for one in (text, bare):
                encoded |= {json.dumps(one)[1:-1], json.dumps(one, ensure_ascii=False)[1:-1]}
            encoded |= {one.replace("/", "\\/") for one in encoded}
            forms |= {one.encode(errors="replace") for one in encoded} | {text.encode("latin-1", "replace")}
    return sorted(forms, key=len, reverse=True)
