"""The desk's pages about templates: listed, added, edited, archived."""

from typing import Any

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.calendar import clock
from survey.database import reading, writing
from survey.errors import NotFound
from survey.feedback.desk.scope import own_units
from survey.feedback.letters import store
from survey.feedback.letters.filling import example
from survey.feedback.letters.forms import TemplateForm, names
from survey.feedback.words import ACT_WORDS, KIND_WORDS
from survey.i18n import LANGUAGES, language
from survey.staff.guard import allowed, anywhere, check_scope, visible_areas
from survey.units.areas import names_of

bp = Blueprint("feedback_templates", __name__, url_prefix="/desk/feedback/templates")
PERMISSION = "feedback.rule"


def of_template(session: Session, args: dict[str, Any]) -> int | None:
    """Scope: the unit whose template it is; None for one of the installation. Raises NotFound."""
    return store.find(session, args["template_id"]).unit_id


@bp.route("", endpoint="list")
@allowed(PERMISSION, scope=anywhere)
def list_() -> ResponseReturnValue:
    """Own ones, and the shipped ones in whose place nothing stands."""
    session = reading()
    areas = visible_areas(session, g.staff, PERMISSION)
    rows = store.listed(session, areas)
    return render_template(
        "feedback/letters/list.html",
        rows=rows,
        mine={row.id for row in rows if areas is None or row.unit_id in areas},
        units=names_of(session, {row.unit_id for row in rows}),
        shipped={key: words[language()] for key, words in store.SHIPPED.items()},
        replaced={row.shipped for row in rows if row.shipped},
        act_words=ACT_WORDS,
        kind_words=KIND_WORDS,
        languages=LANGUAGES,
    )


@bp.route("/new", methods=["GET", "POST"])
@allowed(PERMISSION, scope=anywhere)
def new() -> ResponseReturnValue:
    """`?from=` the key of a shipped template that it begins with and takes the place of."""
    key = request.args.get("from", "")
    began = store.SHIPPED.get(key, {}).get(request.args.get("language", language()))
    form = TemplateForm(obj=began)
    form.unit.choices = own_units(reading(), PERMISSION)
    if not form.validate_on_submit():
        return _page(form, began=key if began else "")
    unit_id = int(form.unit.data) if form.unit.data else None
    check_scope(PERMISSION, unit_id)
    session = writing()
    store.add(
        session,
        form.written(),
        unit_id=unit_id,
        shipped=key if began else None,
        by=g.staff.actor,
        now=clock(),
    )
    session.commit()
    flash(_("The template is kept and offered from now on."))
    return redirect(url_for(".list"), 303)


def _page(form: TemplateForm, *, began: str = "", row: Any = None) -> ResponseReturnValue:
    shown = example(form.body.data, form.language.data or "vi") if form.body.data else ""
    page = render_template(
        "feedback/letters/edit.html",
        began=began,
        example=shown,
        form=form,
        row=row,
        variables={code: names(code) for code in LANGUAGES},
    )
    return page, 422 if form.errors else 200


@bp.route("/<int:template_id>", methods=["GET", "POST"])
@allowed(PERMISSION, scope=of_template)
def edit(template_id: int) -> ResponseReturnValue:
    row = store.find(reading(), template_id)
    form = TemplateForm(obj=store.written(row))
    del form.unit
    if not form.validate_on_submit():
        return _page(form, row=row)
    session = writing()
    kept = store.find(session, template_id)
    store.edit(session, kept, form.written(), by=g.staff.actor, now=clock())
    session.commit()
    flash(_("The template is kept and offered from now on."))
    return redirect(url_for(".list"), 303)


@bp.route("/<int:template_id>/<any(archive,restore):act>", methods=["POST"])
@allowed(PERMISSION, scope=of_template)
def archive(template_id: int, act: str) -> ResponseReturnValue:
    session = writing()
    row = store.find(session, template_id)
    move = store.archive if act == "archive" else store.bring_back
    move(session, row, by=g.staff.actor, now=clock())
    session.commit()
    flash(_("It is offered no more.") if act == "archive" else _("It is offered again."))
    return redirect(url_for(".list"), 303)


@bp.route("/hide/<key>", methods=["POST"])
@allowed(PERMISSION, scope=anywhere)
def hide(key: str) -> ResponseReturnValue:
    """A shipped template is no more offered in one's unit: it is replaced, and that archived."""
    words = store.SHIPPED.get(key)
    if words is None:
        raise NotFound
    session, now, by = writing(), clock(), g.staff.actor
    roots = {grant.area_id for grant in g.staff.grants_for(PERMISSION)}
    for unit_id in [None] if None in roots else sorted(id for id in roots if id is not None):
        for one in words.values():
            row = store.add(session, one, unit_id=unit_id, shipped=key, by=by, now=now)
            store.archive(session, row, by=by, now=now)
    session.commit()
    flash(_("It is offered no more."))
    return redirect(url_for(".list"), 303)


def install(app: Flask) -> None:
    app.register_blueprint(bp)
