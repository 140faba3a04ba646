"""The shelf of released comments: for officers, heads and supervisors, each in their own areas.

Within a place and a month comments stand in the order of their random keys, which tells nothing.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Flask, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.addresses import leaf
from survey.database import reading
from survey.fieldwork.publishing import published
from survey.fieldwork.tables import Round
from survey.i18n import language
from survey.respond.tables import Comment
from survey.staff.desk import add_nav
from survey.staff.guard import allowed, anywhere, visible_areas
from survey.text import fold
from survey.units.places import field_names
from survey.units.tables import Area, Centre

bp = Blueprint("comments", __name__)
PAGE = 40


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    add_nav(
        app,
        _l("Comments"),
        "comments.shelf",
        "comment.see",
        group="survey",
        order=15,
        about=_l("What people wrote after their answers, by place and month, joined to no answer."),
    )


@dataclass(frozen=True)
class Said:
    """One comment with the words of its place, and of the question that asked for it, if any."""

    text: str
    place: str
    field: str
    month: date
    simulated: bool
    question: str = ""


def said(
    session: Session, areas: set[int] | None, *, month: date | None, q: str, language: str
) -> list[Said]:
    """Comments of `areas` (None: of all), newest month first, then by place.

    q: a part of the text or of the place, with or without accents.
    """
    query = (
        select(Comment, Area, Centre, Round)
        .join(Area, Comment.area_id == Area.id)
        .join(Round, Comment.round == Round.code)
        .outerjoin(Centre, Comment.centre_id == Centre.id)
        .order_by(Comment.month.desc(), Area.code, Centre.code, Comment.id)
    )
    if areas is not None:
        query = query.where(Comment.area_id.in_(areas))
    if month is not None:
        query = query.where(Comment.month == month)
    names = field_names(session, language)
    wanted = fold(q)
    found = []
    for comment, area, centre, round_ in session.execute(query):
        place = centre.name if centre is not None else area.name
        if wanted in fold(comment.text) or wanted in fold(place):
            field = names.get(comment.field or "", "")
            asked = _question(session, round_.questionnaire, comment.question, language)
            found.append(Said(comment.text, place, field, comment.month, round_.simulated, asked))
    return found


def _question(session: Session, form: str, id: str | None, language: str) -> str:
    """The wording of the question that a text answers; empty for the comment at the end."""
    asked = published(session, form).by_question.get(id) if id else None
    return asked.text.get(language, "") if asked else ""


def months(session: Session, areas: set[int] | None) -> list[date]:
    """The months that have comments in `areas`, newest first."""
    query = select(Comment.month).distinct().order_by(Comment.month.desc())
    if areas is not None:
        query = query.where(Comment.area_id.in_(areas))
    return list(session.scalars(query))


@bp.route("/desk/comments")
@allowed("comment.see", scope=anywhere)
def shelf() -> ResponseReturnValue:
    session = reading()
    areas = visible_areas(session, g.staff, "comment.see")
    known = months(session, areas)
    month = next((m for m in known if m.isoformat() == request.args.get("month")), None)
    q = request.args.get("q", "").strip()
    found = said(session, areas, month=month, q=q, language=language())
    shown = leaf(found, PAGE)
    chosen: dict[str, Any] = {"month": month.isoformat() if month else None, "q": q or None}
    return render_template(
        "respond/shelf.html",
        found=shown.rows,
        count=len(found),
        months=known,
        month=month,
        q=q,
        page=shown.page,
        pages=shown.pages,
        address=url_for("comments.shelf", **chosen),
        simulated=any(one.simulated for one in found),
    )
