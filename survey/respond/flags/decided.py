"""Flagged answers by counter and day, what is left out of the second figure, and who decided."""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, case, func, or_, select
from sqlalchemy.orm import Session

from questionnaires.model import Questionnaire
from survey.errors import NotFound
from survey.fieldwork.publishing import published
from survey.respond.flags.rules import ENOUGH_WEAK, STRONG, WEAK, leaves_out, of_weight
from survey.respond.ladder import ENOUGH
from survey.respond.tables import FlagDecision, Response, ResponseFlag
from survey.staff import audit
from survey.units.tables import Centre, Counter

KEEP, EXCLUDE = "keep", "exclude"
DECISIONS = (KEEP, EXCLUDE)
MOST = 100_000  # answers that a page reads


@dataclass(frozen=True)
class Group:
    """A counter's day in a round. left_out: of its answers, by rule or by decision."""

    round: str
    counter: Counter
    centre: Centre
    day: date
    answers: int
    flagged: int
    left_out: int
    decision: FlagDecision | None
    by_rule: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Share:
    """Satisfied answers over answers given, of n responses; None of fewer than ENOUGH."""

    n: int
    value: float | None


def is_left_out(flags: Collection[str], decision: str | None) -> bool:
    """Whether the second figure is without an answer: a decision goes before the rule."""
    if decision == KEEP:
        return False
    return bool(flags) if decision == EXCLUDE else leaves_out(flags)


def left_out_in(round_: str) -> tuple[FromClause, ColumnElement[bool]]:
    """`is_left_out` in the language of the database: what responses of a round are joined to by
    `id`, for those that have flags, and the condition on it."""
    weighs = {weight: ResponseFlag.rule.in_(of_weight(weight)) for weight in (STRONG, WEAK)}
    counts = {weight: func.sum(case((one, 1), else_=0)) for weight, one in weighs.items()}
    place = Response.round, Response.counter_id, Response.day
    marks = (
        select(Response.id, *place)
        .add_columns(*(count.label(weight) for weight, count in counts.items()))
        .join(ResponseFlag, ResponseFlag.response_id == Response.id)
        .where(Response.round == round_)
        .group_by(Response.id, *place)
        .subquery()
    )
    its = (FlagDecision.round, FlagDecision.counter_id, FlagDecision.day)
    same = [column == marks.c[column.key] for column in its]
    found = (
        select(marks.c.id, marks.c[STRONG], marks.c[WEAK], FlagDecision.decision)
        .outerjoin_from(marks, FlagDecision, and_(*same))
        .subquery()
    )
    by_rule = or_(found.c[STRONG] > 0, found.c[WEAK] >= ENOUGH_WEAK)
    decided = found.c.decision
    kept = and_(found.c.id.is_not(None), or_(decided.is_(None), decided != KEEP))
    return found, and_(kept, or_(decided == EXCLUDE, by_rule))


def groups(
    session: Session, *, round_: str, areas: Collection[int] | None, limit: int, offset: int = 0
) -> list[Group]:
    """The counters' days of a round that have flags, the latest first."""
    days = _days(round_, areas).order_by(Response.day.desc(), Response.counter_id)
    found = session.execute(days.limit(limit).offset(offset)).all()
    return [_group(session, round_, row.counter_id, row.day) for row in found]


def count(session: Session, *, round_: str, areas: Collection[int] | None) -> int:
    found = select(func.count()).select_from(_days(round_, areas).subquery())
    return session.scalar(found) or 0


def _days(round_: str, areas: Collection[int] | None) -> Any:
    days: Any = (
        select(Response.counter_id, Response.day)
        .join(ResponseFlag, ResponseFlag.response_id == Response.id)
        .where(Response.round == round_, Response.counter_id.is_not(None))
        .group_by(Response.counter_id, Response.day)
    )
    if areas is None:
        return days
    there = select(Counter.id).join(Centre, Centre.id == Counter.centre_id)
    return days.where(Response.counter_id.in_(there.where(Centre.area_id.in_(areas))))


def find(session: Session, round_: str, counter: str, day: date) -> Group:
    """Raises NotFound when the counter has no answer of that day."""
    found = session.scalar(select(Counter).where(Counter.code == counter))
    group = None if found is None else _group(session, round_, found.id, day)
    if group is None or not group.answers:
        raise NotFound
    return group


def _group(session: Session, round_: str, counter_id: int, day: date) -> Group:
    counter = session.get_one(Counter, counter_id)
    decision = session.get(FlagDecision, (round_, counter_id, day))
    told = None if decision is None else decision.decision
    flags = _flags(session, round_, counter_id, day)
    rules = Tally(rule for marks in flags.values() for rule in marks)
    return Group(
        round=round_,
        counter=counter,
        centre=session.get_one(Centre, counter.centre_id),
        day=day,
        answers=_answers(session, round_, counter_id, day),
        flagged=len(flags),
        left_out=sum(is_left_out(marks, told) for marks in flags.values()),
        decision=decision,
        by_rule=dict(rules.most_common()),
    )


def _answers(session: Session, round_: str, counter_id: int, day: date) -> int:
    where = Response.round == round_, Response.counter_id == counter_id, Response.day == day
    return session.scalar(select(func.count()).select_from(Response).where(*where)) or 0


def _flags(session: Session, round_: str, counter_id: int, day: date) -> dict[UUID, set[str]]:
    rows = session.execute(
        select(ResponseFlag.response_id, ResponseFlag.rule)
        .join(Response, Response.id == ResponseFlag.response_id)
        .where(Response.round == round_, Response.counter_id == counter_id, Response.day == day)
    )
    found: dict[UUID, set[str]] = defaultdict(set)
    for id, rule in rows:
        found[id].add(rule)
    return dict(found)


def both(session: Session, group: Group) -> tuple[Share, Share]:
    """The share of satisfied answers with all of the day's answers, and without those left out."""
    flags = _flags(session, group.round, group.counter.id, group.day)
    told = None if group.decision is None else group.decision.decision
    rows = session.execute(
        select(Response.id, Response.version, Response.answers).where(
            Response.round == group.round,
            Response.counter_id == group.counter.id,
            Response.day == group.day,
        )
    ).all()
    forms = {row.version: published(session, row.version) for row in rows}
    every = [(row.id, forms[row.version], row.answers) for row in rows]
    kept = [one for one in every if not is_left_out(flags.get(one[0], ()), told)]
    return _share(every), _share(kept)


def both_of_round(
    session: Session, round_: str, *, areas: Collection[int] | None
) -> tuple[Share, Share] | None:
    """The same for a whole round in some areas; None when it has more answers than MOST, for
    which a page would have to be waited for."""
    where = [Response.round == round_]
    if areas is not None:
        where.append(Response.area_id.in_(areas))
    total = session.scalar(select(func.count()).select_from(Response).where(*where)) or 0
    if total > MOST:
        return None
    flags: dict[UUID, set[str]] = defaultdict(set)
    marks = select(ResponseFlag.response_id, ResponseFlag.rule)
    for id, rule in session.execute(marks.join(Response).where(*where)):
        flags[id].add(rule)
    told = {
        (row.counter_id, row.day): row.decision
        for row in session.scalars(select(FlagDecision).where(FlagDecision.round == round_))
    }
    columns = Response.id, Response.version, Response.answers, Response.counter_id, Response.day
    rows = session.execute(select(*columns).where(*where)).all()
    forms = {version: published(session, version) for version in {row.version for row in rows}}
    every = [(row.id, forms[row.version], row.answers) for row in rows]
    kept = [
        one
        for one, row in zip(every, rows, strict=True)
        if not is_left_out(flags.get(row.id, ()), told.get((row.counter_id, row.day)))
    ]
    return _share(every), _share(kept)


def _share(rows: Collection[tuple[UUID, Questionnaire, Mapping[str, int]]]) -> Share:
    good = given = 0
    for _id, form, answers in rows:
        for item in form.items:
            code = answers.get(item.id)
            if item.rated and code:
                given += 1
                good += item.scale.satisfied.count(code)
    enough = len(rows) >= ENOUGH and given > 0
    return Share(len(rows), good / given if enough else None)


def decide(
    session: Session, group: Group, decision: str, reason: str, *, by: str, now: datetime
) -> None:
    """Keep all, or leave out every flagged answer of the day. The caller commits."""
    session.merge(
        FlagDecision(
            round=group.round,
            counter_id=group.counter.id,
            day=group.day,
            decision=decision,
            reason=reason,
            decided_by=by,
            decided_at=now,
        )
    )
    thing = f"{group.round}:{group.counter.code}:{group.day}"
    detail = f"{decision} {reason}"
    audit.record(session, actor=by, act="flag.decide", object=thing, now=now, detail=detail)
