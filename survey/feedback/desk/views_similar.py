"""Two cases side by side, to see whether they are about the same thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import g, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.calendar import clock
from survey.database import reading
from survey.errors import NotFound
from survey.feedback import confirming
from survey.feedback.desk import acting, bp, listing
from survey.feedback.desk.history import Line, history
from survey.feedback.desk.scope import found, of_case
from survey.feedback.desk.similar import shared, shown
from survey.feedback.desk.snippet import Piece
from survey.feedback.desk.views_inbox import words_of_rows
from survey.feedback.events import events_of
from survey.feedback.machine import possible
from survey.feedback.tables import Case
from survey.feedback.text.likeness import opposed
from survey.feedback.words import TOPIC_WORDS
from survey.i18n import language
from survey.staff.guard import allowed, may
from survey.units.places import field_names


@dataclass(frozen=True)
class Side:
    """One of the two; `merges`: it may be merged into the other by whoever looks."""

    row: listing.Row
    pieces: Sequence[Piece]
    told: Sequence[Line]
    merges: bool

    @property
    def case(self) -> Case:
        return self.row.case

    @property
    def number(self) -> str:
        return self.row.case.number


@bp.route("/<int:case_id>/beside/<int:other_id>")
@allowed("feedback.see", scope=of_case)
def beside(case_id: int, other_id: int) -> ResponseReturnValue:
    """Both as masked; what is sealed stands beside nothing."""
    session, now = reading(), clock()
    pair = [found(session, id, now=now) for id in (case_id, other_id)]
    if case_id == other_id or any(case.sealed for case in pair):
        raise NotFound
    words = [shown(session, case) for case in pair]
    return render_template(
        "feedback/desk/beside.html",
        opposed=opposed(*words),
        sides=[
            _side(session, pair[0], pair[1], shared(*words), now=now),
            _side(session, pair[1], pair[0], shared(*reversed(words)), now=now),
        ],
        topics=TOPIC_WORDS,
        **words_of_rows(dict(field_names(session, language())), now),
    )


def _side(
    session: Session, case: Case, other: Case, pieces: Sequence[Piece], *, now: datetime
) -> Side:
    looks = confirming.looks(session, case, g.staff)
    lines = history(session, case, events_of(session, [case.id])[case.id], behind=looks)
    merges = may("feedback.work", case.unit_id) and "merge" in possible(case.state, "officer")
    return Side(
        row=listing.rows_of(session, [case.id])[0],
        pieces=pieces,
        told=[line for line in lines[1:] if line.told and line.words is not None],
        merges=merges and acting.may_take(session, case, other.id, now=now),
    )
