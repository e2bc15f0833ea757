"""A request as a shell command that can be pasted: every word quoted, nothing secret in it."""

from collections.abc import Iterable
from shlex import quote

LEFT_OUT = frozenset({"authorization", "webhook-signature", "content-length", "host", "accept-encoding", "expect"})
"""Masked in the log, or curl's own business."""


def curl_command(url: str, headers: Iterable[tuple[str, str]], body: bytes) -> str:
    """`curl` that sends the same body to the same URL, without the credentials and the signature."""
    sent = [f"-H {quote(f'{name}: {value}')}" for name, value in headers if name.lower() not in LEFT_OUT]
    return " \\\n  ".join(
        [f"curl -sS -X POST {quote(url)}", *sent, f"--data-raw {quote(body.decode('ascii', 'replace'))}"]
    )
