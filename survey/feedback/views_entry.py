"""The desk's door for feedback that comes by telephone or on paper: entered for its sender.

The code stands in the answer to the form, to be printed or read out, and nowhere else.
"""

from flask import Blueprint, Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from survey.calendar import clock
from survey.database import reading, writing
from survey.feedback import codes, leaving
from survey.feedback.handing import Opened, form_id, qr, read_large
from survey.feedback.leave_forms import EntryForm
from survey.feedback.turnstile import TooBusy
from survey.feedback.words import KIND_MEANT
from survey.staff.desk import add_nav
from survey.staff.guard import allowed, anywhere

bp = Blueprint("feedback_entry", __name__, url_prefix="/desk/feedback")
bp.before_request(read_large)  # before the guard reads the form's token


@bp.route("/new", methods=["GET", "POST"])
@allowed("feedback.work", scope=anywhere)
def new() -> ResponseReturnValue:
    """Any place may be chosen: who takes a call does not choose what it is about."""
    opened = Opened(reading(), EntryForm(), now=clock())
    if request.method == "GET":
        return _form(opened)
    held, about = opened.holds(), opened.about
    if not held or about is None:
        return _form(opened, 422)
    try:
        made = opened.pictures()
        first = codes.drawn(reading(), form_id(opened.form.id.data))
    except TooBusy as wait:
        page, _status = _form(opened, wait=wait)
        return page, wait.status, {"Retry-After": str(wait.retry_after)}
    if opened.form.errors:
        return _form(opened, 422)
    handed = opened.handed(about, made, opened.form.channel.data, g.staff.actor)
    session = writing()  # not before: pictures and codes take longer than others should wait
    left = leaving.leave(session, handed, first, now=opened.now)
    session.commit()
    picture = qr(left.code, request.host_url)
    return render_template("feedback/entered.html", left=left, qr=picture)


def _form(opened: Opened, status: int = 200, **told: object) -> tuple[str, int]:
    shown = {"form": opened.form, "opened": opened, "meant": KIND_MEANT, **told}
    return render_template("feedback/entry.html", **shown), status


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    add_nav(
        app,
        _l("Enter feedback"),
        "feedback_entry.new",
        "feedback.work",
        group="feedback",
        order=46,
        about=_l("What comes by telephone or on paper, with a slip for its sender."),
    )
