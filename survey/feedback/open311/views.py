"""GeoReport v2 (https://wiki.open311.org/GeoReport_v2): XML and JSON, no session, a key to send."""

from typing import Any, Final

from flask import Blueprint, Flask, Response, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.calendar import clock, local_day
from survey.database import database, reading
from survey.errors import SurveyError
from survey.feedback import codes, contacts, leaving
from survey.feedback.cases import received
from survey.feedback.contacts import Consent
from survey.feedback.inflow import inflow
from survey.feedback.open311 import asked, keys, sent, services
from survey.feedback.open311.errors import GeoReportError, NoKey, NoSuch
from survey.feedback.open311.formats import TYPES, Row, written
from survey.feedback.open311.tables import ApiKey
from survey.feedback.refs import TOKEN, case_id_of, ref
from survey.feedback.tables import Case
from survey.i18n import language
from survey.site import site_values
from survey.units.areas import areas_on

BODY_LIMIT: Final = 128 * 1024
ENDING: Final = "<any(xml, json):ending>"

bp = Blueprint("open311", __name__, url_prefix="/open311/v2")


def _told(name: str, content: list[Any] | Row, ending: str, status: int = 200) -> Response:
    return Response(written(name, content, ending), status, content_type=TYPES[ending])


@bp.errorhandler(SurveyError)
def _fault(error: SurveyError) -> Response:
    """Every error in the format that was asked for."""
    own = isinstance(error, GeoReportError)
    words = error.detail if own else f"{error.title}. {error.remedy}"
    ending = (request.view_args or {}).get("ending", "xml")
    status = error.status if error.status in (403, 404, 429, 503) else 400
    rows = [{"code": status, "description": str(words)}]
    answer = _told("errors", rows, ending, status)
    if error.retry_after:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


@bp.before_request
def _jurisdiction() -> None:
    """The one this installation serves may be named: by its host or the code of its province.

    Raises NoSuch.
    """
    named = request.values.get("jurisdiction_id", "") if request.method != "POST" else ""
    if named:
        _known_jurisdiction(named)


def _known_jurisdiction(named: str) -> None:
    day = local_day(clock())
    provinces = {area.code for area in areas_on(reading(), day, level="province")}
    if named not in provinces | {request.host, request.host.partition(":")[0]}:
        raise NoSuch(_("There is no such jurisdiction_id"))


def _key(session: Session, given: str) -> ApiKey | None:
    """The key of the request, if it has one. Raises NoKey for one that is wrong."""
    if not given:
        return None
    found = keys.known(session, given)
    if found is None:
        raise NoKey(_("This api_key is not known"))
    return found


@bp.route(f"/services.{ENDING}")
def service_list(ending: str) -> Response:
    return _told("services", services.listed(reading(), language()), ending)


@bp.route(f"/services/<code>.{ENDING}")
def service_definition(code: str, ending: str) -> Response:
    if code not in services.names(reading(), language()):
        raise NoSuch(_("There is no such service_code"))
    return _told("service_definition", services.definition(code, _consent()), ending)


def _consent() -> Consent:
    site = site_values(reading())
    told = {"organiser": site["organiser"], "contact": site["contact"]}
    return contacts.consent(language(), **told, day=local_day(clock()))


@bp.route(f"/requests.{ENDING}", methods=["POST"])
def send(ending: str) -> Response:
    """A case, once however often the same Idempotency-Key comes; the code goes to the sender."""
    request.max_content_length = request.max_form_memory_size = BODY_LIMIT
    session, now, args = reading(), clock(), request.form
    if args.get("jurisdiction_id"):
        _known_jurisdiction(args["jurisdiction_id"])
    key = _key(session, args.get("api_key", ""))
    if key is None:
        raise NoKey(_("api_key was not provided"))
    once = request.headers.get("Idempotency-Key", "")[:200]
    made, about = sent.handed(
        session, args, key, _consent(), once=once, language=language(), now=now
    )
    inflow().count(about.key, now=now)
    first = codes.drawn(session, made.sent.form_id)
    left, token = database().writer.submit(lambda writing: _left(writing, made, first, now))
    notice = _(
        "Code to follow it at /f/status: %(code)s. Give it to the sender; it is not told again.",
        code=left.code.text,
    )
    row = {"token": token, "service_notice": notice, "account_id": None}
    return _told("service_requests", [row], ending, 201)


def _left(session: Session, made: Any, first: codes.Drawn, now: Any) -> tuple[leaving.Left, str]:
    """The case with its code, and the token that leads to its id."""
    left = leaving.leave(session, made, first, now=now)
    case = received(session, made.sent.form_id)
    return left, ref(session, case.id, TOKEN) if case else ""


@bp.route(f"/tokens/<token>.{ENDING}")
def token(token: str, ending: str) -> Response:
    case_id = case_id_of(reading(), token, TOKEN)
    if case_id is None or reading().get(Case, case_id) is None:
        raise NoSuch(_("There is no such token"))
    row = {"service_request_id": ref(reading(), case_id), "token": token}
    return _told("service_requests", [row], ending)


@bp.route(f"/requests.{ENDING}")
def requests(ending: str) -> Response:
    session, now = reading(), clock()
    key = _key(session, request.args.get("api_key", ""))
    wanted = asked.read(request.args, now=now)
    found = asked.cases(session, wanted, key, now=now)
    return _told("service_requests", asked.rows(session, found, language()), ending)


@bp.route(f"/requests/<request_id>.{ENDING}")
def one(request_id: str, ending: str) -> Response:
    """Whoever knows the id is told how it stands; words only where they are published."""
    session = reading()
    case_id = case_id_of(session, request_id)
    case = None if case_id is None else session.get(Case, case_id)
    if case is None:
        raise NoSuch(_("There is no such service_request_id"))
    return _told("service_requests", asked.rows(session, [case], language()), ending)


def install(app: Flask) -> None:
    app.register_blueprint(bp)
