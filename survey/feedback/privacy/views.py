"""The desk's pages about requests of people over what is kept of them."""

import json
from typing import Any, Final

from flask import Blueprint, Flask, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from survey.calendar import clock, local_day
from survey.database import reading, writing
from survey.errors import Conflict, NotFound
from survey.feedback.cases import Act, do
from survey.feedback.clock.working import add_working
from survey.feedback.hours import hours_of
from survey.feedback.privacy import about, letters, mine, requests, words
from survey.feedback.privacy.forms import CorrectForm, FindForm, LetterForm, RequestForm
from survey.feedback.privacy.tables import PrivacyRequest
from survey.feedback.tables import Case
from survey.i18n import language
from survey.site import site_values
from survey.staff.desk import add_nav
from survey.staff.guard import allowed, anywhere, visible_areas
from survey.staff.names import actor_names
from survey.units.areas import areas_on

bp = Blueprint("feedback_privacy", __name__, url_prefix="/desk/privacy")
TOLD: Final = {"reply": requests.reply, "extend": requests.extend}


def of_request(session: Session, args: dict[str, Any]) -> int:
    """Scope: the area that answers the request. Raises NotFound."""
    return requests.find(session, args["request_id"]).area_id


@bp.route("", endpoint="list")
@allowed("feedback.privacy", scope=anywhere)
def list_() -> ResponseReturnValue:
    """Requests that wait, the most pressing first; those that ended behind a link."""
    session, ended = reading(), request.args.get("ended") == "1"
    areas = visible_areas(session, g.staff, "feedback.privacy")
    found = requests.listed(session, areas, ended=ended)
    return render_template(
        "feedback/privacy/list.html", found=found, ended=ended, now=clock(), words=words
    )


@bp.route("/new", methods=["GET", "POST"])
@allowed("feedback.privacy", scope=anywhere)
def new() -> ResponseReturnValue:
    form = RequestForm()
    if not form.is_submitted() or not form.holds():
        page = render_template("feedback/privacy/new.html", form=form)
        return page, 422 if form.errors else 200
    session, person = writing(), form.contact
    asked = requests.Asked(
        kind=form.kind.data,
        channel=form.channel.data,
        proof=form.proof.data,
        area_id=_answering(session),
        processor=form.processor.data,
        person={"name": person.name, "phone": person.phone, "email": person.email},
        words=form.words.data or "",
    )
    made = requests.receive(session, asked, by=g.staff.actor, now=clock())
    session.commit()
    return redirect(url_for(".show", request_id=made.id), 303)


def _answering(session: Session) -> int:
    """The area for which who is signed in answers requests; the province for the installation."""
    own = [grant.area_id for grant in g.staff.grants_for("feedback.privacy")]
    found = next((id for id in own if id is not None), None)
    if found is not None:
        return int(found)
    provinces = areas_on(session, local_day(clock()), level="province")
    if not provinces:
        raise Conflict(_("There is no province yet: import the units first."))
    first: int = provinces[0].id
    return first


@bp.route("/<int:request_id>")
@allowed("feedback.privacy", scope=of_request)
def show(request_id: int) -> ResponseReturnValue:
    return _page(reading(), requests.find(reading(), request_id))


def _page(
    session: Session,
    asked: PrivacyRequest,
    status: int = 200,
    *,
    found: list[Case] | None = None,
    **forms: Any,
) -> ResponseReturnValue:
    cases = [
        case
        for case in requests.cases_of(session, asked)
        if about.handles(session, g.staff, case, now=clock())
    ]
    page = render_template(
        "feedback/privacy/show.html",
        asked=asked,
        person=requests.told_of(session, asked),
        acts=[(act, requests.words_of(session, act)) for act in requests.acts_of(session, asked)],
        cases=cases,
        found=found,
        find=forms.get("find") or FindForm(),
        letters=forms.get("letters") or _letters(session, asked),
        correct={**_corrections(cases), **forms.get("correct", {})},
        people=actor_names(session),
        now=clock(),
        words=words,
    )
    return page, status


def _corrections(cases: list[Case]) -> dict[int, CorrectForm]:
    """An empty form for each case."""
    return {case.id: CorrectForm(None, prefix=_prefix(case.id)) for case in cases}


def _prefix(case_id: int) -> str:
    return f"c{case_id}-"


def _letters(session: Session, asked: PrivacyRequest) -> dict[str, LetterForm]:
    """A form for each letter that may still go out, begun."""
    acts = () if asked.ended_at else letters.ACTS
    if asked.extended_at is not None:
        acts = tuple(act for act in acts if act != "extend")
    return {
        act: LetterForm(None, prefix=f"{act}-", data={"words": _begun(session, asked, act)})
        for act in acts
    }


def _begun(session: Session, asked: PrivacyRequest, act: str) -> str:
    site = site_values(session)
    hours = hours_of(session, asked.area_id)
    later = add_working(asked.due_at, requests.longer(asked.kind), hours)
    told = {"organiser": site["organiser"], "contact": site["contact"]}
    return letters.begun(asked, act, later=later, language=language(), **told)


@bp.route("/<int:request_id>/<any(reply, extend, done, refused):act>", methods=["POST"])
@allowed("feedback.privacy", scope=of_request)
def letter(request_id: int, act: str) -> ResponseReturnValue:
    """The person was told: of the procedure, of more time, of the end."""
    session, now = writing(), clock()
    asked = requests.find(session, request_id)
    form = LetterForm(prefix=f"{act}-")
    if not form.holds():
        shown = {**_letters(session, asked), act: form}
        return _page(session, asked, 422, letters=shown)
    told = form.words.data or ""
    if act in TOLD:
        TOLD[act](session, asked, told, by=g.staff.actor, now=now)
    else:
        requests.end(session, asked, act, told, by=g.staff.actor, now=now)
    session.commit()
    flash(_("It is noted."))
    return redirect(url_for(".show", request_id=request_id), 303)


@bp.route("/<int:request_id>/find", methods=["POST"])
@allowed("feedback.privacy", scope=of_request)
def find(request_id: int) -> ResponseReturnValue:
    """Cases of the person, to be chosen from; what was typed stands in no address."""
    session, form = reading(), FindForm()
    asked = requests.find(session, request_id)
    if not form.validate():
        return _page(session, asked, 422, find=form)
    found = about.found(session, g.staff, form.typed.data or "", now=clock())
    return _page(session, asked, found=found, find=form)


@bp.route("/<int:request_id>/cases/<int:case_id>/<any(link, unlink):act>", methods=["POST"])
@allowed("feedback.privacy", scope=of_request)
def case(request_id: int, case_id: int, act: str) -> ResponseReturnValue:
    session, now = writing(), clock()
    asked = requests.find(session, request_id)
    chosen = session.get(Case, case_id)
    if chosen is None or not about.handles(session, g.staff, chosen, now=now):
        raise NotFound
    do_it = requests.link if act == "link" else requests.unlink
    do_it(session, asked, chosen, by=g.staff.actor, now=now)
    session.commit()
    return redirect(url_for(".show", request_id=request_id), 303)


def _linked(session: Session, request_id: int, case_id: int) -> tuple[PrivacyRequest, Case]:
    """The request and one of its cases. Raises NotFound."""
    asked = requests.find(session, request_id)
    chosen = about.linked(session, asked, case_id)
    if not about.handles(session, g.staff, chosen, now=clock()):
        raise NotFound
    return asked, chosen


@bp.route("/<int:request_id>/cases/<int:case_id>/<any(erase, withdraw):act>", methods=["POST"])
@allowed("feedback.privacy", scope=of_request)
def end_data(request_id: int, case_id: int, act: str) -> ResponseReturnValue:
    """What the person asked for, done to the case."""
    session, now = writing(), clock()
    asked, chosen = _linked(session, request_id, case_id)
    do_it = about.erase if act == "erase" else about.withdraw
    do_it(session, asked, chosen, by=g.staff.actor, now=now)
    session.commit()
    flash(_("It is done, and noted here and at the case."))
    return redirect(url_for(".show", request_id=request_id), 303)


@bp.route("/<int:request_id>/cases/<int:case_id>/correct", methods=["POST"])
@allowed("feedback.privacy", scope=of_request)
def correct(request_id: int, case_id: int) -> ResponseReturnValue:
    session, now = writing(), clock()
    asked, chosen = _linked(session, request_id, case_id)
    form = CorrectForm(prefix=_prefix(case_id))
    if not form.holds():
        return _page(session, asked, 422, correct={case_id: form})
    told, by = form.words.data or "", g.staff.actor
    about.correct(session, asked, chosen, form.contact, told, by=by, now=now)
    session.commit()
    flash(_("It is done, and noted here and at the case."))
    return redirect(url_for(".show", request_id=request_id), 303)


@bp.route("/<int:request_id>/cases/<int:case_id>/file", methods=["POST"])
@allowed("feedback.privacy", scope=of_request)
def file(request_id: int, case_id: int) -> ResponseReturnValue:
    """Everything of one case for the person, contact included; logged as seen."""
    session, now, by = writing(), clock(), g.staff.actor
    asked, chosen = _linked(session, request_id, case_id)
    do(session, chosen, Act("unmask", by, "officer", {"request": asked.id}), now=now)
    requests.note(session, asked, "file", chosen, by=by, now=now)
    body = json.dumps(mine.kept_of(session, chosen, whole=True), ensure_ascii=False, indent=1)
    session.commit()
    answer = Response(body, mimetype="application/json")
    name = f"{asked.number}-{chosen.number}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    add_nav(
        app,
        _l("Personal data"),
        "feedback_privacy.list",
        "feedback.privacy",
        group="feedback",
        order=48,
        about=_l("Requests to see, correct or erase what is kept of somebody, and their clocks."),
    )
