"""Citizens, officers and clocks at play: whatever they try, in whatever order.

What is allowed is written down here a second time, from the rules of the house and not from the
code. After each step the case must stand where this second account says, no event may be missing,
the chain must hold, and the columns must be what the events make of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from survey.calendar import ZONE
from survey.errors import Conflict
from survey.feedback.cases import find
from survey.feedback.events import broken_at, events_of
from survey.feedback.extending import ends
from survey.feedback.rebuild import differences_of
from survey.feedback.splitting import Part, split
from survey.feedback.standing import standing
from tests.feedback.conftest import MONDAY, Inbox, inbox_in

STEPS, PLAYS = 50, 400  # 20,000 steps
WORKING = {"accepted", "in-work", "reopened"}
WAITING = {"waiting-sender", "waiting-agency"}
UNANSWERED = {"new", "drafted"} | WORKING | WAITING
TRIAGED = {"new"} | WORKING | WAITING
ANSWERED = {"released", "closed"}

# act: (who, from, to); None: the state stays
ALLOWED = {
    "accept": ("officer", {"new"}, "accepted"),
    "begin": ("officer", {"accepted", "reopened"}, "in-work"),
    "ask": ("officer", WORKING, "waiting-sender"),
    "answer": ("sender", {"waiting-sender"}, "in-work"),
    "consult": ("officer", WORKING, "waiting-agency"),
    "resume": ("officer", WAITING, "in-work"),
    "draft": ("officer", WORKING | {"drafted"}, "drafted"),
    "return": ("second", {"drafted"}, "in-work"),
    "release": ("second", {"drafted"}, "released"),
    "close": ("system", {"released"}, "closed"),
    "reopen": ("sender", ANSWERED, "reopened"),
    "refuse": ("officer", TRIAGED, "refused"),
    "transfer": ("officer", TRIAGED, "transferred"),
    "guide": ("officer", TRIAGED, "guided"),
    "withdraw": ("sender", UNANSWERED, "withdrawn"),
    "note": ("officer", None, None),
    "rate": ("sender", ANSWERED, None),
    "owe": ("officer", ANSWERED, None),
    "done": ("officer", ANSWERED, None),
}
NEXT = {
    "new": "accept",
    "accepted": "begin",
    "in-work": "draft",
    "drafted": "release",
    "released": "reopen",
    "closed": "reopen",
    "reopened": "begin",
    "waiting-sender": "answer",
    "waiting-agency": "resume",
}
DAYS_OFF = {date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2), date(2026, 11, 24)}
DAYS_OFF |= {date(2027, 1, 1), *(date(2027, 2, day) for day in (4, 5, 8, 9, 10))}
DAYS_OFF |= {date(2027, 4, 16), date(2027, 4, 30), date(2027, 5, 3)}
SATURDAY_WORKED = date(2026, 8, 22)
OFFICERS = ("lan", "minh", "ha")
UNDOABLE = {"accept", "begin", "ask", "consult", "resume", "refuse", "transfer", "guide", "merge",
            "unmerge", "assign", "classify", "draft", "owe", "done"}  # fmt: skip


@dataclass
class Account:
    """What this test knows of a case: where it was before each event, and who did it when."""

    id: int
    state: str = "new"
    past: list[tuple[str, str, str, object]] = field(default_factory=list)  # act, by, before, at
    reopened: int = 0
    drafts: list[str] = field(default_factory=list)  # by whom, without those taken back
    workers: set[str] = field(default_factory=set)


class Play(RuleBasedStateMachine):
    """One play on a database that earlier plays have used too."""

    inbox: Inbox

    @initialize()
    def begin(self) -> None:
        self.now = MONDAY
        self.cases: list[Account] = []
        self.send()

    @rule(minutes=st.one_of(st.integers(1, 30), st.integers(1, 3 * 24 * 60)))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: len(self.cases) < 3)
    @rule()
    def send(self) -> None:
        with self.inbox.database.write() as session:
            self.cases.append(Account(self.inbox.send(session, now=self.now).id))

    @rule(
        pick=st.integers(0, 3), act=st.sampled_from(sorted(ALLOWED)), by=st.sampled_from(OFFICERS)
    )
    def act(self, pick: int, act: str, by: str) -> None:
        self.try_act(self.cases[pick % len(self.cases)], act, by)

    @rule(pick=st.integers(0, 3), steps=st.integers(1, 9), by=st.sampled_from(OFFICERS))
    def go_on(self, pick: int, steps: int, by: str) -> None:
        """What usually happens next, some times over, so that plays go far into a case."""
        case = self.cases[pick % len(self.cases)]
        for _ in range(steps):
            if case.state in NEXT:
                self.try_act(case, NEXT[case.state], by)

    def try_act(self, case: Account, act: str, officer: str) -> None:
        who, origins, to = ALLOWED[act]
        by = {"sender": "sender", "system": "system", "second": "ha"}.get(who, officer)
        allowed = origins is None or case.state in origins
        if act == "reopen" and case.reopened:
            allowed = False
        if allowed and act == "reopen" and self.now > last_moment(case):
            allowed = False
        if act == "begin" and case.state == "reopened" and by in case.workers:
            allowed = False
        if act == "release" and case.drafts[-1:] == [by]:
            allowed = False
        if self.tried(case, act, by, who, allowed):
            self.note(case, act, by, to)
            case.reopened += act == "reopen"
            if act == "draft":
                case.drafts.append(by)
            if act in ("begin", "draft", "release"):
                case.workers.add(by)

    @rule(pick=st.integers(0, 3), into=st.integers(0, 3), officer=st.sampled_from(OFFICERS))
    def merge(self, pick: int, into: int, officer: str) -> None:
        case, other = (self.cases[n % len(self.cases)] for n in (pick, into))
        allowed = case.state in TRIAGED
        if case is not other and self.tried(
            case, "merge", officer, "officer", allowed, into=other.id
        ):
            self.note(case, "merge", officer, "merged")

    @rule(pick=st.integers(0, 3), officer=st.sampled_from(OFFICERS))
    def unmerge(self, pick: int, officer: str) -> None:
        case = self.cases[pick % len(self.cases)]
        if self.tried(case, "unmerge", officer, "officer", case.state == "merged"):
            merged = [entry for entry in case.past if entry[0] == "merge"]
            self.note(case, "unmerge", officer, merged[-1][2])

    @rule(pick=st.integers(0, 3), officer=st.sampled_from(OFFICERS))
    def undo(self, pick: int, officer: str) -> None:
        case = self.cases[pick % len(self.cases)]
        loud = [entry for entry in case.past if entry[0] != "note"]
        last = loud[-1] if loud else None
        allowed = last is not None and (
            last[0] in UNDOABLE
            and last[1] == officer
            and self.now - last[3] <= timedelta(minutes=10)
        )
        if self.tried(case, "undo", officer, "officer", allowed):
            self.note(case, "undo", officer, last[2])
            if last[0] == "draft":
                case.drafts.pop()

    @precondition(lambda self: len(self.cases) < 5)
    @rule(pick=st.integers(0, 3), officer=st.sampled_from(OFFICERS))
    def split(self, pick: int, officer: str) -> None:
        """The part begins where the first was: accepted, if that was."""
        case = self.cases[pick % len(self.cases)]
        part = Part("Ghế chờ bị hỏng.", "report")
        allowed = case.state in UNANSWERED | ANSWERED
        try:
            with self.inbox.database.write() as session:
                stored, by = find(session, case.id), self.inbox.actor(officer)
                made = split(session, stored, part, by=by, now=self.now)
                kept, state = (made.id, made.due_at, made.received_at), made.state
                assert kept[2] == stored.received_at
                if stored.due_at and state != "new" and case.state not in ("new", "reopened"):
                    assert kept[1] is not None and kept[1] <= stored.due_at
        except Conflict:
            assert not allowed, case.state
            return
        assert allowed, case.state
        assert state in ("new", "accepted")
        self.note(case, "split", officer, None)
        self.cases.append(Account(kept[0], state))

    @rule(pick=st.integers(0, 3), officer=st.sampled_from(OFFICERS), last=st.booleans())
    def extend(self, pick: int, officer: str, last: bool) -> None:
        """Once for each clock, to a day that is offered and to no other."""
        case = self.cases[pick % len(self.cases)]
        with self.inbox.database.read() as session:
            stored = find(session, case.id)
            now = standing(events_of(session, [case.id])[case.id])
            offered = ends(session, now, anonymous=stored.anonymous, at=self.now)
            due = stored.due_at
        if offered:
            assert case.state in UNANSWERED - WAITING and due >= self.now and offered[0] > due
        until = (offered or [self.now])[-1 if last else 0].isoformat()
        if self.tried(case, "extend", officer, "head", bool(offered), until=until):
            self.note(case, "extend", officer, None)

    @rule(pick=st.integers(0, 3), officer=st.sampled_from(OFFICERS))
    def seal(self, pick: int, officer: str) -> None:
        case = self.cases[pick % len(self.cases)]
        receiver = self.inbox.staff["tam"]
        allowed = case.state in TRIAGED
        if self.tried(case, "seal", officer, "officer", allowed, receiver=receiver):
            self.note(case, "seal", officer, "guided")
            with self.inbox.database.read() as session:
                stored = find(session, case.id)
                assert (stored.sealed, stored.officer_id) == (True, receiver)

    @rule(pick=st.integers(0, 3))
    def two_at_once(self, pick: int) -> None:
        """Both saw the case as it was; the second is told, and nothing of hers is stored."""
        case = self.cases[pick % len(self.cases)]
        seen = len(case.past) + 1
        assert self.tried(case, "note", "lan", "officer", True, version=seen)
        self.note(case, "note", "lan", None)
        assert not self.tried(case, "note", "minh", "officer", False, version=seen)

    def tried(
        self,
        case: Account,
        act: str,
        by: str,
        who: str,
        allowed: bool,
        *,
        version: int | None = None,
        **data: object,
    ) -> bool:
        """Whether the act was done, which must be as this account says."""
        try:
            with self.inbox.database.write() as session:
                stored = find(session, case.id)
                self.inbox.act(
                    session, stored, act, by=by, who=who, now=self.now, data=data, version=version
                )
        except Conflict:
            assert not allowed, (act, by, case.state)
            return False
        assert allowed, (act, by, case.state)
        return True

    def note(self, case: Account, act: str, by: str, to: str | None) -> None:
        case.past.append((act, by, case.state, self.now))
        case.state = to or case.state

    @invariant()
    def nothing_is_lost_and_all_agrees(self) -> None:
        if not hasattr(self, "cases"):
            return
        with self.inbox.database.read() as session:
            known = events_of(session, [case.id for case in self.cases])
            for case in self.cases:
                stored, events = find(session, case.id), known[case.id]
                assert stored.state == case.state
                assert [event.act for event in events[1:]] == [entry[0] for entry in case.past]
                assert broken_at(events) is None
                assert differences_of(session, stored, events) == []


def last_moment(case: Account) -> datetime:
    """The close of the fifteenth working day after that of the answer, counted day by day."""
    answered = max(at for act, _, _, at in case.past if act == "release")
    day, left = answered.astimezone(ZONE).date(), 15
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day not in DAYS_OFF
        left -= day == SATURDAY_WORKED
    return datetime.combine(day, time(17), ZONE)


@contextmanager
def played(inbox: Inbox) -> Iterator[type[Play]]:
    Play.inbox = inbox
    yield Play


def test_nothing_illegal_is_done_and_nothing_legal_refused(both):
    with played(inbox_in(both)) as play:
        run_state_machine_as_test(
            play,
            settings=settings(
                max_examples=PLAYS // 20,
                stateful_step_count=STEPS,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )


@pytest.mark.faults
def test_nothing_illegal_in_twenty_thousand_steps(both):
    with played(inbox_in(both)) as play:
        run_state_machine_as_test(
            play,
            settings=settings(
                max_examples=PLAYS,
                stateful_step_count=STEPS,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
