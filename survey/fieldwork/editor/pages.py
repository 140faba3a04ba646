"""The pages that change one part of a draft: a question, screen, scale, factor, or its settings.

A page knows the part by what it was when it was opened: where somebody else changed other parts
meanwhile both changes stay, and where they changed the same one both are shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from questionnaires.model import KINDS
from survey.errors import NotFound, Words
from survey.fieldwork.editor import entries, factor, question, scale, screen, words
from survey.fieldwork.editor.door import bp
from survey.fieldwork.editor.files_page import file_names
from survey.fieldwork.editor.layout import Layout
from survey.fieldwork.editor.outline import told_of
from survey.fieldwork.editor.parts import (
    Part,
    earlier,
    languages_in,
    part,
    parts,
    text_in,
    words_in,
)
from survey.fieldwork.editor.saving import change, draft_of, layout_in
from survey.i18n import label
from survey.staff.guard import allowed, anywhere

SHELF = "any(questions, screens, scales, factors)"


@dataclass(frozen=True)
class Desk:
    """How one kind of part is edited."""

    kind: str
    title: Words
    new: Words
    form: Callable[[Layout, Part | None], Any]
    filled: Callable[[Layout, Part | None], dict[str, Any]]
    keep: Callable[[Layout, Part | None, Any], None]


def _question_form(layout: Layout, found: Part | None) -> Any:
    name = (request.view_args or {}).get("name", "")
    return question.form_class(layout, _kind_asked(found), found, file_names(name))


def _question_filled(layout: Layout, found: Part | None) -> dict[str, Any]:
    wanted = request.args.get("screen", "")
    return question.filled(layout, found, kind=_kind_asked(found), screen=wanted)


def _kind_asked(found: Part | None) -> str:
    """The kind that the page shows: as sent, as the address asks for a new one, or as it is."""
    kind = request.form.get("kind") or (
        text_in(found.table, "kind") if found else request.args.get("kind", "")
    )
    return kind if kind in KINDS else "rating"


DESKS: Mapping[str, Desk] = {
    "questions": Desk(
        "question",
        _l("Question"),
        _l("New question"),
        _question_form,
        _question_filled,
        question.keep,
    ),
    "screens": Desk(
        "screen",
        _l("Screen"),
        _l("New screen"),
        screen.form_class,
        screen.filled,
        screen.keep,
    ),
    "scales": Desk(
        "scale", _l("Scale"), _l("New scale"), scale.form_class, scale.filled, scale.keep
    ),
    "factors": Desk(
        "factor", _l("Factor"), _l("New factor"), factor.form_class, factor.filled, factor.keep
    ),
}


@bp.route(f"/<name>/edit/<{SHELF}:shelf>/new", methods=["GET", "POST"])
@allowed("questionnaire.edit", scope=anywhere)
def new_part(name: str, shelf: str) -> ResponseReturnValue:
    """A new question, screen, scale or factor."""
    layout = layout_in(draft_of(name))
    if shelf == "questions" and not layout.screens:
        flash(_("Add a screen first: questions stand on screens."))
        return redirect(url_for(".new_part", name=name, shelf="screens"), 303)
    return _page(name, shelf, layout, None)


@bp.route(f"/<name>/edit/<{SHELF}:shelf>/<place>", methods=["GET", "POST"])
@allowed("questionnaire.edit", scope=anywhere)
def edit_part(name: str, shelf: str, place: str) -> ResponseReturnValue:
    """Change one part; the page stays true to the part it was opened for."""
    layout = layout_in(draft_of(name))
    mark = request.form.get("mark_of_block")
    if request.method == "GET" or mark is None:
        return _page(name, shelf, layout, part(layout, DESKS[shelf].kind, place))
    return _page(name, shelf, layout, found_again(layout, DESKS[shelf].kind, place, mark))


def found_again(layout: Layout, kind: str, place: str, mark: str) -> Part | None:
    """The part with this mark, where it was or where it was moved to; None when it is another."""
    found = [one for one in parts(layout, kind) if one.block.mark == mark]
    return next((one for one in found if one.place == place), found[0] if found else None)


def _page(name: str, shelf: str, layout: Layout, found: Part | None) -> ResponseReturnValue:
    desk = DESKS[shelf]
    form = made_form(desk, layout, found)
    act = request.form.get("act", "")
    if not form.is_submitted():
        return _shown(name, shelf, layout, found, form)
    if not act.startswith("save"):
        data = entries.rearranged(form, act)
        form = keep_choices(desk.form(layout, found)(formdata=None, data=data))
        return _shown(name, shelf, layout, found, form)
    if not form.validate():
        return _shown(name, shelf, layout, found, form), 422
    mark = form.mark_of_block.data or ""
    try:
        change(name, lambda fresh: _keep(fresh, desk, mark, form))
    except Elsewhere:
        return _both(name, shelf, form)
    flash(_("Saved. It can be undone."))
    if act == "save-next":
        again: dict[str, Any] = {"screen": form.screen.data, "kind": form.kind.data}
        return redirect(url_for(".new_part", name=name, shelf=shelf, **again), 303)
    at, anchor = (found.place, f"{desk.kind}-{found.place}") if found else (None, None)
    return redirect(url_for(".edit", name=name, at=at, _anchor=anchor), 303)


class Elsewhere(Exception):
    """The part is no longer what the page was opened for."""


def _keep(layout: Layout, desk: Desk, mark: str, form: Any) -> None:
    found = None
    if mark:
        found = found_again(layout, desk.kind, (request.view_args or {}).get("place", ""), mark)
        if found is None:
            raise Elsewhere
    desk.keep(layout, found, form)


def _both(name: str, shelf: str, form: Any) -> ResponseReturnValue:
    """What was typed beside what somebody else saved meanwhile; saving again replaces theirs."""
    layout = layout_in(draft_of(name))
    place = (request.view_args or {}).get("place", "")
    try:
        theirs = part(layout, DESKS[shelf].kind, place)
    except NotFound:
        theirs = None
    form.mark_of_block.data = theirs.block.mark if theirs else ""
    return _shown(name, shelf, layout, theirs, form, theirs=theirs), 409


def made_form(desk: Desk, layout: Layout, found: Part | None) -> Any:
    """The form as sent, or filled with what the part says."""
    made = desk.form(layout, found)
    return keep_choices(made(data=desk.filled(layout, found)))


def keep_choices(form: Any) -> Any:
    """A value that a draft has and no choice has stays one of the choices."""
    for field in form:
        known = field.choices if type(field) is SelectField else None
        if known and field.data and field.data not in [choice.value for choice in known]:
            field.choices = [*known, SelectChoice(field.data, field.data)]
    return form


def _earlier(layout: Layout, found: Part | None) -> list[tuple[str, str]]:
    """What a condition of this question can speak of, with its words."""
    asked = earlier(layout, found, request.args.get("screen", ""))
    return [(one.id, label(words_in(one.table, "text"))) for one in asked]


def _shown(
    name: str,
    shelf: str,
    layout: Layout,
    found: Part | None,
    form: Any,
    **more: Any,
) -> str:
    desk = DESKS[shelf]
    return render_template(
        f"questionnaires/{desk.kind}.html",
        name=name,
        shelf=shelf,
        desk=desk,
        part=found,
        form=form,
        languages=languages_in(layout.table),
        kind_names=words.KIND_NAMES,
        severity_names=words.SEVERITY_NAMES,
        told=told_of(name, layout, found) if found and request.method == "GET" else (),
        earlier=_earlier(layout, found) if shelf == "questions" else (),
        new="place" not in (request.view_args or {}),
        conflict="theirs" in more,
        **more,
    )
