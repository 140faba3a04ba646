"""Pictures of a case, for who may see the case."""

from flask import Response, request

from survey.calendar import clock
from survey.database import reading
from survey.errors import NotFound
from survey.feedback import pictures
from survey.feedback.desk import bp
from survey.feedback.desk.scope import found, of_case
from survey.staff.guard import allowed


@bp.route("/<int:case_id>/pictures/<int:place>")
@allowed("feedback.see", scope=of_case)
def picture(case_id: int, place: int) -> Response:
    """The picture at its place from 1 on, or `?download=1`; kept by no browser."""
    session = reading()
    case = found(session, case_id, now=clock())
    rows = pictures.pictures_of(session, case.id)
    if not 1 <= place <= len(rows):
        raise NotFound
    seen = pictures.shown(session, rows[place - 1])
    if seen is None:
        raise NotFound
    how = "attachment" if "download" in request.args else "inline"
    answer = Response(seen.content, mimetype=seen.media_type)
    answer.headers["Content-Disposition"] = f'{how}; filename="{case.number}-{place}.jpg"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
