"""The desk's pages about the invitations of a round: made from a list, counted, withdrawn.

Codes stand in the file that answers the form and nowhere else.
"""

import csv
from io import BytesIO, StringIO

from flask import (
    Blueprint,
    Flask,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf.file import FileField, FileRequired

from survey.addresses import leaf
from survey.calendar import clock, local_day
from survey.database import reading, writing
from survey.errors import Conflict, InputFault
from survey.fieldwork import invitations
from survey.fieldwork.door import covered, of_round, seen_round
from survey.fieldwork.persons import read_persons
from survey.fieldwork.rounds import find_round
from survey.fieldwork.tables import Round
from survey.forms import StaffForm
from survey.staff.guard import allowed, anywhere, visible_areas

bp = Blueprint("invitations", __name__, url_prefix="/desk/rounds/<code>/invitations")
PAGE = 50
SHOWN = 200  # faults of a file


class PersonsFile(StaffForm):
    file = FileField(
        _l("List of sampled persons (CSV)"),
        [FileRequired(_l("Please choose a file."))],
        description=_l(
            "UTF-8, with commas, one line a person and a column “cell” with the number of the "
            "cell, as in the list of this round."
        ),
    )


@bp.route("", endpoint="list")
@allowed("round.see", scope=anywhere)
def list_(code: str) -> ResponseReturnValue:
    """How many invitations were made, used and withdrawn, by cell of the sample."""
    session = reading()
    round_, places = seen_round(session, code)
    areas, today = visible_areas(session, g.staff, "round.see"), local_day(clock())
    found = invitations.of_cells(session, code, areas=areas, today=today)
    lines = leaf(found, PAGE)
    return render_template(
        "invitations/list.html",
        round=round_,
        lines=lines.rows,
        page=lines.page,
        pages=lines.pages,
        editable=_invites(round_) and g.staff.holds("round.edit") and covered(session, places),
        simulated=round_.simulated,
    )


def _invites(round_: Round) -> bool:
    return round_.sample != "open" and round_.state != "closed"


@bp.route("/new", methods=["GET", "POST"])
@allowed("round.edit", scope=of_round)
def new(code: str) -> ResponseReturnValue:
    """Take a list and give it back with a code and an address behind each line."""
    session = reading() if request.method == "GET" else writing()
    round_ = find_round(session, code)
    if not _invites(round_):
        raise Conflict(_("This round invites nobody: it is closed, or whoever wants may answer."))
    form, faults = PersonsFile(), list[str]()
    if form.validate_on_submit():
        try:
            rows = invitations.with_codes(
                session,
                current_app.extensions["sipas.settings"],
                code,
                read_persons(form.file.data.read(), form.file.data.filename or ""),
                root=request.host_url,
                by=g.staff.actor,
                now=clock(),
            )
        except InputFault as error:
            session.rollback()
            faults = error.faults
        else:
            session.commit()
            return _file(code, rows)
    shown = {"form": form, "round": round_, "faults": faults, "most": SHOWN}
    page = render_template("invitations/new.html", **shown, simulated=round_.simulated)
    return page, 422 if form.errors or faults else 200


def _file(code: str, rows: list[list[str]]) -> ResponseReturnValue:
    out = StringIO()
    csv.writer(out).writerows(rows)
    file = BytesIO(out.getvalue().encode("utf-8-sig"))
    name = f"sipas-{code}-invitations.csv"
    answer = send_file(file, "text/csv", as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"  # nothing of the persons stays on the way
    return answer


@bp.route("/<int(max=2147483647):cell>/withdraw", methods=["GET", "POST"])
@allowed("round.edit", scope=of_round)
def withdraw(code: str, cell: int) -> ResponseReturnValue:
    """Ask once more, then withdraw what is left of a cell."""
    session = reading() if request.method == "GET" else writing()
    round_ = find_round(session, code)
    one = invitations.find_line(session, code, cell, today=local_day(clock()))
    if request.method == "GET":
        shown = {"round": round_, "line": one, "simulated": round_.simulated}
        return render_template("invitations/withdraw.html", **shown)
    n = invitations.withdraw_cell(session, one, by=g.staff.actor, now=clock())
    session.commit()
    flash(ngettext("%(num)d invitation was withdrawn.", "%(num)d invitations were withdrawn.", n))
    return redirect(url_for("invitations.list", code=code), 303)


def install(app: Flask) -> None:
    app.register_blueprint(bp)
