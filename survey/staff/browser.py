"""The browser's side of a session: a cookie for the desk alone, and who it belongs to.

Citizen pages get no session at all: outside /desk none is opened, sent or stored.
"""

import re
from datetime import datetime
from typing import Final

from flask import Flask, Request, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, login_user, logout_user
from sqlalchemy.orm import Session

from survey.calendar import clock
from survey.database import database, reading
from survey.staff import sessions
from survey.staff.sessions import SignedIn

DESK: Final = "/desk"
BROWSERS: Final = (
    ("coc_coc", "Cốc Cốc"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone|iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


class DeskSessions(SecureCookieSessionInterface):
    """Signed cookies below /desk; with `__Secure-` and Secure where the page came by HTTPS."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if request.path == DESK or request.path.startswith(DESK + "/"):
            return super().open_session(app, request)
        return self.make_null_session(app)

    def get_cookie_name(self, app: Flask) -> str:
        name = super().get_cookie_name(app)
        return f"__Secure-{name}" if request.is_secure else name

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


class DeskLogin(LoginManager):
    """Flask-Login without its remember-me cookie, which would touch every answer."""

    def init_app(self, app: Flask, add_context_processor: bool = False) -> None:
        vars(app)["login_manager"] = self  # where Flask-Login looks for it


def load(token: str) -> SignedIn | None:
    """Who holds the token of this request's cookie."""
    return sessions.signed_in(reading(), token, now=clock())


def browser_name() -> str:
    """Browser and system of this request, as people know them: `Chrome · Windows`."""
    agent = request.headers.get("User-Agent", "")
    parts = (
        next((name for mark, name in known if re.search(mark, agent)), "")
        for known in (BROWSERS, SYSTEMS)
    )
    return " · ".join(part for part in parts if part)


def enter(
    store: Session,
    staff_id: int,
    *,
    second_factor: bool,
    now: datetime,
    since: datetime | None = None,
) -> str:
    """The token of a new session for this browser, in place of the one it had; see `keep`."""
    old = session.get("_user_id")
    if old is not None:
        sessions.end(store, staff_id, sessions.hash_of(old), now=now)
    return sessions.start(
        store,
        staff_id,
        browser=browser_name(),
        second_factor=second_factor,
        now=now,
        since=since,
    )


def keep(token: str, *, now: datetime) -> None:
    """Give the browser a committed session's token; nothing of its earlier cookie stays."""
    with database().read() as fresh:
        person = sessions.signed_in(fresh, token, now=now)
    session.clear()
    if person is not None:
        login_user(person)


def leave() -> None:
    """Take the session out of the browser."""
    logout_user()
    session.clear()


def install(app: Flask) -> None:
    app.session_interface = DeskSessions()
    app.config["SESSION_COOKIE_PATH"] = DESK
    login = DeskLogin()
    login.session_protection = None  # an address may change on the way: the token is the proof
    login.user_loader(load)
    login.init_app(app)
