"""Requests as other systems see them: which are asked for, and what is told of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, select, true
from sqlalchemy.orm import Session

from survey.calendar import ZONE, day_start, local_day
from survey.feedback.machine import OPEN
from survey.feedback.open311.errors import GeoReportError
from survey.feedback.open311.services import OTHER, names
from survey.feedback.open311.tables import ApiKey
from survey.feedback.public.published import Answer, answers_of, public
from survey.feedback.refs import case_id_of, ref
from survey.feedback.tables import Case
from survey.feedback.words import STATE_WORDS
from survey.staff.scope import covered
from survey.units.tables import Area

SPAN: Final = timedelta(days=90)
MOST: Final = 1_000
STATUSES: Final = ("open", "closed")


@dataclass(frozen=True)
class Asked:
    """What a query chooses; `ids` overrides all other arguments."""

    ids: tuple[str, ...]
    services: tuple[str, ...]
    statuses: tuple[str, ...]
    since: datetime
    until: datetime
    start: int
    most: int


def read(args: Mapping[str, str], *, now: datetime) -> Asked:
    """The arguments of GET requests. Raises GeoReportError."""
    since, until = _moment(args, "start_date"), _moment(args, "end_date")
    if until is None:
        until = now if since is None else since + SPAN
    if since is None:
        since = until - SPAN
    if until - since > SPAN:
        raise GeoReportError(_("start_date and end_date may be at most 90 days apart"))
    statuses = _several(args, "status")
    if not set(statuses) <= set(STATUSES):
        raise GeoReportError(_("status is open or closed"))
    most = _number(args, "page_size", MOST)
    return Asked(
        ids=_several(args, "service_request_id"),
        services=_several(args, "service_code"),
        statuses=statuses,
        since=since,
        until=until,
        start=(_number(args, "page", 1_000_000) - 1 if args.get("page") else 0) * most,
        most=most,
    )


def _several(args: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in args.get(name, "").split(",") if one.strip())


def _moment(args: Mapping[str, str], name: str) -> datetime | None:
    written = args.get(name, "")
    if not written:
        return None
    try:
        found = datetime.fromisoformat(written)
        found.astimezone(ZONE) + SPAN - 2 * SPAN  # noqa: B018  far from either end of time
    except (ValueError, OverflowError) as error:
        raise GeoReportError(_("%(name)s: write 2026-07-01T00:00:00+07:00", name=name)) from error
    if found.tzinfo is None:
        raise GeoReportError(_("%(name)s: write 2026-07-01T00:00:00+07:00", name=name))
    return found


def _number(args: Mapping[str, str], name: str, most: int) -> int:
    written = args.get(name, "")
    if not written:
        return most
    if not (written.isascii() and written.isdigit() and 0 < int(written) <= most):
        raise GeoReportError(_("%(name)s: a number from 1 to %(most)d", name=name, most=most))
    return int(written)


def visible(session: Session, key: ApiKey | None, *, now: datetime) -> ColumnElement[bool]:
    """Without a key, what is published; with one, what its unit may see, sealed ones never."""
    if key is None:
        return public()
    within = true() if key.area_id is None else Case.unit_id.in_(covered(session, key.area_id))
    return and_(Case.shown_at <= now, ~Case.sealed, within)


def cases(session: Session, asked: Asked, key: ApiKey | None, *, now: datetime) -> list[Case]:
    """The cases asked for, the newest first."""
    query = select(Case).where(visible(session, key, now=now))
    if asked.ids:
        ids = {case_id_of(session, text) for text in asked.ids[:MOST]} - {None}
        query = query.where(Case.id.in_(ids))
    else:
        query = _narrowed(query, asked)
    ordered = query.order_by(Case.received_at.desc(), Case.id.desc())
    return list(session.scalars(ordered.offset(asked.start).limit(asked.most)))


def _narrowed(query: Select[Any], asked: Asked) -> Select[Any]:
    query = query.where(Case.received_at >= asked.since, Case.received_at <= asked.until)
    if asked.services:
        chosen = Case.field.in_(asked.services)
        query = query.where(chosen | Case.field.is_(None) if OTHER in asked.services else chosen)
    if len(set(asked.statuses)) == 1:
        is_open = Case.state.in_(OPEN)
        query = query.where(is_open if asked.statuses[0] == "open" else ~is_open)
    return query


def rows(session: Session, found: Sequence[Case], language: str) -> list[dict[str, Any]]:
    """What is told of each: words only where they are published, days and no hours of arrival."""
    services = names(session, language)
    areas = {id: session.get_one(Area, id) for id in {case.area_id for case in found}}
    units = {id: session.get_one(Area, id) for id in {case.unit_id for case in found}}
    shown = [case for case in found if case.published_at is not None]
    answers = {one.case.id: one for one in answers_of(session, shown)}
    places = [(areas[case.area_id], units[case.unit_id]) for case in found]
    return [
        _row(session, case, services, area, unit, answers.get(case.id))
        for case, (area, unit) in zip(found, places, strict=True)
    ]


def _row(
    session: Session,
    case: Case,
    services: Mapping[str, str],
    area: Area,
    unit: Area,
    answer: Answer | None,
) -> dict[str, Any]:
    is_open = case.state in OPEN
    code = case.field or OTHER
    return {
        "service_request_id": ref(session, case.id),
        "status": "open" if is_open else "closed",
        "status_notes": answer.reply if answer else str(STATE_WORDS[case.state]),
        "service_name": services.get(code, code),
        "service_code": code,
        "description": answer.asked if answer else None,
        "agency_responsible": unit.name,
        "service_notice": answer.changed or None if answer else None,
        "requested_datetime": _written(day_start(local_day(case.received_at))),
        "updated_datetime": _written(max(case.since, case.shown_at)),
        "expected_datetime": _written(case.due_at) if is_open and case.due_at else None,
        "address": area.name,
        "address_id": area.code,
        "zipcode": None,
        "lat": area.latitude,
        "long": area.longitude,
        "media_url": None,
    }


def _written(moment: datetime) -> str:
    return moment.astimezone(ZONE).isoformat(timespec="seconds")
