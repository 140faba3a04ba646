"""The demo's feedback, done by the rules of the inbox on the days that the plan names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.calendar import ZONE, local_day
from survey.demo.accounts import COMMUNE
from survey.demo.cases import Step, Story, When, stories
from survey.feedback.cases import SENDER, SYSTEM, Act, Incoming, do, receive, take
from survey.feedback.clock.calendars import Calendar
from survey.feedback.hours import hours_of
from survey.feedback.machine import BY_ACT, role_of
from survey.feedback.public.published import publish
from survey.feedback.tables import BY_STAFF, Case
from survey.staff.tables import Staff
from survey.units.areas import area_at
from survey.units.tables import Area, Centre

FORMS: Final = UUID("5e0f3a52-6d3c-4f6e-9a6b-2f1d7c9b0a11")  # ids of the forms follow from it


@dataclass
class Told:
    """What is known while the stories are told: accounts by role, cases by name, the day."""

    staff: Mapping[str, int]
    now: datetime
    named: dict[str, int] = field(default_factory=dict)

    def actor(self, role: str) -> str:
        return f"staff:{self.staff[role]}"

    def moment(self, when: When, calendar: Calendar) -> datetime:
        """The hour on the day so many working days ago."""
        day, left = local_day(self.now), when.days
        while left:
            day -= timedelta(days=1)
            left -= bool(calendar.spans(day))
        return datetime.combine(day, time.fromisoformat(when.hour), ZONE)


def build(session: Session, *, now: datetime) -> list[int]:
    """Ids of the cases made; accounts and places are there already. The caller commits."""
    told = Told({one.login: one.id for one in session.scalars(select(Staff))}, now)
    return [_told(session, story, told) for story in stories()]


def _told(session: Session, story: Story, told: Told) -> int:
    area = area_at(session, "commune", story.unit, local_day(told.now))
    if area is None:
        raise ValueError(f"no commune has the code {story.unit}")
    calendar = hours_of(session, area.id)
    then = told.moment(story.received, calendar)
    case = receive(session, _sent(session, story, area, told), now=then)
    if story.name:
        told.named[story.name] = case.id
    for step in story.steps:
        _take(session, case, step, story, told, now=told.moment(step.when, calendar))
    return case.id


def _sent(session: Session, story: Story, area: Area, told: Told) -> Incoming:
    centre = session.scalars(select(Centre).where(Centre.area_id == area.id)).first()
    return Incoming(
        form_id=uuid5(FORMS, str(story.number)),
        kind=story.kind,
        words=story.words,
        area_id=area.id,
        channel=story.channel,
        language="vi",
        by=told.actor(_hands(story, None)[0]) if story.channel in BY_STAFF else SENDER,
        centre_id=None if centre is None else centre.id,
        field=story.field,
        topic=story.topic,
        severity=story.severity,
    )


def _hands(story: Story, case: Case | None) -> tuple[str, str]:
    """Who works on a case, and who releases its reply: others, once it was opened again."""
    if story.unit != COMMUNE:
        return "supervisor", "supervisor"
    return ("supervisor", "head") if case is not None and case.reopened else ("officer", "head")


def _take(
    session: Session, case: Case, step: Step, story: Story, told: Told, *, now: datetime
) -> None:
    first, second = _hands(story, case)
    if step.act == "publish":
        publish(session, case, step.words, by=told.actor(second), now=now)
        return
    who = BY_ACT[step.act].who[0]
    by = {"sender": SENDER, "system": SYSTEM, "second": told.actor(second)}
    data = _data(step, told)
    words = "" if data else step.words
    act = Act(step.act, by.get(who, told.actor(first)), who, data, words, role_of(step.act))
    do(session, case, act, now=now)
    if step.act == "begin":
        take(session, case, told.staff[first], by=told.actor(first), now=now)


def _data(step: Step, told: Told) -> dict[str, Any]:
    """What the words of a step name, where they are no words: a rating, another case."""
    if step.act == "rate":
        answered, satisfied = step.words.split()
        return {"answered": answered, "satisfied": int(satisfied)}
    return {"into": told.named[step.words]} if step.act == "merge" else {}
