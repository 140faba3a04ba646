"""Where bundles are fetched: by a telephone, of a round or of a poster's counter."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final

from flask import current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from survey.calendar import clock
from survey.config import Settings
from survey.database import database, reading
from survey.respond.bundle.made import ALWAYS, Bundle, bundle
from survey.respond.doorway import Doorway, by_address, by_kiosk, by_poster
from survey.respond.sealing import sealing_key
from survey.site import site_values
from survey.units.hours import Hours, hours_of
from survey.units.tables import Counter

REFUSALS: Final = {
    404: "There is no such round, or no such code.",
    409: "The round has not begun, or is not answered this way.",
    410: "The round is over, or the code was replaced.",
}


class BundleAnswer(Schema):
    """A form with all that is needed to ask it without a network."""

    bundle = fields.String(
        metadata={
            "description": "JSON text: schema, issued, valid_until, round, version, place, mode, "
            "fields, communes, form, languages, hours, idle, last_day. Check the signature before "
            "you read it, and valid_until whenever somebody begins."
        }
    )
    signature = fields.String(
        metadata={
            "description": "Of the text in UTF-8: ECDSA P-256 with SHA-256, 64 bytes, base64url."
        }
    )


def of_round(code: str) -> ResponseReturnValue:
    """The form that /r/<code> asks."""
    return _answer(partial(by_address, reading(), code))


def of_poster(code: str) -> ResponseReturnValue:
    """The form that /c/<code> asks now."""
    return _answer(partial(by_poster, reading(), code))


def for_kiosk(session: Session, counter: Counter, *, now: datetime) -> Bundle:
    """What a kiosk at the counter asks now. Raises as `doorway.by_kiosk` does."""
    hours = hours_of(session, counter.centre_id)
    return _bundle(session, partial(by_kiosk, session, counter), now, hours)


def _bundle(
    session: Session, find: Callable[..., Doorway], now: datetime, hours: Hours = ALWAYS
) -> Bundle:
    settings: Settings = current_app.extensions["sipas.settings"]
    return bundle(
        lambda language: find(now=now, language=language),
        settings.secret(),
        site=site_values(session),
        now=now,
        hours=hours,
        sealing=vars(sealing_key(database(), now=now)),
    )


def _answer(find: Callable[..., Doorway]) -> ResponseReturnValue:
    return sent(_bundle(reading(), find, clock()))


def sent(made: Bundle) -> ResponseReturnValue:
    """The bundle as it is answered: 304 to who has it already."""
    answer = jsonify(made.body)
    answer.set_etag(made.hash)
    answer.cache_control.no_cache = True
    return answer.make_conditional(request)


def _door(name: str, rule: str, act: Callable[..., ResponseReturnValue], what: str) -> Blueprint:
    """A view with its description, hung on a blueprint of its own."""
    door = Blueprint(name, __name__, url_prefix="/api/v1", description="Forms to carry away")
    view: Any = door.response(200, BundleAnswer, description="The bundle")(act)
    view = door.alt_response(304, description="The bundle named by If-None-Match is still it.")(
        view
    )
    for status, description in REFUSALS.items():
        view = door.alt_response(status, description=description)(view)
    door.route(rule, methods=["GET"])(door.doc(summary=what)(view))
    return door


def doors() -> tuple[Blueprint, ...]:
    return (
        _door("bundle_of_round", "/rounds/<code>/bundle", of_round, "The form of a round"),
        _door("bundle_of_poster", "/counters/<code>/bundle", of_poster, "The form at a counter"),
    )
