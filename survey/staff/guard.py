"""The guard of the desk: each route names one permission and one scope; all else is refused.

Refusals tell nothing: an object outside a person's areas answers like one that does not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, TypeAlias, TypeVar

from flask import Response, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.orm import Session

from survey.calendar import clock
from survey.database import database, reading
from survey.errors import NotAllowed, NotFound, SurveyError
from survey.site import values_of_page
from survey.staff.roles import OWN, PERMISSIONS
from survey.staff.scope import areas_of
from survey.staff.sessions import SEEN_EVERY, SignedIn, seen
from survey.units.areas import area_of

Scope: TypeAlias = Callable[[Session, dict[str, Any]], int | None]
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
RULE: Final = "desk_rule"  # attribute of a guarded view


class FormExpired(SurveyError):
    """A form came without its token, or with one that is too old."""

    title = _l("This form could not be accepted")
    remedy = _l(
        "Go back in your browser: what you typed is still there. Reload the page and send it again."
    )


def anywhere(_session: Session, _args: dict[str, Any]) -> int | None:
    """Scope of a page that any grant with the permission opens; its view filters what it shows."""
    return None


def of_area(session: Session, args: dict[str, Any]) -> int | None:
    """Scope of a page about one area. Raises NotFound."""
    return area_of(session, args["area_id"]).id


def installation(_session: Session, _args: dict[str, Any]) -> int | None:
    """Scope of a page about the whole installation."""
    return None


@dataclass(frozen=True)
class Rule:
    """What a desk route demands.

    unready : open before the password or second factor is set.
    unattended : asked by a page itself: no sign that somebody is there, and keeps nobody signed in.
    """

    permission: str
    scope: Scope
    unready: bool = False
    unattended: bool = False


def allowed(
    permission: str,
    scope: Scope = anywhere,
    *,
    unready: bool = False,
    unattended: bool = False,
) -> Callable[[View], Callable[..., ResponseReturnValue]]:
    """Decorator of every desk view, nearest to the function.

    permission : a name of PERMISSIONS. Raises KeyError for another.
    scope : `anywhere`, `installation`, or (session, view_args) -> id of the object's area, None
        for an object of the whole installation; raises NotFound when there is no such object.
    Demands sign-in, checks the CSRF token of everything that is not safe, and sets `g.staff`.
    """
    if permission not in PERMISSIONS:
        raise KeyError(permission)

    def mark(view: View) -> Callable[..., ResponseReturnValue]:
        if hasattr(view, RULE):
            raise TypeError(f"{view.__name__} has two rules")
        rule = Rule(permission, scope, unready, unattended)

        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            refusal = _refusal(rule)
            return view(*args, **kwargs) if refusal is None else refusal

        setattr(guarded, RULE, rule)
        return guarded

    return mark


def current_staff() -> SignedIn | None:
    """Who is signed in to this browser."""
    person = current_user._get_current_object()
    return person if isinstance(person, SignedIn) else None


def check_token() -> None:
    """Raise FormExpired unless a request that may change something carries its CSRF token."""
    if request.method in SAFE:
        return
    protection: CSRFProtect = current_app.extensions["csrf"]
    try:
        protection.protect()
    except CSRFError as error:
        raise FormExpired from error


def visible_areas(session: Session, staff: SignedIn, permission: str) -> set[int] | None:
    """Ids of the areas in which `staff` has `permission`; None: everywhere."""
    return areas_of(session, staff.grants_for(permission))


def may(permission: str, area_id: int | None = None) -> bool:
    """Whether who is signed in has `permission`: in `area_id`, or without one anywhere."""
    staff = current_staff()
    if staff is None or not staff.holds(permission):
        return False
    if area_id is None:
        return True
    areas = _areas(staff, permission)
    return areas is None or area_id in areas


def check_scope(permission: str, area_id: int | None) -> None:
    """Raise NotFound unless `permission` is held in `area_id`; None: in the whole installation."""
    staff = current_staff()
    areas = set() if staff is None else _areas(staff, permission)
    if areas is not None and (area_id is None or area_id not in areas):
        raise NotFound


def _areas(staff: SignedIn, permission: str) -> set[int] | None:
    known: dict[str, set[int] | None] = g.setdefault("staff_areas", {})
    if permission not in known:
        known[permission] = visible_areas(reading(), staff, permission)
    return known[permission]


def _refusal(rule: Rule) -> ResponseReturnValue | None:
    staff = current_staff()
    if staff is None or (staff.has_totp and not staff.second_factor):
        return to_sign_in()
    check_token()
    g.staff = staff
    if not rule.unready and (door := unready_door(staff)):
        return redirect(url_for(door))
    if not staff.holds(rule.permission):
        raise NotAllowed
    _check(rule, staff)
    if not rule.unattended:
        _note_seen(staff)
    return None


def _check(rule: Rule, staff: SignedIn) -> None:
    if rule.permission == OWN or rule.scope is anywhere:
        return
    if rule.scope is installation:
        if _areas(staff, rule.permission) is not None:
            raise NotAllowed
        return
    check_scope(rule.permission, rule.scope(reading(), dict(request.view_args or {})))


def to_sign_in() -> ResponseReturnValue:
    """To the sign-in page and back here afterwards; a page part goes there as a whole page."""
    here = request.full_path.rstrip("?") if request.method in SAFE else None
    target = url_for("staff.sign_in", next=here)
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": target})
    return redirect(target)


def unready_door(staff: SignedIn) -> str | None:
    """The page on which a person must do something before any other opens."""
    if staff.must_change:
        return "staff.password"
    if staff.needs_second_factor and not staff.has_totp and not simulated():
        return "staff.totp"
    return None


def simulated() -> bool:
    """Whether this installation holds simulated data only."""
    return values_of_page()["simulated"] == "yes"


def _note_seen(staff: SignedIn) -> None:
    now = clock()
    if now - staff.seen_at >= SEEN_EVERY:
        with database().write() as session:
            seen(session, staff.token_hash, now=now)
