"""Accounts and what they may do where. Nothing here commits; every change is in the audit chain."""

import re
import secrets
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from survey.calendar import day_start
from survey.errors import Conflict, NotFound
from survey.site import site_values
from survey.staff import audit, passwords, sessions, throttle, totp
from survey.staff.roles import PERMISSIONS, ROLES
from survey.staff.tables import Grant, PasswordReset, Staff
from survey.text import fold, normal
from survey.units.areas import Area

LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{2,79}\Z")
RESET_LIFE = timedelta(hours=24)


class LoginTaken(Conflict):
    title = _l("There is an account with this login already")
    remedy = _l("Choose another login, or open the account that has it.")


class NoAdministratorLeft(Conflict):
    title = _l("Nobody could look after the accounts any more")
    remedy = _l("Give another account the role of administrator for the whole installation first.")


class ResetLinkUsed(NotFound):
    title = _l("This link is not valid")
    remedy = _l("It was used, or it is older than a day. Ask your administrator for a new one.")
    status = 410


def clean_login(text: str) -> str:
    """A login as it is stored: without diacritics and capitals."""
    return fold(plain(text))


def plain(text: str) -> str:
    """What was typed, in one form and without the control characters that no database takes."""
    return normal("".join(c for c in text if c.isprintable()))


def account(session: Session, staff_id: int) -> Staff:
    """The account of an id. Raises NotFound."""
    found = session.get(Staff, staff_id)
    if found is None:
        raise NotFound
    return found


def end_of(last_day: date | None) -> datetime | None:
    """The moment from which an account is closed whose last day is `last_day`; None: never."""
    if last_day is None or last_day == date.max:  # there is no day after it
        return None
    return day_start(last_day + timedelta(days=1))


def by_login(session: Session, login: str) -> Staff | None:
    return session.scalar(select(Staff).where(Staff.login == clean_login(login)))


def accounts(session: Session, *, text: str = "", role: str = "") -> list[Staff]:
    """Accounts by name whose login or name contains `text` and that hold `role`, if any."""
    query = select(Staff).order_by(Staff.name, Staff.login)
    if role in ROLES:
        query = query.where(Staff.id.in_(select(Grant.staff_id).where(Grant.role == role)))
    wanted = fold(normal(text))
    found = session.scalars(query)
    return [staff for staff in found if wanted in staff.login or wanted in fold(staff.name)]


def grants_of(session: Session, staff_id: int | None = None) -> dict[int, list[Grant]]:
    """Grants by account; of one account when it is given."""
    query = select(Grant).order_by(Grant.id)
    if staff_id is not None:
        query = query.where(Grant.staff_id == staff_id)
    found: dict[int, list[Grant]] = {}
    for grant in session.scalars(query):
        found.setdefault(grant.staff_id, []).append(grant)
    return found


def add(
    session: Session,
    *,
    login: str,
    name: str,
    password: str,
    by: str,
    now: datetime,
    expires_at: datetime | None = None,
    must_change: bool = True,
) -> Staff:
    """A new account without grants. Raises LoginTaken."""
    login = clean_login(login)
    if by_login(session, login) is not None:
        raise LoginTaken
    staff = Staff(
        login=login,
        name=plain(name),
        password_hash=passwords.hashed(password),
        must_change=must_change,
        made_at=now,
        expires_at=expires_at,
    )
    session.add(staff)
    session.flush()
    _record(session, staff, "staff.add", by, now)
    return staff


def grant(
    session: Session, staff: Staff, role: str, area_id: int | None, *, by: str, now: datetime
) -> None:
    """Give a role in an area, None: everywhere. Twice is once. Ends the person's sessions."""
    held = grants_of(session, staff.id).get(staff.id, [])
    if any((one.role, one.area_id) == (role, area_id) for one in held):
        return
    session.add(Grant(staff_id=staff.id, role=role, area_id=area_id))
    session.flush()
    sessions.end_all(session, staff.id, now=now)
    _record(session, staff, "grant.add", by, now, f"{role} {area_id}")


def revoke(session: Session, staff: Staff, grant_id: int, *, by: str, now: datetime) -> None:
    """Take a grant back and end the person's sessions. Raises NotFound, NoAdministratorLeft."""
    found = session.get(Grant, grant_id)
    if found is None or found.staff_id != staff.id:
        raise NotFound
    looked_after = _looks_after_accounts(session, staff, now)
    session.delete(found)
    session.flush()
    sessions.end_all(session, staff.id, now=now)
    _keep_an_administrator(session, now, looked_after)
    _record(session, staff, "grant.remove", by, now, f"{found.role} {found.area_id}")


def disable(session: Session, staff: Staff, *, by: str, now: datetime) -> None:
    """Close an account and end its sessions and links. Raises NoAdministratorLeft."""
    looked_after = _looks_after_accounts(session, staff, now)
    staff.disabled_at = now
    session.flush()
    sessions.end_all(session, staff.id, now=now)
    _void_links(session, staff.id, now)
    _keep_an_administrator(session, now, looked_after)
    _record(session, staff, "staff.disable", by, now)


def enable(session: Session, staff: Staff, *, by: str, now: datetime) -> None:
    staff.disabled_at = None
    _record(session, staff, "staff.enable", by, now)


def set_expiry(
    session: Session, staff: Staff, expires_at: datetime | None, *, by: str, now: datetime
) -> None:
    """From when on the account is closed, None: never. Raises NoAdministratorLeft."""
    looked_after = _looks_after_accounts(session, staff, now)
    staff.expires_at = expires_at
    session.flush()
    if not sessions.usable(staff, now):
        sessions.end_all(session, staff.id, now=now)
        _keep_an_administrator(session, now, looked_after)
    _record(session, staff, "staff.expiry", by, now, str(expires_at))


def set_password(session: Session, staff: Staff, password: str, *, by: str, now: datetime) -> None:
    """The person's own choice: ends every session and link; the caller opens a new session."""
    staff.password_hash = passwords.hashed(password)
    staff.must_change = False
    session.flush()
    sessions.end_all(session, staff.id, now=now)
    _void_links(session, staff.id, now)
    throttle.forgive(session, throttle.account_key(session, staff.login))
    _record(session, staff, "password.change", by, now)


def set_totp(session: Session, staff: Staff, secret: str, step: int, *, now: datetime) -> None:
    """Bind an app; `step` is the time step of the code that proved it. Ends every session."""
    staff.totp_sealed = totp.sealed(session, secret)
    staff.totp_last_step = step
    session.flush()
    sessions.end_all(session, staff.id, now=now)
    _record(session, staff, "totp.on", f"staff:{staff.id}", now)


def remove_totp(session: Session, staff: Staff, *, by: str, now: datetime) -> None:
    """Unbind the app, say because the phone is lost. Ends every session."""
    staff.totp_sealed = None
    staff.totp_last_step = None
    session.flush()
    sessions.end_all(session, staff.id, now=now)
    _record(session, staff, "totp.off", by, now)


def make_reset(session: Session, staff: Staff, *, by: str, now: datetime) -> str:
    """The token of a one-time link, good for a day; ends every session and older links."""
    _void_links(session, staff.id, now)
    sessions.end_all(session, staff.id, now=now)
    token = secrets.token_urlsafe(32)
    session.add(PasswordReset(token_hash=sessions.hash_of(token), staff_id=staff.id, made_at=now))
    _record(session, staff, "reset.make", by, now)
    return token


def reset_owner(session: Session, token: str, *, now: datetime) -> Staff:
    """Whose link it is; nothing is written. Raises ResetLinkUsed."""
    staff = session.scalar(
        select(Staff)
        .join(PasswordReset, PasswordReset.staff_id == Staff.id)
        .where(
            PasswordReset.token_hash == sessions.hash_of(token),
            PasswordReset.used_at.is_(None),
            PasswordReset.made_at > now - RESET_LIFE,
        )
    )
    if staff is None or not sessions.usable(staff, now):
        raise ResetLinkUsed
    return staff


def use_reset(session: Session, token: str, password: str, *, now: datetime) -> None:
    """Set the password by a link, once, and end every session. Raises ResetLinkUsed."""
    staff = reset_owner(session, token, now=now)
    used = session.execute(
        update(PasswordReset)
        .where(PasswordReset.token_hash == sessions.hash_of(token), PasswordReset.used_at.is_(None))
        .values(used_at=now)
        .returning(PasswordReset.staff_id)
    )
    if used.first() is None:
        raise ResetLinkUsed
    set_password(session, staff, password, by=f"staff:{staff.id}", now=now)


def context_words(session: Session, *, login: str, name: str) -> list[str]:
    """Words that a guesser would try for this person here: login, names, organiser, provinces."""
    provinces = session.scalars(select(Area).where(Area.level == "province"))
    places = {word for area in provinces for word in (area.name, area.short_name)}
    return [login, name, *name.split(), site_values(session)["organiser"], *sorted(places)]


def _void_links(session: Session, staff_id: int, now: datetime) -> None:
    session.execute(
        update(PasswordReset)
        .where(PasswordReset.staff_id == staff_id, PasswordReset.used_at.is_(None))
        .values(used_at=now)
    )


def _administrators(session: Session, now: datetime) -> set[int]:
    """Ids of the usable accounts that may look after all accounts."""
    query = (
        select(Staff.id)
        .join(Grant, Grant.staff_id == Staff.id)
        .where(
            Grant.role.in_(PERMISSIONS["staff.edit"]),
            Grant.area_id.is_(None),
            Staff.disabled_at.is_(None),
            or_(Staff.expires_at.is_(None), Staff.expires_at > now),
        )
    )
    return set(session.scalars(query))


def _looks_after_accounts(session: Session, staff: Staff, now: datetime) -> bool:
    return staff.id in _administrators(session, now)


def _keep_an_administrator(session: Session, now: datetime, looked_after: bool) -> None:
    if looked_after and not _administrators(session, now):
        raise NoAdministratorLeft


def _record(
    session: Session, staff: Staff, act: str, by: str, now: datetime, detail: str = ""
) -> None:
    audit.record(session, actor=by, act=act, object=f"staff:{staff.id}", now=now, detail=detail)
