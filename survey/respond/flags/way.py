"""What the way of an answer to us says: the browser it came from, and how many came from there."""

from datetime import datetime

from flask import Flask, Request, current_app, g, request
from flask.wrappers import Response

from survey.calendar import clock
from survey.respond.flags.networks import (
    COOKIE,
    COOKIE_LIVES,
    STAFF_SESSION,
    Networks,
)
from survey.respond.flags.rules import rules

KEPT = "sipas.networks"


def signals(request: Request, *, now: datetime) -> tuple[str, ...]:
    """The signals of an answer given on a page, from this request."""
    found = networks().answer_from(request.remote_addr or "", now=now)
    known = "HTTP_COOKIE" in request.environ and COOKIE in request.cookies
    return (*found, STAFF_SESSION) if known else tuple(found)


def networks() -> Networks:
    kept: Networks = current_app.extensions[KEPT]
    return kept


def _mark(response: Response) -> Response:
    """Who is signed in at the desk marks the browser and, until midnight, the address."""
    if request.path.startswith("/desk") and "staff" in g:
        networks().staff_at(request.remote_addr or "", now=clock())
        if COOKIE not in request.cookies:
            life = int(COOKIE_LIVES.total_seconds())
            response.set_cookie(
                COOKIE, "1", life, httponly=True, samesite="Lax", secure=request.is_secure
            )
    return response


def install(app: Flask) -> None:
    app.extensions[KEPT] = Networks(int(rules()["same-address"].thresholds["answers"]))
    app.after_request(_mark)
