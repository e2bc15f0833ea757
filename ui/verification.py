"""How a receiver checks that a postback came from here, in four languages; to be pasted, so nothing but the standard.

Each names what it is given: the secret, the three headers, the raw body. Each answers false for an old timestamp, too:
what was signed once could be sent again by whoever saw it.
"""

from typing import NamedTuple

PYTHON = '''\
import base64, hashlib, hmac, time

def is_authentic(secret, headers, body, tolerance=300):
    """headers: names in lower case; body: the raw bytes, before anything parses them."""
    sent_at = headers["webhook-timestamp"]
    if abs(time.time() - int(sent_at)) > tolerance:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{sent_at}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    given = headers["webhook-signature"].split(" ")  # two while the secret is being rotated
    return any(hmac.compare_digest(expected.encode(), one.encode()) for one in given)
'''

NODE = """\
const crypto = require("node:crypto");

// headers: names in lower case; body: the raw Buffer, before anything parses it.
function isAuthentic(secret, headers, body, tolerance = 300) {
  const sentAt = headers["webhook-timestamp"];
  if (!(Math.abs(Date.now() / 1000 - Number(sentAt)) <= tolerance)) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const hmac = crypto.createHmac("sha256", key).update(`${headers["webhook-id"]}.${sentAt}.`).update(body);
  const expected = Buffer.from("v1," + hmac.digest("base64"));
  return headers["webhook-signature"].split(" ").some((one) => { // two while the secret is being rotated
    const given = Buffer.from(one);
    return given.length === expected.length && crypto.timingSafeEqual(given, expected);
  });
}
"""

PHP = """\
<?php
// $headers: names in lower case; $body: file_get_contents("php://input"), not $_POST.
function is_authentic(string $secret, array $headers, string $body, int $tolerance = 300): bool {
    $sentAt = $headers["webhook-timestamp"];
    if (abs(time() - (int) $sentAt) > $tolerance) {
        return false;
    }
    $key = base64_decode(preg_replace("/^whsec_/", "", $secret));
    $signed = $headers["webhook-id"] . "." . $sentAt . "." . $body;
    $expected = "v1," . base64_encode(hash_hmac("sha256", $signed, $key, true));
    foreach (explode(" ", $headers["webhook-signature"]) as $given) { // two while the secret is being rotated
        if (hash_equals($expected, $given)) {
            return true;
        }
    }
    return false;
}
"""

SHELL = """\
# SECRET, ID, TIMESTAMP, SIGNATURE: the secret and the three headers; the raw body in the file "body".
key=$(printf %s "${SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')
expected=v1,$({ printf '%s.%s.' "$ID" "$TIMESTAMP"; cat body; } |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)
age=$(($(date +%s) - TIMESTAMP))
case " $SIGNATURE " in
  *" $expected "*) [ "${age#-}" -le 300 ] && echo authentic || echo "too old" ;;
  *) echo forged ;;
esac
"""


class Snippet(NamedTuple):
    language: str
    code: str


def snippets() -> tuple[Snippet, ...]:
    return (Snippet("Python", PYTHON), Snippet("Node", NODE), Snippet("PHP", PHP), Snippet("Shell", SHELL))
