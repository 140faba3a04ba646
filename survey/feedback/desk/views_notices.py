"""The notices of whoever is signed in: whose time runs out, and what is overdue."""

from datetime import datetime

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.calendar import clock
from survey.database import reading, writing
from survey.feedback.desk import bp, listing
from survey.feedback.desk.views_inbox import words_of_rows
from survey.feedback.notices.reading import mark_read, told
from survey.i18n import language
from survey.staff.guard import allowed, anywhere
from survey.units.places import field_names


@bp.route("/notices")
@allowed("feedback.see", scope=anywhere)
def notices() -> ResponseReturnValue:
    session, now = reading(), clock()
    groups = told(session, g.staff, now=now)
    rows = listing.rows_of(session, [id for group in groups for id in group.case_ids])
    return render_template(
        "feedback/desk/notices.html",
        groups=groups,
        new=sum(group.new for group in groups),
        rows={row.case.id: row for row in rows},
        **words_of_rows(dict(field_names(session, language())), now),
    )


@bp.route("/notices/read", methods=["POST"])
@allowed("feedback.see", scope=anywhere)
def read() -> ResponseReturnValue:
    """`up_to`: when the page was made, so that what was said since stays new."""
    now = clock()
    session = writing()
    mark_read(session, g.staff, min(_moment(request.form.get("up_to", ""), now), now))
    session.commit()
    return redirect(url_for(".notices"), 303)


def _moment(text: str, otherwise: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return otherwise
    return moment if moment.tzinfo else otherwise
