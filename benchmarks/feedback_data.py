"""A seeded inbox of any size: cases with their events in valid chains, with words and contacts.

Three years of them; acts lie in working time, one after another. What would happen after `until`
has not happened: the latest cases are the open ones, with some that were forgotten. The units are
today's communes of the shipped province, some far busier than others.
"""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from cryptography.fernet import Fernet
from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.orm import Session

from benchmarks._feedback_words import (
    AGAIN,
    ANSWER,
    NOTE,
    QUESTION,
    REASONS,
    TEMPLATES,
    TROUBLES,
    Words,
)
from survey.calendar import ZONE
from survey.crypto import keyed_hash
from survey.database import Database
from survey.feedback.cases import derived
from survey.feedback.events import GENESIS, Entry, chained
from survey.feedback.rules import shown_from
from survey.feedback.search import reindex
from survey.feedback.standing import standing
from survey.feedback.tables import Case, CaseContact, CaseText, Event
from survey.feedback.texts import PURPOSE
from survey.staff.keys import key
from survey.staff.tables import Grant, Staff
from survey.units.shipped import bring_shipped
from survey.units.tables import Area, Field

UNTIL = datetime(2026, 9, 1, 17, 0, tzinfo=ZONE)
YEARS = 3
PIECE = 5_000  # cases of one transaction
WEEK = 5 * 450  # working minutes: 07:30–11:30 and 13:30–17:00, Monday to Friday
CHANNELS = {"web": 0.38, "qr": 0.24, "survey": 0.14, "phone": 0.12, "paper": 0.06, "kiosk": 0.06}
KINDS = {"report": 0.62, "suggestion": 0.27, "petition": 0.11}
SEVERITIES = {"normal": 0.82, "urgent": 0.07, "complex": 0.11}
TOPICS = dict(zip(TROUBLES, (0.21, 0.10, 0.16, 0.12, 0.05, 0.10, 0.07, 0.11, 0.08), strict=True))
APART = {"": 0.82, "refuse": 0.06, "guide": 0.04, "transfer": 0.03, "withdraw": 0.02, "merge": 0.03}
OFFICERS = 3  # of a unit, beside its head
FORGOTTEN = 0.004  # share of the cases that nobody goes on with
ROLES = {"ask": "question", "answer": "answer", "draft": "reply", "note": "note"}


@dataclass(frozen=True)
class Unit:
    """A commune with the accounts of its people."""

    area_id: int
    head: str
    officers: tuple[str, ...]


@dataclass
class Made:
    """A case as rows of its tables."""

    case: dict[str, Any]
    events: list[dict[str, Any]]
    texts: list[dict[str, Any]]
    contact: dict[str, Any] | None


class Hours:
    """Working minutes counted from the first day, and the moments that they are."""

    def __init__(self, first: datetime, days: int) -> None:
        self.first = first.replace(hour=0, minute=0, second=0, microsecond=0)
        spans = np.concatenate([np.arange(450, 690), np.arange(810, 1020)])
        worked = [d for d in range(days) if (self.first + timedelta(d)).weekday() < 5]
        self.minutes: Any = (np.array(worked)[:, None] * 1440 + spans).ravel()

    def index(self, moment: datetime) -> int:
        """The first working minute after `moment`."""
        return int(np.searchsorted(self.minutes, (moment - self.first) // timedelta(minutes=1)))

    def moment(self, index: int) -> datetime:
        last = len(self.minutes) - 1
        return self.first + timedelta(
            minutes=int(self.minutes[min(index, last)]), seconds=index % 60
        )


@dataclass
class Story:
    """What happens to one case until a moment: the acts, and the words written with each."""

    play: "Play"
    at: int
    entries: list[Entry] = field(default_factory=list)
    texts: list[dict[str, Any]] = field(default_factory=list)
    over: bool = False

    def tell(self, act: str, by: str, hours: float, words: str = "", **data: Any) -> None:
        """The next act, `hours` of working time after the one before, if it comes to that."""
        self.at += max(1, int(hours * 60))
        moment = self.play.hours.moment(self.at)
        if self.over or moment > self.play.until:
            self.over = True
            return
        if words:
            data |= self.put(ROLES.get(act, "reason"), words, by, moment)
        self.entries.append(Entry(act, by, moment, data))

    def put(self, role: str, words: str, by: str, at: datetime) -> dict[str, str]:
        """Words as `survey.feedback.texts` puts them away, and what an event keeps of them."""
        play = self.play
        salt, made = play.rng.bytes(16).hex(), UUID(bytes=play.rng.bytes(16), version=4)
        sealed = play.fernet.encrypt(words.encode()).decode()
        self.texts.append(
            {"id": made, "role": role, "actor": by, "at": at, "salt": salt, "sealed": sealed,
             "shown": words, "marks": []}
        )  # fmt: skip
        return {"text": str(made), "digest": keyed_hash(play.key, f"{salt}\n{words}".encode())}


class Play:
    """Makes one case after another."""

    def __init__(
        self, session: Session, rng: np.random.Generator, units: list[Unit], until: datetime
    ) -> None:
        self.session, self.rng, self.until = session, rng, until
        self.units, self.words = units, Words(rng)
        self.hours = Hours(until - timedelta(YEARS * 365), YEARS * 365 + 400)
        self.key = key(session, PURPOSE)
        self.fernet = Fernet(urlsafe_b64encode(self.key))
        self.contacts = Fernet(urlsafe_b64encode(key(session, "feedback-contact")))
        self.fields = list(session.scalars(select(Field.code).order_by(Field.code)))
        weight = 1 / np.arange(1, len(units) + 1) ** 0.7
        self.shares = np.cumsum(weight / weight.sum())
        self.latest: dict[int, int] = {}  # area: its last case that others may be merged into

    def drawn(self, shares: dict[str, float]) -> str:
        chance = self.rng.random()
        for name, share in shares.items():
            chance -= share
            if chance < 0:
                return name
        return next(iter(shares))

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def wait(self, hours: float, spread: float = 0.9) -> float:
        """Working hours, about `hours` in the middle and now and then many times that."""
        return float(hours * np.exp(spread * self.rng.standard_normal()))

    def case(self, number: int, received_at: datetime) -> Made:
        unit = self.units[int(np.searchsorted(self.shares, self.rng.random()))]
        channel, topic = self.drawn(CHANNELS), self.drawn(TOPICS)
        by = unit.officers[0] if channel in ("phone", "paper") else "sender"
        story = Story(self, self.hours.index(received_at))
        told = {
            "kind": self.drawn(KINDS), "unit": unit.area_id, "severity": self.drawn(SEVERITIES),
            "topic": topic, "channel": channel,
        }  # fmt: skip
        if self.fields and self.chance(0.7):
            told["field"] = self.fields[int(self.rng.random() * len(self.fields))]
        told |= story.put("original", self.words.feedback(topic), by, received_at)
        story.entries.append(Entry("receive", by, received_at, told))
        self._happen(story, unit, number)
        anonymous = self.chance(0.6)
        row = {
            "id": number, "receipt": self.rng.bytes(32).hex(), "received_at": received_at,
            "shown_at": shown_from(received_at), "channel": channel,
            "language": "vi" if self.chance(0.97) else "en", "anonymous": anonymous,
            "area_id": unit.area_id, "centre_id": None, "counter_id": None,
        }  # fmt: skip
        return self._rows(row, story)

    def _rows(self, row: dict[str, Any], story: Story) -> Made:
        number, previous, events = row["id"], GENESIS, []
        for seq, entry in enumerate(story.entries, 1):
            hashed = chained(previous, number, seq, entry)
            events.append(
                {"case_id": number, "seq": seq, "at": entry.at, "actor": entry.actor,
                 "act": entry.act, "data": entry.data, "previous": previous, "hash": hashed}
            )  # fmt: skip
            previous = hashed
        now = standing(story.entries)
        row |= derived(self.session, Case(**row), now, len(events))
        for one in story.texts:
            one["case_id"] = number
        contact = None
        if not row["anonymous"]:
            words = json.dumps(self.words.contact(), ensure_ascii=False)
            contact = {
                "case_id": number, "sealed": self.contacts.encrypt(words.encode()).decode(),
                "notice": "1", "notice_digest": "0" * 64, "consented_at": row["received_at"],
            }  # fmt: skip
        return Made(row, events, story.texts, contact)

    def _happen(self, story: Story, unit: Unit, number: int) -> None:
        officer = unit.officers[int(self.rng.random() * OFFICERS)]
        apart = self.drawn(APART)
        story.over = self.chance(FORGOTTEN)
        if apart and self.chance(0.6):
            return self._apart(story, unit, apart, officer, self.wait(6))
        story.tell("accept", officer, self.wait(4, 1.1))
        if self.chance(0.3):
            whom = int(officer.partition(":")[2])
            story.tell("assign", unit.head, self.wait(1), unit=unit.area_id, officer=whom)
        if apart:
            return self._apart(story, unit, apart, officer, self.wait(10))
        if self.chance(0.25):
            story.tell("begin", officer, self.wait(2))
        if self.chance(0.12):
            self._pause(story, officer)
        self._answer(story, unit, officer, number)
        return None

    def _apart(self, story: Story, unit: Unit, act: str, officer: str, hours: float) -> None:
        data: dict[str, Any] = {}
        if act == "merge":
            into = self.latest.get(unit.area_id)
            if into is None:
                act = "refuse"
            else:
                data["into"] = into
        story.over |= self.chance(FORGOTTEN)
        by = "sender" if act == "withdraw" else officer
        story.tell(act, by, hours, REASONS[act], **data)

    def _pause(self, story: Story, officer: str) -> None:
        if self.chance(0.6):
            story.tell("ask", officer, self.wait(3), QUESTION)
            if self.chance(0.85):
                story.tell("answer", "sender", self.wait(12), self.words.filled(ANSWER))
            else:
                story.tell("resume", "system", 5 * 7.5)
        else:
            story.tell("consult", officer, self.wait(3))
            story.tell("resume", officer, self.wait(25))

    def _answer(self, story: Story, unit: Unit, officer: str, number: int) -> None:
        self.latest[unit.area_id] = number
        story.over |= self.chance(FORGOTTEN)
        if self.chance(0.15):
            story.tell("note", officer, self.wait(2), self.words.filled(NOTE))
        reply = self.words.reply()
        story.tell("draft", officer, self.wait(30), reply)
        if self.chance(0.05):
            story.tell("return", unit.head, self.wait(3))
            reply = self.words.reply()
            story.tell("draft", officer, self.wait(6), reply)
        told = {"as_template": reply in TEMPLATES} | ({"owed": True} if self.chance(0.06) else {})
        story.tell("release", unit.head, self.wait(3), **told)
        if "owed" in told and self.chance(0.8):
            story.tell("done", officer, self.wait(60))
        if self.chance(0.35):
            satisfied = 1 + int(np.searchsorted((0.08, 0.2, 0.35, 0.75), self.rng.random()))
            said = "yes" if satisfied > 3 else "partly" if satisfied == 3 else "no"
            story.tell("rate", "sender", self.wait(15), answered=said, satisfied=satisfied)
            if satisfied < 3 and self.chance(0.25):
                return self._again(story, unit, officer)
        story.tell("close", "system", 15 * 7.5)
        return None

    def _again(self, story: Story, unit: Unit, officer: str) -> None:
        other = next(one for one in unit.officers if one != officer)
        story.tell("reopen", "sender", self.wait(1), self.words.filled(AGAIN))
        story.tell("begin", other, self.wait(6))
        story.tell("draft", other, self.wait(25), self.words.reply())
        story.tell("release", unit.head, self.wait(4))
        story.tell("close", "system", 15 * 7.5)


def fill(database: Database, cases: int, seed: int, *, until: datetime = UNTIL) -> int:
    """Add `cases` cases that came in the three years before `until`; how many events they have."""
    rng = np.random.default_rng(seed)
    span = timedelta(YEARS * 365)
    came = np.sort(rng.random(cases) ** 0.85)  # a little more each year
    told = 0
    with database.write() as session:
        units = ground(session, rng)
        first = (session.scalar(select(func.max(Case.id))) or 0) + 1
    with database.read() as asking:
        play = Play(asking, rng, units, until)
        for start in range(0, cases, PIECE):
            piece = range(start, min(start + PIECE, cases))
            made = [play.case(first + n, until - span + span * float(came[n])) for n in piece]
            with database.write() as session:
                told += _store(session, made)
    with database.write() as session:
        if not database.is_sqlite:
            greatest = "SELECT setval('feedback_case_id_seq', (SELECT max(id) FROM feedback_case))"
            session.execute(text(greatest))
        reindex(session)
        session.execute(text("ANALYZE"))
    return told


def _store(session: Session, made: list[Made]) -> int:
    """The rows of some cases put in; how many events there are."""
    events = [row for one in made for row in one.events]
    _put(session, Case, [one.case for one in made])
    _put(session, Event, events)
    _put(session, CaseText, [row for one in made for row in one.texts])
    _put(session, CaseContact, [one.contact for one in made if one.contact])
    return len(events)


def _put(session: Session, kind: Any, rows: list[dict[str, Any]]) -> None:
    table: Table = kind.__table__
    if rows:
        session.execute(insert(table), rows)


def ground(session: Session, rng: np.random.Generator) -> list[Unit]:
    """Today's communes, each with a head and officers, made where there are none; shuffled."""
    if not session.scalar(select(func.count()).select_from(Area)):
        bring_shipped(session, by="command", now=UNTIL)
    known: dict[tuple[int | None, str], list[int]] = {}
    for area_id, role, staff_id in session.execute(
        select(Grant.area_id, Grant.role, Grant.staff_id).order_by(Grant.staff_id)
    ):
        known.setdefault((area_id, role), []).append(staff_id)
    units = []
    for area in session.scalars(
        select(Area).where(Area.level == "commune", Area.valid_to.is_(None)).order_by(Area.code)
    ).all():
        people: list[int] = []
        for role, needed in (("head", 1), ("officer", OFFICERS)):
            own = known.get((area.id, role), [])[:needed]
            people += own + [_person(session, area, role, n) for n in range(len(own), needed)]
        head, *officers = (f"staff:{id}" for id in people)
        units.append(Unit(area.id, head, tuple(officers)))
    return [units[n] for n in rng.permutation(len(units))]


def _person(session: Session, area: Area, role: str, number: int) -> int:
    """Somebody who never signs in: no password has that hash."""
    staff = Staff(
        login=f"{role}{number}.{area.code}",
        name=f"{role.title()} {number} {area.name}",
        password_hash="!",
        must_change=False,
        made_at=UNTIL - timedelta(YEARS * 365),
    )
    session.add(staff)
    session.flush()
    session.add(Grant(staff_id=staff.id, role=role, area_id=area.id))
    return staff.id
