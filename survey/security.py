"""Headers of every answer: a content policy with a nonce, no framing, no sniffing, no referrer."""

import secrets

from flask import Flask, Request, Response, g, request

POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Codes in addresses go to no other site. Not "no-referrer": with it browsers send the forms of
    # our own pages with `Origin: null` (https://fetch.spec.whatwg.org/#append-a-request-origin-header)
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
FRAMED = {  # a page in a sandbox is shown alone only when it asks for no window of its own
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Opener-Policy": "unsafe-none",
}
TWO_YEARS = 2 * 365 * 24 * 3600
SECURE = ("Strict-Transport-Security", f"max-age={TWO_YEARS}")
UNSEEN = ("Cache-Control", "no-store")
OF_DATA = [
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    *HEADERS.items(),
    UNSEEN,
]


def csp_nonce() -> str:
    """The nonce of this answer's scripts and styles."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    found: str = g.csp_nonce
    return found


def show_in_own_frames(*, scripts: bool) -> None:
    """Let our own pages, and nobody else's, show this answer in a frame.

    Without `scripts` it is shown as in a browser without JavaScript. With them it has no sandbox:
    one that must allow scripts and its own origin is none, as browsers warn.
    """
    g.framed = "'self'" if scripts else "'self'; sandbox allow-forms allow-same-origin"


def _headers(response: Response) -> Response:
    if "Content-Security-Policy" not in response.headers:
        policy = POLICY.format(nonce=csp_nonce(), ancestors=g.get("framed", "'none'"))
        response.headers["Content-Security-Policy"] = policy
    for name, value in {**HEADERS, **(FRAMED if "framed" in g else {})}.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers[SECURE[0]] = SECURE[1]
    if not request.path.startswith("/static/"):
        response.headers.setdefault(*UNSEEN)
    return response


def headers_of_data(*, secure: bool) -> list[tuple[str, str]]:
    """Of an answer that is data for a program and no page. secure: it goes by HTTPS."""
    return [*OF_DATA, SECURE] if secure else OF_DATA


def same_origin(request: Request) -> bool:
    """Whether a POST came from our own pages, by Origin (or Referer where a browser sends none)."""
    claimed = request.headers.get("Origin") or request.headers.get("Referer")
    if claimed is None:
        return True  # not a browser, or a very old one: nothing to be tricked with, no session
    return claimed == request.host_url.rstrip("/") or claimed.startswith(request.host_url)


def install(app: Flask) -> None:
    app.after_request(_headers)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
