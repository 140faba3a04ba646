"""Agencies, centres, counters and fields: found by code, listed by area, opened and closed."""

from collections.abc import Collection
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from survey.calendar import local_day
from survey.crypto import random_code
from survey.errors import CodeExpired, CodeUnknown, Conflict, NotFound
from survey.units.tables import Agency, Area, Centre, Counter, CounterCode, Field

CODE_LENGTH = 8


def _open(closed_on: InstrumentedAttribute[date | None], day: date | None) -> ColumnElement[bool]:
    """Not closed on `day`; without a day always true."""
    return true() if day is None else or_(closed_on.is_(None), closed_on > day)


def agency_by_code(session: Session, code: str, *, day: date | None = None) -> Agency | None:
    """The agency of that code, if it is open on `day` (no day: open or closed)."""
    return session.scalar(select(Agency).where(Agency.code == code, _open(Agency.closed_on, day)))


def centre_by_code(session: Session, code: str, *, day: date | None = None) -> Centre | None:
    """The centre of that code, if it is open on `day` (no day: open or closed)."""
    return session.scalar(select(Centre).where(Centre.code == code, _open(Centre.closed_on, day)))


def counter_by_code(session: Session, code: str, *, day: date | None = None) -> Counter | None:
    """The counter of that code, if it and its centre are open on `day` (no day: open or closed)."""
    query = select(Counter).join(Centre, Centre.id == Counter.centre_id)
    open_ = _open(Counter.closed_on, day), _open(Centre.closed_on, day)
    return session.scalar(query.where(Counter.code == code, *open_))


def field_by_code(session: Session, code: str) -> Field | None:
    """The field of public services of that code."""
    return session.get(Field, code)


def fields(session: Session) -> list[Field]:
    """Every field, by name."""
    return list(session.scalars(select(Field).order_by(Field.name)))


def field_names(session: Session, language: str) -> dict[str, str]:
    """Code → name in `language`; Vietnamese where there is no English name."""
    english = language == "en"
    return {f.code: (f.name_en if english and f.name_en else f.name) for f in fields(session)}


def agencies(
    session: Session, *, areas: Collection[int] | None = None, day: date | None = None
) -> list[Agency]:
    """Agencies by code: of these areas (None: everywhere), open on `day` (None: all)."""
    found = session.scalars(
        select(Agency).where(_open(Agency.closed_on, day)).order_by(Agency.code)
    )
    return [agency for agency in found if areas is None or agency.area_id in areas]


def centres(
    session: Session, *, areas: Collection[int] | None = None, day: date | None = None
) -> list[Centre]:
    """Centres by code: of these areas (None: everywhere), open on `day` (None: all)."""
    found = session.scalars(
        select(Centre).where(_open(Centre.closed_on, day)).order_by(Centre.code)
    )
    return [centre for centre in found if areas is None or centre.area_id in areas]


def counters(
    session: Session,
    *,
    centre_id: int | None = None,
    areas: Collection[int] | None = None,
    day: date | None = None,
) -> list[Counter]:
    """Counters by code: of one centre, or of the centres of these areas, open on `day`."""
    query = select(Counter, Centre.area_id).join(Centre, Centre.id == Counter.centre_id)
    query = query.where(_open(Counter.closed_on, day), _open(Centre.closed_on, day))
    query = query.order_by(Counter.code)
    if centre_id is not None:
        query = query.where(Counter.centre_id == centre_id)
    rows = session.execute(query)
    return [counter for counter, area_id in rows if areas is None or area_id in areas]


def area_of_counter(session: Session, counter_id: int) -> Area:
    """The area of the counter's centre: where its figures belong. Raises NotFound."""
    query = (
        select(Area)
        .join(Centre, Centre.area_id == Area.id)
        .join(Counter, Counter.centre_id == Centre.id)
        .where(Counter.id == counter_id)
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound
    return found


def close(place: Agency | Centre | Counter, *, day: date) -> None:
    """It is no longer there from `day` on. Raises Conflict when it has closed before."""
    if place.closed_on is not None and place.closed_on <= day:
        raise Conflict(_l("This is closed already."))
    place.closed_on = day


def plain_code(code: str) -> str:
    """A poster's code as stored, from what somebody typed: without case, spaces and hyphens."""
    return "".join(code.split()).replace("-", "").upper()


def current_code(session: Session, counter_id: int) -> CounterCode | None:
    """The code on the counter's poster now; None before the first and after the counter's end."""
    query = select(CounterCode).where(
        CounterCode.counter_id == counter_id, CounterCode.ended_on.is_(None)
    )
    return session.scalar(query)


def codes_of(session: Session, counter_id: int) -> list[CounterCode]:
    """Every code the counter has had, the present one first."""
    query = select(CounterCode).where(CounterCode.counter_id == counter_id)
    found = list(session.scalars(query))
    return sorted(found, key=lambda c: (c.ended_on or date.max, c.made_on, c.code), reverse=True)


def new_code(session: Session, counter_id: int, *, now: datetime) -> CounterCode:
    """A fresh code for the counter's poster; the one before ends. Raises NotFound, Conflict."""
    counter = session.get(Counter, counter_id)
    if counter is None:
        raise NotFound
    day = local_day(now)
    if counter.closed_on is not None and counter.closed_on <= day:
        raise Conflict(_l("This counter is closed, so it gets no new code."))
    old = current_code(session, counter_id)
    if old is not None:
        old.ended_on = day
    code = random_code(CODE_LENGTH)
    while session.get(CounterCode, code) is not None:
        code = random_code(CODE_LENGTH)
    made = CounterCode(code=code, counter_id=counter_id, made_on=day, ended_on=None)
    session.add(made)
    session.flush()
    return made


def counter_for_code(session: Session, code: str, *, day: date) -> tuple[Counter, CounterCode]:
    """The counter of a poster's code. Raises CodeUnknown, or CodeExpired for a code that ended."""
    found = session.get(CounterCode, plain_code(code))
    if found is None:
        raise CodeUnknown
    if found.ended_on is not None and found.ended_on <= day:
        raise CodeExpired
    counter = session.get(Counter, found.counter_id)
    centre = None if counter is None else session.get(Centre, counter.centre_id)
    if counter is None or centre is None:
        raise CodeUnknown
    if any(place.closed_on is not None and place.closed_on <= day for place in (counter, centre)):
        raise CodeExpired(_l("This counter is closed."))
    return counter, found
