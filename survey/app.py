"""The application: the floor, the doors, and one place where errors become pages."""

from http import HTTPStatus

from flask import Flask, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from survey import addresses, assets, errors, i18n, security, site
from survey.config import Settings, settings
from survey.crypto import derive
from survey.database import Database
from survey.database.engine import OUTAGES, end_request
from survey.doors import DOORS

MEGABYTE = 1024 * 1024
PAGE_LIMIT = 2 * MEGABYTE
RETRY_AFTER = "5"  # seconds; senders wait longer each time, and not all alike
READ_ON = 64 * MEGABYTE  # of a body that is refused; who sends more is cut off
HTTP_ERRORS = {
    403: errors.NotAllowed,
    404: errors.NotFound,
    413: errors.BodyTooLarge,
}


def create_app(chosen: Settings | None = None) -> Flask:
    """The web application for `chosen` settings, by default those of the environment."""
    chosen = chosen or settings()
    app = Flask("survey")
    app.config.update(
        SECRET_KEY=derive(chosen.secret(), "session"),
        MAX_CONTENT_LENGTH=PAGE_LIMIT,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_NAME="sipas_desk",
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    app.extensions["sipas.settings"] = chosen
    app.extensions["sipas.database"] = Database(chosen, serving=True)
    addresses.install(app)
    i18n.install(app)
    security.install(app)
    assets.install(app)
    app.context_processor(_page_context)
    app.teardown_request(end_request)
    for door in DOORS:
        door.install(app)
    _install_errors(app)
    app.after_request(_say_when)
    return app


def _say_when(answer: Response) -> Response:
    """Who is told to come back is told when."""
    if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers.setdefault("Retry-After", RETRY_AFTER)
    return answer


def _page_context() -> dict[str, object]:
    lang = i18n.language()
    links = [
        (code, name, addresses.here(lang=code))
        for code, name in i18n.LANGUAGES.items()
        if request.endpoint not in (None, "static")
    ]
    try:
        values = site.values_of_page()
    except (errors.DatabaseUnreachable, *OUTAGES):
        values = dict(site.DEFAULTS)
    return {
        "language": lang,
        "language_links": links,
        "organiser": values["organiser"],
        "contact": values["contact"],
        "simulated_site": values["simulated"] == "yes",
    }


def _install_errors(app: Flask) -> None:
    app.register_error_handler(errors.SurveyError, _show)
    app.register_error_handler(HTTPException, _show_http)
    for outage in OUTAGES:
        app.register_error_handler(outage, _show_outage)


def _show_http(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and error.code < 400:
        return error
    if error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        _read_on()
    known = HTTP_ERRORS.get(error.code or 500)
    shown = known() if known else errors.SurveyError(error.description or "")
    if not known:
        shown.status = error.code or 500
    return _show(shown)


def _read_on() -> None:
    """Take in the rest of a body that is too large: a browser that is cut off shows no page."""
    left = min(request.content_length or 0, READ_ON)
    while left > 0 and (part := request.environ["wsgi.input"].read(min(left, MEGABYTE))):
        left -= len(part)


def _show_outage(_error: Exception) -> ResponseReturnValue:
    return _show(errors.DatabaseUnreachable())


def _show(error: errors.SurveyError) -> ResponseReturnValue:
    """The page, or for the API the JSON, that tells what happened and what to do."""
    if request.path.startswith("/api/"):
        return _say(error)
    if error.status >= 500:
        end_request()  # its sessions may be of no more use: the page reads with a new one
    desk = request.path.startswith("/desk")
    page = render_template("desk/error.html" if desk else "error.html", error=error)
    return _come_back(Response(page, error.status), error)


def _come_back(answer: Response, error: errors.SurveyError) -> Response:
    if error.retry_after:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _say(error: errors.SurveyError) -> ResponseReturnValue:
    """The error for a program: its words, with one that it can act on."""
    body = {"code": error.status, "status": str(error.title), "message": str(error.remedy)}
    if error.reason:
        body["reason"] = error.reason
    if error.detail and error.status < 500:
        body["detail"] = str(error.detail)
    answer = jsonify(body)
    answer.status_code = error.status
    return _come_back(answer, error)
