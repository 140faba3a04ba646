"""The citizen's door to leave feedback: one page, one answer with the code. No session, no script.

A page that is opened writes nothing, and what is typed is never lost: whatever keeps it from being
taken, the page comes back with it.
"""

from typing import Any, Final

from flask import Blueprint, Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from survey.calendar import clock, local_day
from survey.database import database, reading
from survey.database.engine import OUTAGES
from survey.errors import DatabaseUnreachable
from survey.feedback import codes, inflow, leaving
from survey.feedback.cases import SENDER, received
from survey.feedback.deadlines import all_rules, longest
from survey.feedback.handing import Opened, form_id, qr, read_large
from survey.feedback.inflow import TooMuchFeedback
from survey.feedback.leave_forms import LeaveForm
from survey.feedback.leaving import Left
from survey.feedback.turnstile import TooBusy
from survey.feedback.words import KIND_MEANT
from survey.i18n import LANGUAGES
from survey.origin import refuse_strangers

AWAY: Final = (DatabaseUnreachable, *OUTAGES, TimeoutError)
VIA: Final = ("survey", "kiosk")
PATH: Final = "/f"

bp = Blueprint("feedback", __name__)


@bp.route(PATH, methods=["GET", "POST"])
def leave() -> ResponseReturnValue:
    """`?at=` a code of a counter's poster; `?via=survey` after one, `?via=kiosk` at one."""
    if request.method == "GET":
        form = LeaveForm(data={name: request.args.get(name, "") for name in ("at", "via")})
        return _form(Opened(reading(), form, now=clock()))
    refuse_strangers(request)
    read_large()
    if request.form.get("lang") in LANGUAGES:
        g.language = request.form["lang"]
    try:
        return _take()
    except AWAY:
        typed = [pair for pair in request.form.items(multi=True) if pair[0] != "go"]
        page = render_template("feedback/outage.html", typed=typed, language_links=[])
        return page, 503


def _take() -> ResponseReturnValue:
    typed: CombinedMultiDict[str, Any] = CombinedMultiDict([request.files, request.form])
    opened = Opened(reading(), LeaveForm(typed), now=clock())
    held, about = opened.holds(), opened.about
    if not held or about is None:
        return _form(opened, 422)
    id = form_id(opened.form.id.data)
    try:
        first = None
        if received(reading(), id) is None:
            inflow.inflow().count(about.key, now=opened.now)
            first = codes.drawn(reading(), id)
        made = opened.pictures()
    except (TooMuchFeedback, TooBusy) as wait:
        return _come_again(opened, wait)
    if opened.form.errors:
        return _form(opened, 422)
    handed = opened.handed(about, made, _channel(opened), SENDER)
    left = database().writer.submit(
        lambda session: leaving.leave(session, handed, first, now=opened.now)
    )
    return _left(left)


def _channel(opened: Opened) -> str:
    via: str = opened.form.via.data or ""
    if via in VIA:
        return via
    return "web" if opened.at is None else "qr"


def _form(opened: Opened, status: int = 200, **told: Any) -> tuple[str, int]:
    if request.method == "POST":
        told["language_links"] = []  # a link would lose what was typed
    page = render_template(
        "feedback/leave.html",
        form=opened.form,
        opened=opened,
        meant=KIND_MEANT,
        longest=longest(all_rules(reading()), local_day(clock())),
        **told,
    )
    return page, status


def _come_again(opened: Opened, wait: TooMuchFeedback | TooBusy) -> ResponseReturnValue:
    """The page with all that was typed, and when to press again."""
    page, _status = _form(opened, wait=wait)
    return page, wait.status, {"Retry-After": str(wait.retry_after)}


def _left(left: Left) -> ResponseReturnValue:
    picture = qr(left.code, request.host_url)
    return render_template("feedback/left.html", left=left, qr=picture, language_links=[])


def _reached() -> dict[str, object]:
    """What other rooms' pages lead to, while there is such a room."""
    return {"feedback_href": PATH, "follow_href": f"{PATH}/status"}


def install(app: Flask) -> None:
    inflow.install(app)
    app.register_blueprint(bp)
    app.context_processor(_reached)
