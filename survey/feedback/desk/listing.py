"""The rows of the inbox, page by page from where one stands, and how many each view has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from survey.crypto import SealError, seal, unseal
from survey.feedback.access import Reach, within_reach
from survey.feedback.desk.wanted import DUE, NEWEST, OPEN, VIEWS, Wanted, in_view, of_view
from survey.feedback.tables import Case, CasePicture, CaseText
from survey.staff.keys import key
from survey.staff.sessions import SignedIn
from survey.staff.tables import Staff
from survey.units.tables import Area, Centre, Counter

PAGE: Final = 50
FIRST_WORDS: Final = 180
PURPOSE: Final = "feedback-page"
Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Row:
    """A case as the list shows it; `words` are the masked ones, cut; none of what is sealed."""

    case: Case
    words: str
    area: str
    centre: str | None
    counter: str | None
    unit: str
    officer: str | None
    pictures: int
    merged: int  # others that were merged into it


@dataclass(frozen=True)
class Page:
    """Some rows, and the sealed places before the first and after the last; None: no more there."""

    rows: Sequence[Row]
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Place:
    """Where a page begins: beside this case, towards the end of the list or its beginning."""

    value: str  # of the column that orders, as an ISO date; empty: it has none
    case_id: int
    backward: bool = False


def counts(session: Session, staff: SignedIn, within: Reach, *, now: datetime) -> dict[str, int]:
    """How many cases each view has that one may see, but for those that nobody counts."""
    apart = ("owed", "sealed")  # not among the open ones
    counted = [name for name, view in VIEWS.items() if view.counted]
    columns = [
        select(func.count())
        .select_from(Case)
        .where(of_view(name, staff, within, now=now))
        .scalar_subquery()
        .label(name)
        if name in apart
        else func.count().filter(in_view(name, staff.id, now=now)).label(name)
        for name in counted
    ]
    query = select(*columns).select_from(Case).where(OPEN, within_reach(within, now=now))
    return dict(session.execute(query).one()._mapping)


def page(session: Session, where: Sequence[Condition], asked: Wanted, place: Place | None) -> Page:
    """The rows beside `place`, or the first ones, in the order that is asked for."""
    backward = place is not None and place.backward
    rows: list[Row] = []
    for segment in _segments(asked.order, place):
        if len(rows) <= PAGE:
            first = select(Case.id).where(*where, segment.where).order_by(*segment.order)
            rows += _read(session, first.limit(PAGE + 1 - len(rows)), segment)
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if backward:
        rows.reverse()
    earlier, later = (more, True) if backward else (place is not None, more)
    at = _sealed(session, asked.order)
    return Page(
        rows,
        at(rows[0].case, True) if rows and earlier else None,
        at(rows[-1].case, False) if rows and later else None,
    )


@dataclass(frozen=True)
class Segment:
    """A stretch of the list that one index gives in order."""

    where: Condition
    order: tuple[Any, ...]


def _segments(order: str, place: Place | None) -> list[Segment]:
    """What to read one after the other: by due time, those without one stand at the end."""
    if order != DUE:
        falling = order == NEWEST
        return [_segment(Case.received_at, true(), place, falling)]
    dated, undated = Case.due_at.is_not(None), Case.due_at.is_(None)
    backward = place is not None and place.backward
    among_undated = place is not None and not place.value
    with_one = _segment(Case.due_at, dated, None if among_undated else place, False, backward)
    without = _segment(None, undated, place if among_undated else None, False, backward)
    if backward:
        return [without, with_one] if among_undated else [with_one]
    return [without] if among_undated else [with_one, without]


def _segment(
    column: Any, where: Condition, place: Place | None, falling: bool, backward: bool = False
) -> Segment:
    back = backward or (place is not None and place.backward)
    down = falling != back
    if place is not None:
        where = and_(where, _beyond(column, place, down))
    columns = [Case.id] if column is None else [column, Case.id]
    return Segment(where, tuple(one.desc() if down else one for one in columns))


def _beyond(column: Any, place: Place, down: bool) -> Condition:
    """After the place in the direction of reading."""
    further = Case.id < place.case_id if down else Case.id > place.case_id
    if column is None:
        return further
    value = datetime.fromisoformat(place.value)
    past = column < value if down else column > value
    level = column <= value if down else column >= value
    return and_(level, or_(past, further))


def _sealed(session: Session, order: str) -> Callable[[Case, bool], str]:
    """Names a place in an address; sealed, for the minute of arrival is not everybody's."""
    secret = key(session, PURPOSE)

    def at(case: Case, backward: bool) -> str:
        moment = case.due_at if order == DUE else case.received_at
        value = "" if moment is None else moment.isoformat()
        return seal(secret, f"{order} {'b' if backward else 'f'} {case.id} {value}")

    return at


def place_at(session: Session, text: str, order: str) -> Place | None:
    """The place that an address names; None when it names none of this order."""
    try:
        named, way, number, value = unseal(key(session, PURPOSE), text).split(" ")
    except (SealError, ValueError):
        return None
    return Place(value, int(number), way == "b") if named == order else None


def _read(session: Session, chosen: Select[int], segment: Segment) -> list[Row]:
    """What the list shows of the chosen cases; chosen first, so that little is sorted."""
    query = _rows().where(Case.id.in_(chosen.subquery().select())).order_by(*segment.order)
    return [_row(*row) for row in session.execute(query)]


def rows_of(session: Session, ids: Sequence[int]) -> list[Row]:
    """What the list shows of these cases, in this order."""
    if not ids:
        return []
    found = {row[0].id: row for row in session.execute(_rows().where(Case.id.in_(ids)))}
    return [_row(*found[id]) for id in ids if id in found]


def _row(case: Case, words: str | None, *rest: Any) -> Row:
    return Row(case, "" if case.sealed else cut(words), *rest)


@cache
def _rows() -> Select[Any]:
    about, unit, other = aliased(Area), aliased(Area), aliased(Case)
    original = and_(CaseText.case_id == Case.id, CaseText.role == "original")
    pictures = select(func.count()).where(
        CasePicture.case_id == Case.id, CasePicture.erased_at.is_(None)
    )
    merged = select(func.count()).where(other.merged_into == Case.id)
    columns = (
        Case,
        func.substr(CaseText.shown, 1, FIRST_WORDS + 1),
        about.name,
        Centre.name,
        Counter.name,
        unit.name,
        Staff.name,
        pictures.scalar_subquery(),
        merged.scalar_subquery(),
    )
    return (
        select(*columns)
        .join(about, about.id == Case.area_id)
        .join(unit, unit.id == Case.unit_id)
        .outerjoin(Centre, Centre.id == Case.centre_id)
        .outerjoin(Counter, Counter.id == Case.counter_id)
        .outerjoin(Staff, Staff.id == Case.officer_id)
        .outerjoin(CaseText, original)
    )


def cut(words: str | None) -> str:
    """The first words on one line, ending where a word does."""
    line = " ".join((words or "").split())
    if len(line) <= FIRST_WORDS:
        return line
    return line[:FIRST_WORDS].rsplit(" ", 1)[0] + " …"
