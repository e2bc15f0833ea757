"""A program of somebody who has read the API's documentation and nothing else: the standard library, HTTP, JSON.

It talks to a base URL and hears postbacks on a port of its own; it knows nothing of what runs behind either.
"""

import base64
import hmac
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode

Record = dict[str, Any]
SECONDS = 20


class RefusedError(Exception):
    """Any answer but a 2xx."""

    def __init__(self, status: int, problem: Record) -> None:
        super().__init__(f"{status}: {problem}")
        self.status = status
        self.errors: Mapping[str, list[str]] = problem.get("errors", {})


@dataclass
class Client:
    """One caller. `credentials` are headers."""

    base_url: str
    credentials: dict[str, str]

    def token(self, username: str, password: str) -> "Client":
        """Who calls with the token that these get; the developer stays the same."""
        given = self.call("POST", "/v2/token", {"username": username, "password": password, "domain": "sandbox"})
        developer = {"developer-id": self.credentials["developer-id"]}
        return Client(self.base_url, {**developer, "access-token": given["token"]["token"]})

    def create(self, key: str, plural: str, **fields: object) -> Record:
        return self._record(self.call("POST", f"/v2/{plural}", {key: fields}), key)

    def update(self, key: str, record: Record, **fields: object) -> Record:
        """Follows the record's own link."""
        return self._record(self.call("PUT", record["_links"]["self"]["href"], {key: fields}), key)

    def show(self, key: str, record: Record) -> Record:
        return self._record(self.call("GET", record["_links"]["self"]["href"]), key)

    def delete(self, record: Record) -> None:
        self.call("DELETE", record["_links"]["self"]["href"])

    def pages(self, plural: str, **query: object) -> Iterator[list[Record]]:
        """Page after page, by the links between them."""
        address: str | None = f"/v2/{plural}?{urlencode(query)}"
        while address:
            answer = self.call("GET", address)
            yield answer[plural]
            address = answer["meta"]["pagination"]["links"].get("next", {}).get("href")

    def call(self, method: str, address: str, body: object = None) -> Record:
        """The answer's JSON; of a 204 nothing. Raises RefusedError."""
        url = address if address.startswith("http") else self.base_url + address
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **self.credentials}
        request = urllib.request.Request(url, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                told = answer.read()
        except urllib.error.HTTPError as refusal:
            with refusal:
                raise RefusedError(refusal.code, json.loads(refusal.read())) from None
        return json.loads(told) if told else {}

    @staticmethod
    def _record(answer: Record, key: str) -> Record:
        record: Record = answer[key]
        return record


@dataclass
class Hook:
    """A server that takes postbacks, checks their signatures, and answers 200."""

    secrets: dict[str, str] = field(default_factory=dict)
    """Path → the signing secret of the config that posts there."""
    heard: list[tuple[str, str, Record]] = field(default_factory=list)
    """Type, resource and data, in the order of arrival."""
    forged: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                hook.take(self.path, dict(self.headers.items()), self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_words: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> None:
        given = {name.lower(): value for name, value in headers.items()}
        signed = f"{given['webhook-id']}.{given['webhook-timestamp']}.".encode() + body
        key = base64.b64decode(self.secrets[path].removeprefix("whsec_"))
        right = "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
        with self._changed:
            if not any(hmac.compare_digest(right, one) for one in given["webhook-signature"].split()):
                self.forged.append(given["webhook-id"])
            self.heard.append((fields["type"], fields["resource"], json.loads(fields["data"])))
            self._changed.notify_all()

    def wait_for(self, type_: str, resource: str, **facts: object) -> Record:
        """The data of the postback that says so; AssertionError where none comes in time."""

        def matching() -> list[Record]:
            wanted = facts.items()
            return [
                data for kind, name, data in self.heard if (kind, name) == (type_, resource) and wanted <= data.items()
            ]

        with self._changed:
            assert self._changed.wait_for(lambda: bool(matching()), SECONDS), (type_, resource, facts, self.heard)
            return matching()[0]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
