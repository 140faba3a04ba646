"""The door where devices are enrolled, and where they call: how they are, what they are to know."""

import json
from datetime import datetime
from typing import Any

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, Schema, ValidationError, fields
from marshmallow.validate import Length, Range

from survey.calendar import clock
from survey.database import database, reading
from survey.errors import RoundClosed, RoundNotOpenYet, RoundUnknown, SurveyError
from survey.fieldwork.devices.contact import State, note
from survey.fieldwork.devices.enrolment import Enrolled, EnrolmentRefused, enrol
from survey.fieldwork.devices.pins import pin_of
from survey.fieldwork.devices.signer import (
    LATEST,
    DeviceRevoked,
    SignatureWrong,
    Signer,
    signer_of,
)
from survey.fieldwork.devices.store import find_device
from survey.origin import refuse_strangers
from survey.respond.bundle.made import PURPOSE, Bundle
from survey.respond.bundle.views import REFUSALS, BundleAnswer, for_kiosk, sent
from survey.respond.doorway import NotAnsweredHere
from survey.signing import KeyFault, jwk_of, own_key, read_jwk
from survey.staff.throttle import WINDOW, SourceLimit
from survey.units.tables import Counter

LIMIT = "sipas.enrolment_limit"
BODY_BYTES = 8_192
NO_ROUND = (RoundUnknown, RoundNotOpenYet, RoundClosed, NotAnsweredHere)
WHOLE = Range(min=0, max=2**31 - 1)


class BodyUnreadable(SurveyError):
    status = 422
    reason = "body"
    title = _l("The body cannot be read")
    remedy = _l("Send a JSON object with the keys of the API's description.")


class EnrolmentThrottled(SurveyError):
    status = 429
    reason = "too-many-tries"
    retry_after = int(WINDOW.total_seconds())
    title = _l("Too many codes were tried from here")
    remedy = _l("Please wait a quarter of an hour, then make a new code.")


class EnrolmentAsked(Schema):
    code = fields.String(required=True, validate=Length(max=40))
    key = fields.Dict(required=True, metadata={"description": "Public key, P-256, as JWK."})
    about = fields.String(load_default="", validate=Length(max=200))


class DeviceEnrolled(Schema):
    device = fields.String(metadata={"description": "The id for Sipas-Device."})
    counter = fields.String(metadata={"description": "Code of its counter."})
    name = fields.String()
    bundle_key = fields.Dict(metadata={"description": "Public key of bundles, as JWK."})


class ContactMade(Schema):
    """Of the device; what a browser cannot tell is null or left out."""

    version = fields.String(load_default=None, allow_none=True, validate=Length(max=40))
    queued = fields.Integer(load_default=None, allow_none=True, strict=True, validate=WHOLE)
    oldest = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=Range(min=0, max=LATEST),
        metadata={"description": "When the oldest was finished: milliseconds, its own clock."},
    )
    seq = fields.Integer(load_default=None, allow_none=True, strict=True, validate=WHOLE)
    persisted = fields.Boolean(load_default=None, allow_none=True)
    battery = fields.Float(load_default=None, allow_none=True, validate=Range(min=0, max=1))
    storage = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=Range(min=0, max=2**53)
    )


class ContactAnswered(Schema):
    now = fields.Integer(metadata={"description": "Our clock, milliseconds since 1970."})
    revoked = fields.Boolean()
    bundle = fields.String(
        allow_none=True,
        metadata={"description": "Hash of the bundle to ask by; null: no round is open there."},
    )
    pin = fields.Dict(
        allow_none=True,
        metadata={"description": "alg, salt, rounds, hash of the staff's PIN; null: none is set."},
    )


def read_body(schema: type[Schema]) -> dict[str, Any]:
    """The body as `schema` says; unknown keys are passed over. Raises BodyUnreadable."""
    request.max_content_length = BODY_BYTES
    try:
        table = json.loads(request.get_data())
        loaded: dict[str, Any] = schema().load(table, unknown=EXCLUDE)
    except (ValueError, RecursionError) as error:
        raise BodyUnreadable("not JSON") from error
    except ValidationError as error:
        raise BodyUnreadable(str(error.messages)) from error
    return loaded


def trusted_signer(id: str) -> Signer:
    """The enrolled device of that id that signed the request. Raises SignatureWrong and its
    kinds, DeviceRevoked."""
    with database().read() as session:
        signer = signer_of(
            session,
            dict(request.headers),
            request.method,
            request.path,
            request.get_data(),
            now=clock(),
        )
    if signer.id != id:
        raise SignatureWrong
    if signer.revoked:
        raise DeviceRevoked
    return signer


def devices() -> dict[str, Any]:
    """A one-time code and a public key become a device. The same twice is the same device."""
    refuse_strangers(request)
    now, limit = clock(), _limit()
    source = request.remote_addr or ""
    if limit.refuses(source, "", now=now):
        raise EnrolmentThrottled
    asked = read_body(EnrolmentAsked)
    try:
        jwk = read_jwk(asked["key"])
    except KeyFault as error:
        raise BodyUnreadable(str(error)) from error
    made: Enrolled | None = database().writer.submit(
        lambda session: enrol(session, asked["code"], jwk, asked["about"], now=now)
    )
    if made is None:
        limit.failed(source, now=now)
        raise EnrolmentRefused
    secret = current_app.extensions["sipas.settings"].secret()
    return {
        "device": made.device.id,
        "counter": made.counter,
        "name": made.device.name,
        "bundle_key": jwk_of(own_key(secret, PURPOSE).public_key()),
    }


def contact(id: str) -> dict[str, Any]:
    """What a device is told that says how it is; its clock is held against ours."""
    request.max_content_length = BODY_BYTES
    now, signer = clock(), trusted_signer(id)
    state = State(**read_body(ContactMade))
    line = find_device(reading(), id)
    pin, bundle = pin_of(reading(), line.device), _asked(line.counter, now)
    database().writer.submit(lambda session: note(session, signer, state, now=now))
    told = {"revoked": False, "bundle": None if bundle is None else bundle.hash, "pin": pin}
    return {"now": int(now.timestamp() * 1000), **told}


def _asked(counter: Counter, now: datetime) -> Bundle | None:
    """The bundle to be fetched; None while no round asks there."""
    try:
        return for_kiosk(reading(), counter, now=now)
    except NO_ROUND:
        return None


def bundle(id: str) -> ResponseReturnValue:
    """The form that the device asks now at its counter."""
    trusted_signer(id)
    counter = find_device(reading(), id).counter
    return sent(for_kiosk(reading(), counter, now=clock()))


def _limit() -> SourceLimit:
    found: SourceLimit = current_app.extensions[LIMIT]
    return found


SIGNED = {
    401: "reason unsigned, unknown-device or signature: nothing was stored.",
    403: "reason revoked: keep what you have, staff will look at it.",
    422: "reason body: the body cannot be read.",
}


def door() -> Blueprint:
    """The views with their descriptions."""
    made = Blueprint("devices_api", __name__, url_prefix="/api/v1", description="For kiosks")
    view = made.response(201, DeviceEnrolled)(devices)
    for status, words in {
        403: "reason code: the code enrols nothing.",
        422: "reason body: the body or the key cannot be read.",
        429: "reason too-many-tries: Retry-After says when.",
    }.items():
        view = made.alt_response(status, description=words)(view)
    view = made.doc(requestBody=_body(EnrolmentAsked), summary="Enrol a device")(view)
    made.route("/devices", methods=["POST"])(view)
    view = made.response(200, ContactAnswered)(contact)
    for status, words in SIGNED.items():
        view = made.alt_response(status, description=words)(view)
    view = made.doc(requestBody=_body(ContactMade), summary="Call: how a device is (signed)")(view)
    made.route("/devices/<id>/contact", methods=["POST"])(view)
    view = made.response(200, BundleAnswer)(bundle)
    for status, words in {**REFUSALS, 401: SIGNED[401], 403: SIGNED[403]}.items():
        view = made.alt_response(status, description=words)(view)
    view = made.doc(summary="The form that a kiosk asks now (signed)")(view)
    made.route("/devices/<id>/bundle", methods=["GET"])(view)
    return made


def _body(schema: type[Schema]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def install(app: Flask) -> None:
    app.extensions[LIMIT] = SourceLimit()
