"""Publishing a draft: what was looked at is frozen, and the draft is no longer there."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from questionnaires import Questionnaire, shipped
from questionnaires.lint import ERROR
from survey.calendar import clock
from survey.database import reading, writing
from survey.errors import InputFault
from survey.fieldwork import drafts, media
from survey.fieldwork.drafts import Draft
from survey.fieldwork.editor import words
from survey.fieldwork.editor.door import bp, counted, data, findings
from survey.fieldwork.editor.saving import draft_of
from survey.fieldwork.publishing import publish
from survey.forms import StaffForm
from survey.staff.guard import allowed, anywhere, simulated, visible_areas


class PublishForm(StaffForm):
    base = HiddenField()
    confirm = BooleanField(_l("I allow this wording although it was not compared with the decree."))


@bp.route("/<name>/publish", methods=["GET", "POST"])
@allowed("questionnaire.edit", scope=anywhere)
def publish_draft(name: str) -> ResponseReturnValue:
    """Ask once more, then freeze the draft; wording not compared needs an administrator."""
    draft = draft_of(name)
    form = PublishForm(data={"base": draft.sha256})
    questionnaire, reasons = _whole(draft)
    unchecked = questionnaire is not None and not questionnaire.wording_compared
    administrator = visible_areas(reading(), g.staff, "site.edit") is None
    needed = unchecked and not simulated()
    told: list[str] = []
    if form.validate_on_submit() and questionnaire is not None and not reasons:
        if form.base.data != draft.sha256:
            raise drafts.DraftChanged(draft)
        if not needed or (administrator and form.confirm.data):
            _publish(draft, questionnaire, confirmed=administrator and form.confirm.data)
            flash(_("Published. It can be chosen for rounds from now on, and is never edited."))
            return redirect(url_for(".show", name=name), 303)
        told = [_("An administrator must allow wording that was not compared with the decree.")]
    page = render_template(
        "questionnaires/publish.html",
        name=name,
        form=form,
        questionnaire=questionnaire,
        reasons=reasons,
        told=told,
        unchecked=unchecked,
        needed=needed,
        administrator=administrator,
        counts=counted(findings(draft.text, name)),
        severity_names=words.SEVERITY_NAMES,
    )
    return page, 409 if told or (reasons and form.is_submitted()) else 200


def _whole(draft: Draft) -> tuple[Questionnaire | None, list[str]]:
    """The form of a draft, and everything that forbids to publish it."""
    errors = [one for one in findings(draft.text, draft.name) if one.severity == ERROR]
    if errors:
        count = len(errors)
        return None, [_("The check found errors (%(n)d). Correct them first.", n=count)]
    try:
        form = drafts.sound(draft.text, draft.name)
        media.gather(form, media.folder(data(), draft.name))
    except InputFault as fault:
        return None, fault.faults
    reasons = []
    if form.name != draft.name:
        told = _("The text says that it is %(said)s.", said=form.name)
        reasons.append(told + " " + _("Save its settings to give the draft the same name."))
    if draft.name in shipped():
        reasons.append(
            _("%(name)s comes with the platform. Give the draft another version.", name=draft.name)
        )
    return form, reasons


def _publish(draft: Draft, form: Questionnaire, *, confirmed: bool) -> None:
    """Freeze the form, then put its draft away: the text stays for the next version."""
    session = writing()
    files = media.gather(form, media.folder(data(), draft.name))
    publish(session, form, by=g.staff.actor, now=clock(), confirmed=confirmed, files=files)
    current = drafts.read_draft(data(), draft.name)
    if current.sha256 != draft.sha256:
        session.rollback()
        raise drafts.DraftChanged(current)
    session.commit()
    drafts.remove_draft(data(), draft.name, expected=draft.sha256)
