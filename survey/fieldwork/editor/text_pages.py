"""The settings of a draft, and its text as a whole."""

from difflib import unified_diff

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField

from questionnaires.document import document
from questionnaires.written import as_toml
from survey.database import reading
from survey.errors import Conflict, InputFault
from survey.fieldwork import drafts, media
from survey.fieldwork.editor import head, words
from survey.fieldwork.editor.door import bp, counted, data, findings
from survey.fieldwork.editor.layout import Layout, mark_of
from survey.fieldwork.editor.pages import Elsewhere, keep_choices
from survey.fieldwork.editor.parts import languages_in
from survey.fieldwork.editor.saving import (
    can_be_parted,
    change,
    draft_of,
    layout_in,
    note,
    save,
)
from survey.forms import StaffForm
from survey.staff.guard import allowed, anywhere

SHOWN = 100  # findings, and lines of a difference


class SourceForm(StaffForm):
    base = HiddenField()
    text = TextAreaField(
        _l("Text of the draft"),
        description=_l("In TOML. What is faulty is kept too, and told after saving."),
        render_kw={"rows": 32, "spellcheck": "false", "wrap": "off", "lang": "zxx"},
    )


@bp.route("/<name>/edit/settings", methods=["GET", "POST"])
@allowed("questionnaire.edit", scope=anywhere)
def edit_head(name: str) -> ResponseReturnValue:
    """What the draft says of itself. Another name or version gives the draft another name."""
    layout = layout_in(draft_of(name))
    form = keep_choices(head.form_class(layout)(data=head.filled(layout)))
    if not form.is_submitted():
        return _head(name, layout, form)
    if not form.validate():
        return _head(name, layout, form), 422
    wanted = f"{form.form.data}@{form.version.data}"
    if wanted != name and wanted in drafts.every_name(reading(), data()):
        form.version.errors = [_("There is a questionnaire of this name and version.")]
        return _head(name, layout, form), 422
    try:
        saved = change(name, lambda fresh: _keep_head(fresh, form))
    except Elsewhere:
        now = layout_in(draft_of(name))
        form.mark_of_block.data = mark_of(now.head)
        return _head(name, now, form, conflict=True), 409
    if wanted != name:
        rename(name, wanted, saved)
    flash(_("Saved. It can be undone."))
    return redirect(url_for(".edit", name=wanted), 303)


def _keep_head(layout: Layout, form: StaffForm) -> None:
    if mark_of(layout.head) != form["mark_of_block"].data:
        raise Elsewhere
    head.keep(layout, form)


def rename(name: str, wanted: str, draft: drafts.Draft) -> None:
    """Give a draft another name, its pictures and sounds with it."""
    save(wanted, draft.text, expected=None, act="draft.create")
    place, goal = media.folder(data(), name), media.folder(data(), wanted)
    if place.is_dir() and not goal.exists():
        place.rename(goal)
    drafts.remove_draft(data(), name, expected=draft.sha256)
    note("draft.remove", name)


def _head(name: str, layout: Layout, form: StaffForm, *, conflict: bool = False) -> str:
    return render_template(
        "questionnaires/head.html",
        name=name,
        form=form,
        languages=languages_in(layout.table),
        conflict=conflict,
        theirs=layout.head,
    )


@bp.route("/<name>/edit/source", methods=["GET", "POST"])
@allowed("questionnaire.edit", scope=anywhere)
def source(name: str) -> ResponseReturnValue:
    """The text; it is kept as typed even when it is faulty."""
    draft = draft_of(name)
    form = SourceForm(data={"base": draft.sha256, "text": draft.text})
    if not form.validate_on_submit():
        return _source(name, form, draft)
    try:
        save(name, form.text.data or "", expected=form.base.data)
    except drafts.DraftChanged as error:
        if error.current is None:
            raise
        theirs = error.current.text.splitlines()
        lines = unified_diff(theirs, (form.text.data or "").splitlines(), lineterm="", n=1)
        form.base.data = error.current.sha256
        difference = list(lines)[2:]
        return _source(name, form, error.current, difference=difference), 409
    flash(_("Saved. It can be undone."))
    return redirect(url_for(".source", name=name), 303)


def _source(
    name: str, form: SourceForm, draft: drafts.Draft, *, difference: list[str] | None = None
) -> str:
    found = findings(draft.text, name) if difference is None else ()
    return render_template(
        "questionnaires/source.html",
        name=name,
        form=form,
        draft=draft,
        lines=draft.text.splitlines(),
        findings=found[:SHOWN],
        counts=counted(found),
        difference=difference[:SHOWN] if difference else difference,
        trouble=can_be_parted(draft),
        steps=drafts.steps(data(), name),
        severity_names=words.SEVERITY_NAMES,
    )


@bp.route("/<name>/edit/rewrite", methods=["POST"])
@allowed("questionnaire.edit", scope=anywhere)
def rewrite(name: str) -> ResponseReturnValue:
    """Write a sound draft anew in the usual layout, so that pages can edit it."""
    draft = draft_of(name)
    if draft.sha256 != request.form.get("base"):
        raise drafts.DraftChanged(draft)
    if can_be_parted(draft) == "":
        raise Conflict(_("The draft is in the usual layout already."))
    try:
        text = as_toml(document(drafts.sound(draft.text, name)))
    except InputFault:
        flash(_("Correct its errors first: only a sound draft can be written anew."))
        return redirect(url_for(".source", name=name), 303)
    save(name, text, expected=draft.sha256)
    flash(_("The draft is written in the usual layout. It can be undone."))
    return redirect(url_for(".edit", name=name), 303)
