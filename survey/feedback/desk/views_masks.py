"""What is masked of a case: looked at, changed, confirmed; and what it hides, for a reason."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.calendar import clock
from survey.database import reading, writing
from survey.errors import Conflict
from survey.feedback import confirming, masking, texts
from survey.feedback.contacts import Contact
from survey.feedback.desk import bp
from survey.feedback.desk.case_forms import MaskForm, ReasonForm
from survey.feedback.desk.scope import found, of_case, version_sent
from survey.feedback.tables import Case, CaseText
from survey.feedback.text.lists import labels
from survey.feedback.words import ROLE_WORDS
from survey.i18n import language
from survey.staff.guard import allowed


@bp.route("/<int:case_id>/masks", methods=["GET", "POST"])
@allowed("feedback.work", scope=of_case)
def masks(case_id: int) -> ResponseReturnValue:
    """Every text that may leave, as it is masked; one at a time is confirmed."""
    session, now = reading() if request.method == "GET" else writing(), clock()
    case = found(session, case_id, now=now)
    leaving = {str(text.id): text for text in confirming.leaving(session, case)}
    if request.method == "GET":
        return _masks_page(session, case, leaving)
    text = leaving.get(request.form.get("of", ""))
    form = MaskForm(request.form)
    if text is None or not form.validate():
        return _masks_page(session, case, leaving), 422
    words, marks = texts.original(session, text), masking.marks_of(text.marks)
    kept = masking.without(marks, _taken())
    marks_now, missing = masking.more(words, kept, form.pieces, form.kind.data)
    if missing:
        form.words.errors = [_("Not found as it stands: %(words)s", words="; ".join(missing))]
        return _masks_page(session, case, leaving, {text.id: form}), 422
    try:
        if kept != marks:
            confirming.may_show(session, case, text, g.staff)
        by, version = g.staff.actor, version_sent()
        confirming.confirm(session, case, text, marks_now, by=by, now=now, version=version)
    except Conflict as conflict:
        session.rollback()
        case = found(session, case_id, now=now)
        return _masks_page(session, case, leaving, {text.id: form}, conflict), 409
    session.commit()
    flash(_("Confirmed: this is what may be told outside."))
    return redirect(url_for(".masks", case_id=case_id), 303)


def _taken() -> set[str]:
    """Places of the marks that were offered and are ticked no longer."""
    return set(request.form.getlist("offered")) - set(request.form.getlist("keep"))


def _ticks(text: CaseText) -> list[tuple[str, str, bool]]:
    """Marks that were offered: place, words that name it, and whether the tick is still there."""
    offered, taken, named = set(request.form.getlist("offered")), _taken(), labels(language())
    return [
        (
            place,
            _("Bracket %(number)s: %(kind)s", number=number, kind=named[mark.kind]),
            place not in taken,
        )
        for number, mark in enumerate(masking.marks_of(text.marks), start=1)
        if (place := masking.place(mark)) in offered
    ]


def _masks_page(
    session: Session,
    case: Case,
    leaving: dict[str, CaseText],
    forms: dict[UUID, MaskForm] | None = None,
    conflict: Conflict | None = None,
) -> str:
    sent = forms or {}
    return render_template(
        "feedback/desk/masks.html",
        case=case,
        conflict=conflict,
        forms={
            text.id: sent.get(text.id) or MaskForm(id=str(text.id)) for text in leaving.values()
        },
        looks=confirming.looks(session, case, g.staff),
        roles=ROLE_WORDS,
        ticks={id: _ticks(text) for text in leaving.values() if (id := text.id) in sent},
        sent=list(sent.values()),
        texts=list(leaving.values()),
    )


@bp.route("/<int:case_id>/original", methods=["GET", "POST"])
@allowed("feedback.see", scope=of_case)
def original(case_id: int) -> ResponseReturnValue:
    """The words as written, once, for who says why; kept by no browser."""
    return _behind(case_id, "read")


@bp.route("/<int:case_id>/contact", methods=["GET", "POST"])
@allowed("feedback.see", scope=of_case)
def contact(case_id: int) -> ResponseReturnValue:
    """How to reach the sender, once, for who says why; kept by no browser."""
    return _behind(case_id, "unmask")


def _behind(case_id: int, act: str) -> ResponseReturnValue:
    session, now = reading() if request.method == "GET" else writing(), clock()
    case = found(session, case_id, now=now)
    confirming.allowed_to(session, case, g.staff)
    form = ReasonForm(request.form)
    if request.method == "GET" or not form.holds():
        page = render_template("feedback/desk/reason.html", act=act, case=case, form=form)
        return page, 422 if form.errors else 200
    shown: dict[str, Any] = {}
    if act == "read":
        confirming.read(session, case, form.reason, by=g.staff, now=now)
        shown = {"pieces": _as_written(session, case), "forms": MaskForm}
    else:
        seen = confirming.unmask(session, case, form.reason, by=g.staff, now=now)
        shown = {"contact": seen, "none": seen == Contact()}
    session.commit()
    page = render_template(
        "feedback/desk/behind.html",
        act=act,
        case=case,
        roles=ROLE_WORDS,
        **shown,
    )
    return page, 200, {"Cache-Control": "no-store"}


def _as_written(
    session: Session, case: Case
) -> list[tuple[CaseText, str, list[tuple[str, str, bool]]]]:
    """Each text with its words as written, and its marks with what stands behind them, ticked."""
    found, named = [], labels(language())
    for text in confirming.leaving(session, case):
        words = texts.original(session, text)
        marks = [
            (masking.place(mark), f"{words[mark.start : mark.end]} ({named[mark.kind]})", True)
            for mark in masking.marks_of(text.marks)
        ]
        found.append((text, words, marks))
    return found
