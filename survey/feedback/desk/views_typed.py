"""What the page of a case sends while somebody works on it: words to be kept, and signs of life."""

from flask import flash, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.calendar import clock
from survey.database import reading, writing
from survey.errors import NotFound
from survey.feedback import presence, unsent
from survey.feedback.desk import bp, typed
from survey.feedback.desk.case_forms import FORMS, LetterForm, WordedForm
from survey.feedback.desk.scope import found, of_case, version_sent
from survey.feedback.events import events_of
from survey.feedback.leave_forms import written
from survey.feedback.tables import Case
from survey.staff.guard import allowed


@bp.route("/<int:case_id>/<act>/keep", methods=["POST"])
@allowed("feedback.work", scope=of_case)
def keep(case_id: int, act: str) -> ResponseReturnValue:
    """What was typed for an act so far is kept for whoever typed it; then the page with it again.

    Told in JSON to a script. `template` of the form: it goes after the words on that page.
    """
    session, now = writing(), clock()
    case = found(session, case_id, now=now)
    _check(act, WordedForm)
    words = written(request.form.get(f"{act}-words"))
    fits = len(words) <= unsent.LONGEST and not _done_since(session, case, act)
    if fits:
        unsent.keep(session, case.id, g.staff.id, act, words, now=now)
        session.commit()
    if request.accept_mimetypes.best == "application/json":
        return jsonify(kept=fits and bool(words), at=typed.time_of(now)), 200 if fits else 409
    if not fits:
        flash(_("Not saved."))
    elif words:
        flash(_("Saved at %(time)s. Nobody else sees it.", time=typed.time_of(now)))
    return _back(case_id, act, template=request.form.get(f"{act}-template") or None)


def _check(act: str, kind: type[WordedForm]) -> None:
    """Raises NotFound for an act without such a form."""
    if not issubclass(FORMS.get(act, type(None)), kind):
        raise NotFound


def _done_since(session: Session, case: Case, act: str) -> bool:
    """Whether it was done from this page already: what arrives late is what was sent with it."""
    version = version_sent()
    events = events_of(session, [case.id])[case.id][max(version, 0) :]
    return any(event.act == act and event.actor == g.staff.actor for event in events)


def _back(case_id: int, act: str, template: str | None = None) -> ResponseReturnValue:
    anchor = f"act-{act}"
    there = url_for(".case", case_id=case_id, act=act, template=template, _anchor=anchor)
    return redirect(there, 303)


@bp.route("/<int:case_id>/<act>/discard", methods=["POST"])
@allowed("feedback.work", scope=of_case)
def discard(case_id: int, act: str) -> ResponseReturnValue:
    """What one typed for an act is wanted no more."""
    session = writing()
    case = found(session, case_id, now=clock())
    _check(act, WordedForm)
    unsent.drop(session, case.id, g.staff.id, act)
    session.commit()
    flash(_("Discarded: what you had typed is not kept any more."))
    return _back(case_id, act)


@bp.route("/<int:case_id>/<act>/template/<key>")
@allowed("feedback.work", scope=of_case)
def template(case_id: int, act: str, key: str) -> ResponseReturnValue:
    """A template filled in for the case, for a script that puts it where the cursor is."""
    session, now = reading(), clock()
    case = found(session, case_id, now=now)
    _check(act, LetterForm)
    return jsonify(words=typed.template_words(session, case, act, key, now=now))


@bp.route("/<int:case_id>/beat", methods=["POST"])
@allowed("feedback.see", scope=of_case, unattended=True)
def beat(case_id: int) -> ResponseReturnValue:
    """The page is still open; who else has it open is told."""
    session, now = writing(), clock()
    case = found(session, case_id, now=now)
    writes = request.form.get("writing") == "y"
    presence.here(session, case.id, g.staff.id, writing=writes, now=now)
    session.commit()
    return jsonify(here=typed.here(session, case, now=now))
