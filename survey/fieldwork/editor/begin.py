"""Drafts begun: from a template, as another version or form, from a file; removed and had back."""

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from questionnaires.document import document
from questionnaires.written import as_toml
from survey.database import reading
from survey.errors import InputFault
from survey.fieldwork import drafts, media
from survey.fieldwork.editor.door import bp, data, toml_of
from survey.fieldwork.editor.fields import one_line
from survey.fieldwork.editor.keys import with_keys
from survey.fieldwork.editor.layout import Unusual, layout_of
from survey.fieldwork.editor.saving import Frozen, draft_of, free_name, note, save
from survey.fieldwork.editor.words import STATE_NAMES
from survey.fieldwork.publishing import published_names
from survey.forms import StaffForm
from survey.staff.guard import allowed, anywhere

TEMPLATE = Path(__file__).with_name("template.toml")
SAYS = {
    "form": re.compile(r"^\s*form\s*=\s*[\"']([^\"'\n]+)[\"']", re.M),
    "version": re.compile(r"^\s*version\s*=\s*(\d+)", re.M),
}
FORM_HINT = _l("Small letters, digits and hyphens, such as quay-mot-cua.")


def _is_form(_form: Any, field: Any) -> None:
    if not drafts.NAME.fullmatch(f"{field.data}@1"):
        raise ValidationError(
            _("Use small letters without accents, digits and hyphens, a letter first.")
        )


class EmptyForm(StaffForm):
    form = StringField(_l("Short name"), [InputRequired(), _is_form], description=FORM_HINT)
    title = StringField(_l("Title in Vietnamese"), [InputRequired()], filters=[one_line])
    title_en = StringField(_l("Title in English"), [InputRequired()], filters=[one_line])


class CopyForm(StaffForm):
    name = SelectField(_l("Questionnaire to begin from"))
    form = StringField(
        _l("Short name of the new questionnaire"),
        [Optional(), _is_form],
        description=_l("Leave it empty for the next version of the same questionnaire."),
    )


class FileForm(StaffForm):
    file = FileField(
        _l("TOML file"),
        [FileRequired(_l("Please choose a file."))],
        description=_l("As the page of a questionnaire gives it, at most 1.5 MB."),
    )


@bp.route("/new", methods=["GET", "POST"])
@allowed("questionnaire.edit", scope=anywhere)
def new() -> ResponseReturnValue:
    """Three ways to begin a draft; the pressed button says which."""
    act = request.form.get("act", "")
    forms = {key: _asked(key, chosen=act == key) for key in BEGIN}
    if act not in forms:
        return render_template("questionnaires/new.html", forms=forms, chosen="")
    chosen = forms[act]
    if chosen.validate():
        try:
            name = BEGIN[act](chosen)
        except InputFault as fault:
            chosen.form_errors.extend(fault.faults)
        else:
            flash(_("The draft is there. Nobody is asked by it before it is published."))
            return redirect(url_for(".edit", name=name), 303)
    return render_template("questionnaires/new.html", forms=forms, chosen=act), 422


def _asked(way: str, *, chosen: bool) -> Any:
    """The form of one way to begin; only the one that was sent reads what was sent."""
    sent = {} if chosen else {"formdata": None}
    form = FORMS[way](prefix=f"{way}-", data={"name": request.args.get("of", "")}, **sent)
    if way == "copy":
        form["name"].choices = _begun_from()
    return form


def _begun_from() -> list[SelectChoice]:
    session = reading()
    published, here = published_names(session), drafts.draft_names(data())
    choices = []
    for name in drafts.every_name(session, data()):
        state = "draft" if name in here else "published" if name in published else "shipped"
        choices.append(SelectChoice(name, f"{name} – {STATE_NAMES[state]}"))
    return choices


def _empty(form: Any) -> str:
    name = free_name(form.form.data)
    keys = {"title": {"vi": form.title.data, "en": form.title_en.data}}
    return _begin(name, TEMPLATE.read_text("utf-8"), keys)


def _copied(form: Any) -> str:
    return copied(form["name"].data, form.form.data or "")


def copied(source: str, form: str = "") -> str:
    """The name of a new draft with the content of `source`: its next version, or another form."""
    name = free_name(form or source.partition("@")[0])
    text = toml_of(source)
    try:
        layout_of(text)
    except Unusual:
        text = as_toml(document(drafts.sound(text, source)))
    made = _begin(name, text, {"status": "draft"})
    place = media.folder(data(), source)
    if place.is_dir():
        shutil.copytree(place, media.folder(data(), name), dirs_exist_ok=True)
    return made


def _filed(form: Any) -> str:
    """A draft with the file's text and the name that it says. Raises InputFault."""
    with form.file.data.stream as file:
        raw = file.read(drafts.LARGEST + 1)
    if len(raw) > drafts.LARGEST:
        raise drafts.DraftTooLarge
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputFault([_("The file is not text in UTF-8. Save it as UTF-8.")]) from error
    found = {key: pattern.search(text) for key, pattern in SAYS.items()}
    name = "@".join(match[1] if match else "" for match in found.values())
    if not drafts.NAME.fullmatch(name):
        raise InputFault(
            [_("The file does not say which questionnaire it is: it needs form and version.")]
        )
    if name in drafts.every_name(reading(), data()):
        told = _("There is a questionnaire %(name)s already.", name=name)
        raise InputFault([told + " " + _("Give the file another version.")])
    save(name, text, expected=None, act="draft.create")
    return name


def _begin(name: str, text: str, keys: dict[str, Any]) -> str:
    """A draft with this text under this name."""
    form, _at, version = name.partition("@")
    try:
        layout = layout_of(text)
        layout.head = with_keys(layout.head, {"form": form, "version": int(version), **keys})
    except (Unusual, tomllib.TOMLDecodeError) as error:
        raise InputFault([_("Correct the errors of that draft first.")]) from error
    save(name, layout.text, expected=None, act="draft.create")
    return name


FORMS: dict[str, Any] = {"empty": EmptyForm, "copy": CopyForm, "file": FileForm}
BEGIN = {"empty": _empty, "copy": _copied, "file": _filed}


@bp.route("/<name>/next", methods=["POST"])
@allowed("questionnaire.edit", scope=anywhere)
def next_version(name: str) -> ResponseReturnValue:
    """A draft that begins with everything the questionnaire has."""
    made = copied(name)
    flash(_("The next version is a draft. Nobody is asked by it before it is published."))
    return redirect(url_for(".edit", name=made), 303)


@bp.route("/<name>/remove", methods=["POST"])
@allowed("questionnaire.edit", scope=anywhere)
def remove(name: str) -> ResponseReturnValue:
    """Delete a draft; the list can bring it back."""
    draft_of(name)
    drafts.remove_draft(data(), name, expected=request.form.get("base", ""))
    note("draft.remove", name)
    flash(_("The draft %(name)s is deleted. The list below can bring it back.", name=name))
    return redirect(url_for(".list", _anchor="deleted"), 303)


@bp.route("/<name>/restore", methods=["POST"])
@allowed("questionnaire.edit", scope=anywhere)
def restore(name: str) -> ResponseReturnValue:
    """Bring a deleted draft back."""
    if name in published_names(reading()):
        raise Frozen(name)
    back = drafts.undo_draft(data(), name, expected=None)
    note("draft.restore", name, back.sha256)
    flash(_("The draft %(name)s is back.", name=name))
    return redirect(url_for(".edit", name=name), 303)
