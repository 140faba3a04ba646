"""One act on many cases: which of them, which would change and which not and why, done, undone."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from survey.errors import Conflict
from survey.feedback.cases import Act, do_each, refusals
from survey.feedback.events import events_of
from survey.feedback.rules import undone_seq
from survey.feedback.tables import Case

MOST: Final = 500  # cases of one act
PICKED: Final = re.compile(r"([1-9][0-9]{0,9}):([1-9][0-9]{0,5})")


class AlreadySo(Conflict):
    title = _l("It is so already")


class OtherLanguage(Conflict):
    title = _l("Its sender wrote in another language")


class TheOneItself(Conflict):
    title = _l("It is the one that the others are merged into")


@dataclass(frozen=True)
class Chosen:
    """Cases that an act was chosen for, at the versions seen; `beyond`: there were more."""

    cases: Sequence[Case] = ()
    versions: Mapping[int, int] = field(default_factory=dict)
    beyond: bool = False

    @property
    def text(self) -> str:
        """As a form carries them along."""
        return " ".join(f"{id}:{version}" for id, version in self.versions.items())


@dataclass(frozen=True)
class Plan:
    """What would be done to which case, and why not to the others."""

    ready: Sequence[tuple[Case, Act]]
    refused: Sequence[tuple[Case, Conflict]]

    def by_reason(self) -> list[tuple[str, list[Case]]]:
        """The refused ones under the words that say why."""
        found: dict[str, list[Case]] = {}
        for case, refusal in self.refused:
            words = str(refusal.detail or refusal.title)
            found.setdefault(words, []).append(case)
        return sorted(found.items(), key=lambda line: -len(line[1]))


def picked(session: Session, text: str, seen: ColumnElement[bool]) -> Chosen:
    """The cases that a form names with their versions, those among them that may be seen."""
    versions = {int(id): int(version) for id, version in PICKED.findall(text)}
    ids = list(versions)[:MOST]
    cases = session.scalars(select(Case).where(Case.id.in_(ids), seen).order_by(Case.id)).all()
    return Chosen(cases, {c.id: versions[c.id] for c in cases}, len(versions) > MOST)


def matching(session: Session, where: Sequence[ColumnElement[bool]]) -> Chosen:
    """All that fit a view and its filters, up to the most that are done at once."""
    query = select(Case).where(*where).order_by(Case.id).limit(MOST + 1)
    cases = session.scalars(query).all()
    kept = cases[:MOST]
    return Chosen(kept, {case.id: case.version for case in kept}, len(cases) > MOST)


def plan(
    session: Session, chosen: Chosen, act_for: Callable[[Case], Act | Conflict], *, now: datetime
) -> Plan:
    """`act_for` gives the act for a case, or says why there is none."""
    wanted = [(case, act_for(case)) for case in chosen.cases]
    acts = [(case, act) for case, act in wanted if isinstance(act, Act)]
    against = refusals(session, acts, now=now, versions=chosen.versions)
    refused = [(case, act) for case, act in wanted if isinstance(act, Conflict)]
    refused += [(case, against[case.id]) for case, _act in acts if case.id in against]
    return Plan([pair for pair in acts if pair[0].id not in against], refused)


def carry_out(session: Session, planned: Plan, *, now: datetime) -> dict[int, int]:
    """Do it; the number of the event by case, with which it is undone. The caller commits."""
    done = do_each(session, planned.ready, now=now)
    return {event.case_id: event.seq for event in done}


def undo(session: Session, done: Mapping[int, int], by: str, *, now: datetime) -> Plan:
    """Take back these events of cases where they are still one's own latest. The caller commits.

    What was sealed since is not even named.
    """
    theirs = select(Case).where(Case.id.in_(done), ~Case.sealed).order_by(Case.id)
    cases = session.scalars(theirs).all()
    known = events_of(session, (case.id for case in cases))
    ready: list[tuple[Case, Act]] = []
    refused: list[tuple[Case, Conflict]] = []
    for case in cases:
        try:
            if undone_seq(known[case.id], by, now) != done[case.id]:
                raise Conflict(_l("Somebody has worked on it since"))
        except Conflict as refusal:
            refused.append((case, refusal))
        else:
            ready.append((case, Act("undo", by, "officer")))
    do_each(session, ready, now=now)
    return Plan(ready, refused)


def changes(case: Case, wanted: Mapping[str, Any]) -> bool:
    """Whether a case is not as wanted yet."""
    return any(getattr(case, name) != value for name, value in wanted.items())
