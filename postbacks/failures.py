"""libcurl's error codes, named as the attempt log names them. The codes are stable; people filter by them."""

from typing import Any

import pycurl
from requests.exceptions import RequestException

from postbacks.wire import Failure

CODES = {
    pycurl.E_COULDNT_RESOLVE_HOST: "dns_failed",
    pycurl.E_COULDNT_CONNECT: "connect_refused",
    pycurl.E_SSL_CONNECT_ERROR: "tls_handshake",
    pycurl.E_SSL_CACERT_BADFILE: "internal",
    pycurl.E_GOT_NOTHING: "no_response",
    pycurl.E_RECV_ERROR: "connection_lost",
    pycurl.E_SEND_ERROR: "connection_lost",
    pycurl.E_PARTIAL_FILE: "connection_lost",
    pycurl.E_SEND_FAIL_REWIND: "stale_connection",
    pycurl.E_UNSUPPORTED_PROTOCOL: "bad_response",
    pycurl.E_HTTP2: "bad_response",
    pycurl.E_OUT_OF_MEMORY: "internal",
}
WEIRD_SERVER_REPLY = 8
TOO_MUCH = "Too large response headers"
"""What libcurl says of more than 300 kB before the body; it has no code of its own for it."""

# OpenSSL's X509_V_ERR_* numbers, as libcurl hands them on.
CERTIFICATE = {
    9: "tls_not_yet_valid",
    10: "tls_expired",
    18: "tls_self_signed",
    19: "tls_untrusted",
    20: "tls_untrusted",
    21: "tls_untrusted",
    62: "tls_wrong_host",
    64: "tls_wrong_host",
}


class TransportError(RequestException):
    """No answer was had; `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.code}: {failure.detail}")
        self.failure = failure


def failure_of(handle: Any, code: int, text: str) -> Failure:
    """Name what libcurl reports for a handle that did not end well."""
    if code == pycurl.E_OPERATION_TIMEDOUT:
        return Failure(_which_timeout(handle), text)
    if code == pycurl.E_PEER_FAILED_VERIFICATION:
        verdict = handle.getinfo(pycurl.SSL_VERIFYRESULT)
        return Failure(CERTIFICATE.get(verdict, "tls_wrong_host" if "name" in text else "tls_untrusted"), text)
    if code == WEIRD_SERVER_REPLY or (code == pycurl.E_RECV_ERROR and text.startswith(TOO_MUCH)):
        return Failure("bad_response", text)
    return Failure(CODES.get(code, "bad_response"), text)


def _which_timeout(handle: Any) -> str:
    # Not told by libcurl's times: on a kept-alive connection they are 0, and a failed handshake sets later ones.
    if not handle.easy.asked_for_body:
        return "tls_timeout" if handle.getinfo(pycurl.CONNECT_TIME) else "connect_timeout"
    return "total_timeout" if handle.getinfo(pycurl.HEADER_SIZE) else "read_timeout"
