"""What takes a case apart, each on a page that says what follows: splitting, sealing."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.calendar import clock
from survey.database import reading, writing
from survey.errors import Conflict
from survey.feedback import offered as services
from survey.feedback import sealing, splitting
from survey.feedback.desk import bp
from survey.feedback.desk.apart_forms import SealForm, SplitForm
from survey.feedback.desk.scope import found, of_case, version_sent
from survey.feedback.desk.similar import shown
from survey.feedback.machine import move_of
from survey.feedback.splitting import Part
from survey.feedback.tables import Case
from survey.i18n import LANGUAGES, language
from survey.staff.guard import allowed


@bp.route("/<int:case_id>/split", methods=["GET", "POST"])
@allowed("feedback.work", scope=of_case)
def split(case_id: int) -> ResponseReturnValue:
    """A part becomes a case of its own; 409 with what was typed when somebody was faster."""
    session, case = _case(case_id, "split")
    fields = services.services(session, language())
    words = shown(session, case)
    if request.method == "GET":
        form = SplitForm(None, fields, words=words, kind=case.kind, field=case.field or "")
        return _split_page(case, form, words)
    form = SplitForm(request.form, fields)
    if not form.holds():
        return _split_page(case, form, words), 422
    part = Part(form.typed, form.kind.data, form.field.data or None)
    by, now = g.staff.actor, clock()
    try:
        made = splitting.split(session, case, part, by=by, now=now, version=version_sent())
    except Conflict as conflict:
        session.rollback()
        return _split_page(found(session, case_id, now=now), form, words, conflict), 409
    number = made.number
    session.commit()
    flash(_("Done: %(number)s is a case of its own now.", number=number))
    return redirect(url_for(".case", case_id=case_id), 303)


@bp.route("/<int:case_id>/seal", methods=["GET", "POST"])
@allowed("feedback.work", scope=of_case)
def seal(case_id: int) -> ResponseReturnValue:
    """Sealed to one receiver; then it is as if there were no such case, for who sealed it too."""
    session, case = _case(case_id, "seal")
    now = clock()
    people = sealing.receivers(session, case, now=now)
    if request.method == "GET":
        return _seal_page(session, case, SealForm(None, people, words=_told(case)))
    form = SealForm(request.form, people)
    if not form.holds():
        return _seal_page(session, case, form), 422
    number, receiver = case.number, int(form.receiver.data)
    name = next(one.name for one in people if one.id == receiver)
    by, version = g.staff.actor, version_sent()
    try:
        sealing.seal(session, case, receiver, form.typed, by=by, now=now, version=version)
    except Conflict as conflict:
        session.rollback()
        return _seal_page(session, found(session, case_id, now=now), form, conflict), 409
    session.commit()
    told = _("%(number)s is sealed. From now on only %(name)s reads it.", number=number, name=name)
    flash(told)
    return redirect(url_for(".inbox"), 303)


def _case(case_id: int, act: str) -> tuple[Session, Case]:
    """The case, when the act can be chosen at all. Raises NotFound, ActNotPossible."""
    session = reading() if request.method == "GET" else writing()
    case = found(session, case_id, now=clock())
    if request.method == "GET":
        move_of(act, case.state)
    return session, case


def _told(case: Case) -> str:
    """What is proposed to be told to the sender, in the language of the case."""
    with force_locale(case.language if case.language in LANGUAGES else language()):
        told: str = _(
            "What you wrote has signs of a denunciation (tố cáo). It was sealed and passed to the "
            "person who receives denunciations above the unit concerned; nobody else reads it. It "
            "is dealt with by the Law on Denunciations, No. 25/2018/QH14, which protects your "
            "name. To make a denunciation in its form, please go to the citizens’ reception "
            "office (trụ sở tiếp công dân) of the commune or the province."
        )
    return told


def _split_page(case: Case, form: SplitForm, words: str, conflict: Conflict | None = None) -> str:
    return render_template(
        "feedback/desk/split.html", case=case, conflict=conflict, form=form, shown=words
    )


def _seal_page(
    session: Session, case: Case, form: SealForm, conflict: Conflict | None = None
) -> str:
    return render_template(
        "feedback/desk/seal.html",
        case=case,
        conflict=conflict,
        form=form,
        nobody=len(form.receiver.choices or ()) == 1,
        others=sealing.may_hold_the_same(session, case),
    )
