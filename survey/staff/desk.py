"""The menu of the desk: rooms add their entries, each person sees what their roles open."""

from dataclasses import dataclass
from typing import Final, Literal, TypedDict

from flask import Flask, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import OperationalError

from survey.errors import DatabaseUnreachable, Words
from survey.staff.guard import current_staff
from survey.staff.roles import ROLE_NAMES
from survey.staff.sessions import SignedIn

MENU = "sipas.desk_nav"
Part = Literal["survey", "feedback", "system"]
PARTS: Final[dict[Part, Words]] = {
    "survey": _l("Survey"),
    "feedback": _l("Feedback"),
    "system": _l("System"),
}


@dataclass(frozen=True)
class Entry:
    """One line of the menu: shown to whoever holds `permission` anywhere."""

    text: Words
    endpoint: str
    permission: str
    group: Part
    order: int
    about: Words = ""  # one sentence for the start page


class Link(TypedDict):
    """What the template shows of an entry."""

    text: str
    href: str
    current: bool
    about: str


class Group(TypedDict):
    """Entries of the menu under their heading."""

    name: str
    title: str
    links: list[Link]


def add_nav(
    app: Flask,
    text: Words,
    endpoint: str,
    permission: str,
    *,
    group: Part,
    order: int,
    about: Words = "",
) -> None:
    """Put a page without arguments into the menu; in its group lower `order` stands first."""
    entries: list[Entry] = app.extensions.setdefault(MENU, [])
    entries.append(Entry(text, endpoint, permission, group, order, about))
    entries.sort(key=lambda entry: entry.order)
    app.extensions[MENU] = entries


def menu(app: Flask, staff: SignedIn) -> list[Group]:
    """The menu of one person; the entry with the longest address that leads here is current."""
    entries = [one for one in app.extensions.get(MENU, []) if staff.holds(one.permission)]
    groups: list[Group] = [
        {
            "name": name,
            "title": str(title),
            "links": [_link(entry) for entry in entries if entry.group == name],
        }
        for name, title in PARTS.items()
    ]
    here = [link for group in groups for link in group["links"] if _leads_here(link["href"])]
    if here:
        max(here, key=lambda link: len(link["href"]))["current"] = True
    return [group for group in groups if group["links"]]


def _link(entry: Entry) -> Link:
    return {
        "text": str(entry.text),
        "href": url_for(entry.endpoint),
        "current": False,
        "about": str(entry.about),
    }


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
            "desk_nav": menu(app, staff),
            "desk_role": ", ".join(roles),
        }
