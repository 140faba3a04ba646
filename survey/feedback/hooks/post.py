"""One POST to another system's address: signed, to where the address was looked up, no further.

The name is resolved once; each of its addresses must be public, or in a network that the
installation allows, and the connection goes to the one that was looked at: a name that points
elsewhere a moment later leads nowhere. No redirect and no proxy is followed.
Signed after the Standard Webhooks specification, https://www.standardwebhooks.com
"""

import base64
import hmac
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from survey.errors import SurveyError

Networks = tuple[IPv4Network | IPv6Network, ...]
TIMEOUT = 10.0  # seconds
PREFIX = "whsec_"


class AddressRefused(SurveyError):
    """Not a place that may be told anything; the detail says why."""


@dataclass(frozen=True)
class Target:
    """An address that may be reached: what was written, and the number it stands for now."""

    url: str
    number: str


def target(url: str, allowed: Networks) -> Target:
    """Raises AddressRefused for an address that is not https, or that leads into private networks.

    allowed : private networks that may be reached; plain http only into one that is this machine.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressRefused("address") from error
    if parts.scheme not in ("https", "http") or not host or parts.username is not None:
        raise AddressRefused("address")
    try:
        found = socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressRefused("name-unknown") from error
    numbers = [ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    for number in numbers:
        within = any(number in network for network in allowed)
        if not (number.is_global and not number.is_multicast) and not within:
            raise AddressRefused("private-network")
        if parts.scheme == "http" and not (within and number.is_loopback):
            raise AddressRefused("not-https")
    return Target(url, str(numbers[0]))


def signature(secret: str, delivery: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the HMAC-SHA-256 of id, time and body under the secret."""
    signed = f"{delivery}.{timestamp}.".encode() + body
    made = hmac.new(base64.b64decode(secret.removeprefix(PREFIX)), signed, sha256)
    return "v1," + base64.b64encode(made.digest()).decode()


def post(to: Target, told: Mapping[str, Any], *, secret: str, delivery: str, timestamp: int) -> str:
    """Empty when it was taken (a status of 2xx); else what happened, in a word or a status."""
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    asked = Request(
        to.url,
        body,
        {
            "Content-Type": "application/json",
            "User-Agent": "sipas",
            "webhook-id": delivery,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(secret, delivery, timestamp, body),
        },
        method="POST",
    )
    try:
        with _opener(to.number).open(asked, timeout=TIMEOUT) as answer:
            return "" if 200 <= answer.status < 300 else str(answer.status)
    except HTTPError as error:
        error.close()
        return str(error.code)
    except TimeoutError:
        return "timeout"
    except URLError as error:
        return "timeout" if isinstance(error.reason, TimeoutError) else "unreachable"
    except (OSError, HTTPException):
        return "unreachable"


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


def _opener(number: str) -> OpenerDirector:
    """Opens addresses at one number, whatever their name would lead to now."""

    class Plain(HTTPConnection):
        def connect(self) -> None:
            self.sock = socket.create_connection((number, self.port), self.timeout)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            plain = socket.create_connection((number, self.port), self.timeout)
            context = self._context  # type: ignore[attr-defined]
            self.sock = context.wrap_socket(plain, server_hostname=self.host)

    class PlainHandler(HTTPHandler):
        def http_open(self, asked: Request) -> HTTPResponse:
            return self.do_open(Plain, asked)

    class SecureHandler(HTTPSHandler):
        def https_open(self, asked: Request) -> HTTPResponse:
            return self.do_open(Secure, asked)

    return build_opener(ProxyHandler({}), _NoRedirect, PlainHandler, SecureHandler)
