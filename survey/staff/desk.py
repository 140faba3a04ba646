"""The menu of the desk: rooms add their entries, each person sees what their roles open."""

from dataclasses import dataclass
from typing import TypedDict

from flask import Flask, request, url_for
from sqlalchemy.exc import OperationalError

from survey.errors import DatabaseUnreachable, Words
from survey.staff.guard import current_staff
from survey.staff.roles import ROLE_NAMES
from survey.staff.sessions import SignedIn

MENU = "sipas.desk_nav"


@dataclass(frozen=True)
class Entry:
    """One line of the menu: shown to whoever holds `permission` anywhere."""

    text: Words
    endpoint: str
    permission: str
    order: int
    about: Words = ""  # one sentence for the start page


class Link(TypedDict):
    """What the template shows of an entry."""

    text: str
    href: str
    current: bool
    about: str


def add_nav(
    app: Flask, text: Words, endpoint: str, permission: str, *, order: int, about: Words = ""
) -> None:
    """Put a page without arguments into the menu; lower `order` stands first."""
    entries: list[Entry] = app.extensions.setdefault(MENU, [])
    entries.append(Entry(text, endpoint, permission, order, about))
    entries.sort(key=lambda entry: entry.order)
    app.extensions[MENU] = entries


def links(app: Flask, staff: SignedIn) -> list[Link]:
    """The menu of one person; the entry with the longest address that leads here is current."""
    shown: list[Link] = [
        {
            "text": str(entry.text),
            "href": url_for(entry.endpoint),
            "current": False,
            "about": str(entry.about),
        }
        for entry in app.extensions.get(MENU, [])
        if staff.holds(entry.permission)
    ]
    here = [link for link in shown if _leads_here(link["href"])]
    if here:
        max(here, key=lambda link: len(link["href"]))["current"] = True
    return shown


def _leads_here(href: str) -> bool:
    return request.path == href or request.path.startswith(href.rstrip("/") + "/")


def install(app: Flask) -> None:
    """What desk/base.html reads of who is signed in; `csrf_token()` comes with Flask-WTF."""

    @app.context_processor
    def desk() -> dict[str, object]:
        if not request.path.startswith("/desk"):
            return {}
        try:
            staff = current_staff()
        except (DatabaseUnreachable, OperationalError):
            staff = None
        if staff is None:
            return {"current_user": None, "desk_nav": []}
        roles = dict.fromkeys(str(ROLE_NAMES[grant.role]) for grant in staff.grants)
        return {
            "current_user": staff,
            "desk_nav": links(app, staff),
            "desk_role": ", ".join(roles),
        }
