"""The desk's pages about the tickets of a round: made, counted, on paper, withdrawn.

Codes stand in the answer to the form that makes them and nowhere else. That page sends them back
to have them printed, so that a sheet can be had without storing any.
"""

import csv
from datetime import date
from io import BytesIO, StringIO

from flask import (
    Blueprint,
    Flask,
    Response,
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
from flask_babel import ngettext
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from survey.addresses import leaf
from survey.calendar import clock, local_day
from survey.config import Settings
from survey.database import reading, writing
from survey.errors import Conflict, InputFault
from survey.fieldwork import batches
from survey.fieldwork.door import covered, of_round, seen_round
from survey.fieldwork.places import counters_of
from survey.fieldwork.poster.tickets import Slip, sheets
from survey.fieldwork.rounds import find_round
from survey.fieldwork.tables import Round
from survey.fieldwork.ticket_forms import TicketForm
from survey.fieldwork.tickets import spoken
from survey.i18n import language
from survey.site import site_values
from survey.staff.guard import allowed, anywhere, visible_areas
from survey.units.places import counter_by_code, field_names
from survey.units.tables import Centre

bp = Blueprint("tickets", __name__, url_prefix="/desk/rounds/<code>/tickets")
PAGE = 50
HEAD = ["code", "address", "counter", "field", "day", "until"]


@bp.route("", endpoint="list")
@allowed("round.see", scope=anywhere)
def list_(code: str) -> ResponseReturnValue:
    """How many tickets were made, used and withdrawn, by counter, field and day of visit."""
    session = reading()
    round_, places = seen_round(session, code)
    areas, today = visible_areas(session, g.staff, "round.see"), local_day(clock())
    lines = leaf(batches.batches(session, code, areas=areas, today=today), PAGE)
    return render_template(
        "tickets/list.html",
        round=round_,
        lines=lines.rows,
        page=lines.page,
        pages=lines.pages,
        fields=field_names(session, language()),
        gives=_gives(round_),
        editable=_gives(round_) and g.staff.holds("round.edit") and covered(session, places),
        simulated=round_.simulated,
    )


def _gives(round_: Round) -> bool:
    return "ticket" in round_.modes and round_.state != "closed"


@bp.route("/new", methods=["GET", "POST"])
@allowed("round.edit", scope=of_round)
def new(code: str) -> ResponseReturnValue:
    """Make tickets; the answer to the form is the only page that has their codes."""
    session, today = reading() if request.method == "GET" else writing(), local_day(clock())
    round_ = find_round(session, code)
    if not _gives(round_):
        raise Conflict(_("The round has no tickets: it must have the mode ticket."))
    form = _form(session, round_, today)
    place = counter_by_code(session, form.counter.data or "", day=form.last.data)
    held = form.is_submitted() and form.holds(round_, place, today)
    if not held or place is None:
        shown = {"form": form, "round": round_, "simulated": round_.simulated}
        page = render_template("tickets/new.html", **shown)
        return page, 422 if form.errors else 200
    codes = batches.make_days(
        session, _settings(), code, counter=place.code, field=form.field.data or None,
        days=(form.first.data, form.last.data), n=form.n.data, by=g.staff.actor, now=clock(),
    )  # fmt: skip
    session.commit()
    made = {"round": round_, "codes": codes, "counter": place, "simulated": round_.simulated}
    return render_template("tickets/made.html", **made)


def _form(session: Session, round_: Round, today: date) -> TicketForm:
    """The form with its choices, for a day of the round that is next."""
    day = max(today, round_.opens)
    form = TicketForm(data={"first": day, "last": day})
    names = {centre.id: centre.name for centre in session.query(Centre)}
    form.counter.choices = [
        SelectChoice(one.code, f"{one.name} – {names[one.centre_id]} ({one.code})")
        for one in counters_of(session, round_.code, day)
    ]
    own = SelectChoice("", _("That of the counter, or the person chooses"))
    named = field_names(session, language())
    form.field.choices = [own, *(SelectChoice(value, name) for value, name in named.items())]
    return form


@bp.route("/paper", methods=["POST"])
@allowed("round.edit", scope=of_round)
def paper(code: str) -> ResponseReturnValue:
    """Codes just made, as CSV, or as sheets to cut up."""
    session = reading()
    round_, codes = find_round(session, code), request.form.get("codes", "").split()
    if not 0 < len(codes) <= batches.MOST:
        raise InputFault([_("There is no code to print. Make the tickets anew.")])
    found = batches.known(session, _settings(), code, codes)
    if request.form.get("act") == "csv":
        return _csv(round_, found)
    fields = field_names(session, "vi")
    slips = [
        Slip(
            centre=one.centre.name,
            counter=one.counter.name,
            field=fields.get(one.field or "", ""),
            url=_address(one.code),
            spoken=spoken(one.code),
            day=one.day,
            until=one.expires_on,
        )
        for one in found
    ]
    simulated = round_.simulated or site_values(session)["simulated"] == "yes"
    file = BytesIO(sheets(slips, simulated=simulated, now=clock()))
    name = f"sipas-{code}-tickets.pdf"
    return send_file(file, "application/pdf", as_attachment=True, download_name=name)


def _csv(round_: Round, found: list[batches.Known]) -> Response:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for one in found:
        told = spoken(one.code), _address(one.code), one.counter.code, one.field or ""
        writer.writerow([*told, one.day, one.expires_on])
    name = f"sipas-{round_.code}-tickets.csv"
    file = BytesIO(out.getvalue().encode())
    return send_file(file, "text/csv", as_attachment=True, download_name=name)


def _address(code: str) -> str:
    return f"{request.host_url}i/{code}"


@bp.route("/withdraw", methods=["GET", "POST"])
@allowed("round.edit", scope=of_round)
def withdraw(code: str) -> ResponseReturnValue:
    """Ask once more, then withdraw what is left of a batch."""
    session = reading() if request.method == "GET" else writing()
    asked, today = request.args, local_day(clock())
    try:
        day = date.fromisoformat(asked.get("day", ""))
    except ValueError as error:
        raise batches.BatchGone from error
    counter, field = asked.get("counter", ""), asked.get("field", "")
    one = batches.batch(session, code, counter, field, day, today)
    if request.method == "GET":
        named = field_names(session, language()).get(field)
        round_ = find_round(session, code)
        shown = {"round": round_, "batch": one, "field": named, "simulated": round_.simulated}
        return render_template("tickets/withdraw.html", **shown)
    n = batches.withdraw_batch(session, code, one, by=g.staff.actor, now=clock())
    session.commit()
    flash(ngettext("%(num)d ticket was withdrawn.", "%(num)d tickets were withdrawn.", n))
    return redirect(url_for("tickets.list", code=code), 303)


def _settings() -> Settings:
    found: Settings = current_app.extensions["sipas.settings"]
    return found


def install(app: Flask) -> None:
    app.register_blueprint(bp)
