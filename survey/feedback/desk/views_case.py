"""The page of one case, and the acts on it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from survey.calendar import clock
from survey.database import reading, writing
from survey.errors import Conflict, NotAllowed, NotFound
from survey.feedback import confirming, following, pictures, splitting, unsent
from survey.feedback import offered as services
from survey.feedback.desk import acting, apart, bp, listing, typed
from survey.feedback.desk.case_forms import (
    FORMS,
    ActForm,
    AssignForm,
    ClassifyForm,
    ExtendForm,
    form_of,
)
from survey.feedback.desk.history import history
from survey.feedback.desk.scope import found, of_case, version_sent
from survey.feedback.desk.similar import similar_to, suggested
from survey.feedback.desk.views_inbox import words_of_rows
from survey.feedback.events import events_of
from survey.feedback.machine import ANSWERED, BY_ACT
from survey.feedback.tables import Case, Event
from survey.feedback.words import ACT_WORDS, TOPIC_WORDS
from survey.i18n import language
from survey.staff.guard import allowed, may
from survey.units.places import field_names


@bp.route("/<int:case_id>")
@allowed("feedback.see", scope=of_case)
def case(case_id: int) -> ResponseReturnValue:
    session = reading()
    return _page(session, found(session, case_id, now=clock()))


@bp.route("/<int:case_id>/<act>", methods=["POST"])
@allowed("feedback.work", scope=of_case)
def act(case_id: int, act: str) -> ResponseReturnValue:
    """One of FORMS, chosen on the page of `version`: 409 with the page when it is not possible."""
    session, now = writing(), clock()
    case = found(session, case_id, now=now)
    if act not in FORMS:
        raise NotFound
    if act in acting.SECOND and not may("feedback.release", case.unit_id):
        raise NotAllowed
    if act == "extend" and not _assigns(case):
        raise NotAllowed
    events = events_of(session, [case.id])[case.id] if act == "extend" else []
    later = _later_days(session, case, events, now=now) if events else []
    form = _form(session, case, act, request.form, later=later)
    if not acting.holds(session, case, form, now=now):
        return _page(session, case, {act: form}), 422
    try:
        acting.perform(
            session,
            case,
            act,
            form,
            by=g.staff,
            assigns=_assigns(case),
            version=version_sent(),
            now=now,
        )
    except Conflict as conflict:
        session.rollback()
        case = found(session, case_id, now=now)
        return _page(session, case, {act: form}, conflict), 409
    unsent.drop(session, case.id, g.staff.id, act)
    session.commit()
    flash(_("Done: %(act)s.", act=ACT_WORDS[act]))
    return redirect(url_for(".case", case_id=case_id), 303)


def _assigns(case: Case) -> bool:
    return may("feedback.assign", case.unit_id)


def _later_days(
    session: Session, case: Case, events: Sequence[Event], *, now: datetime
) -> list[SelectChoice]:
    """Until when who is signed in may extend the time; none for who may not."""
    return apart.later_days(session, case, events, now=now) if _assigns(case) else []


def _form(
    session: Session,
    case: Case,
    act: str,
    sent: Any = None,
    *,
    later: Sequence[SelectChoice] = (),
) -> ActForm:
    """The form of an act with what it offers in this case; `later`: days of an extension."""
    known = {"kind": case.kind, "severity": case.severity}
    known |= {"field": case.field or "", "topic": case.topic or ""}
    officer = str(case.officer_id or g.staff.id)
    form = form_of(act, sent, **(known if act == "classify" else {"officer": officer}))
    if isinstance(form, AssignForm):
        people = acting.officers(session, case, g.staff, assigns=_assigns(case))
        form.officer.choices = [SelectChoice(*one) for one in people.items()]
    if isinstance(form, ExtendForm):
        form.until.choices = list(later)
    if isinstance(form, ClassifyForm):
        form.field.choices = services.services(session, language())
    return form


def _page(
    session: Session,
    case: Case,
    sent: Mapping[str, ActForm] | None = None,
    conflict: Conflict | None = None,
) -> str:
    """The case as it is now; `sent`: the form that was refused, as it was filled in."""
    now, sent = clock(), sent or {}
    events = events_of(session, [case.id])[case.id]
    releases = may("feedback.release", case.unit_id)
    later = _later_days(session, case, events, now=now)
    may_now = {"releases": releases, "extends": bool(later)}
    acts = acting.offered(case, events, g.staff.actor, **may_now, now=now)
    forms = {name: sent.get(name) or _form(session, case, name, later=later) for name in acts}
    fields = field_names(session, language())
    looks = confirming.looks(session, case, g.staff)
    lines = history(session, case, events, behind=looks)
    drafts = [line.words for line in lines if line.act == "draft" and not line.undone]
    return render_template(
        "feedback/desk/case.html",
        act_words=ACT_WORDS,
        apart=apart.apart(case),
        case=case,
        conflict=conflict,
        family=apart.family(session, case, now=now),
        first=splitting.first_of(session, case),
        draft=drafts[-1] if drafts and case.state == "drafted" else None,
        forms=forms,
        held_back=following.held_back(session, case, events),
        lines=lines,
        looks=looks,
        pictures=pictures.pictures_of(session, case.id),
        masks=bool(lines[0].words),
        ready=typed.ready(session, case, forms, sent, now=now),
        publishes=releases and case.state in ANSWERED and not case.sealed,
        row=listing.rows_of(session, [case.id])[0],
        sent=sent,
        similar=similar_to(session, case, g.staff, now=now),
        suggested=suggested(case, lines[0].words),
        told={name for name in acts if BY_ACT[name].told or name == "draft"},
        topics=TOPIC_WORDS,
        unsent=[form.typed for name, form in sent.items() if name not in forms and form.typed],
        **words_of_rows(dict(fields), now),
    )
