"""Kiosks are enrolled once, sign what they send, and are told what a wrong signature is."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest

from survey.app import create_app
from survey.fieldwork.devices.enrolment import LIVES
from survey.fieldwork.devices.pins import fits, set_for_centre, set_for_device
from survey.fieldwork.devices.store import find_device, revoke
from survey.fieldwork.devices.tables import Device, EnrolmentCode
from survey.respond.limits import DeviceLimit
from survey.respond.sealing import sealing_key
from survey.respond.tables import Intake, KeptForReview, Receipt, Traffic
from survey.signing import is_signed, jwk_of, own_key
from survey.staff.tables import AuditEvent
from survey.units.tables import Centre
from tests.fieldwork.places import JULY
from tests.respond.citizen import prepared
from tests.respond.kiosk import Kiosk, code_for
from tests.respond.test_resends import submission


@pytest.fixture
def kiosk(app, kept, at):
    prepared(kept)
    made = Kiosk(app, kept, at)
    assert made.enrol().status_code == 201
    return made


@pytest.fixture
def stranger(app, kept, at, kiosk):
    """A kiosk that nobody enrolled."""
    return Kiosk(app, kept, at)


def change(database, id, act):
    with database.write() as session:
        act(session, find_device(session, id).device)


def test_a_code_enrols_one_device_at_its_counter(kiosk, stored, app, at, kept):
    [device] = stored(Device)
    assert (device["id"], device["name"]) == (kiosk.id, "Máy quầy 1")
    assert device["key"] == kiosk.jwk
    [code] = stored(EnrolmentCode)
    assert code["device_id"] == kiosk.id
    acts = [event["act"] for event in stored(AuditEvent)]
    assert acts[-2:] == ["device.code", "device.enrol"]


def test_the_same_device_asks_again_when_the_answer_was_lost_another_one_gets_nothing(
    stranger, app, at, kept, stored
):
    code = code_for(kept)
    first = stranger.enrol(code)
    assert stranger.enrol(code.lower()[:4] + "-" + code[4:]).json == first.json
    refused = Kiosk(app, kept, at).enrol(code)
    assert (refused.status_code, refused.json["reason"]) == (403, "code")
    assert len(stored(Device)) == 2


def test_a_code_lives_ten_minutes(stranger, at, kept):
    code = code_for(kept)
    at.now = JULY + LIVES + timedelta(seconds=1)
    assert stranger.enrol(code).status_code == 403


def test_five_wrong_endings_end_a_code_and_other_codes_live_on(stranger, kept):
    code, other = code_for(kept), code_for(kept)
    wrong = code[:4] + ("2222" if code[4:] != "2222" else "3333")
    for _ in range(5):
        assert stranger.enrol(wrong).status_code == 403
    assert stranger.enrol(code).status_code == 403
    assert stranger.enrol(other).status_code == 201


def test_whoever_guesses_is_told_to_wait(stranger, kept):
    answers = [stranger.enrol("ABCDEFGH").status_code for _ in range(301)]
    assert set(answers[:300]) == {403}
    refused = stranger.enrol("ABCDEFGH")
    assert (refused.status_code, refused.json["reason"]) == (429, "too-many-tries")
    assert refused.headers["Retry-After"] == "900"


@pytest.mark.parametrize(
    ("change_", "words"),
    [
        ({"d": "c2VjcmV0"}, "private"),
        ({"crv": "P-384"}, "P-256"),
        ({"x": "AAAA"}, "no point"),
        ({"x": 5}, "no point"),
        ({"y": "A" * 43}, "no point"),
    ],
)
def test_what_is_no_public_key_enrols_nothing(stranger, kept, stored, change_, words):
    body = {"code": code_for(kept), "key": stranger.jwk | change_}
    answer = stranger.client.post("/api/v1/devices", json=body)
    assert (answer.status_code, answer.json["reason"]) == (422, "body")
    assert len(stored(Device)) == 1


def test_a_signed_batch_is_stored_under_the_device_and_its_number(kiosk, stored):
    body = kiosk.answer()
    assert kiosk.send(body).json[0]["state"] == "stored"
    [kept] = stored(Intake)
    assert (kept["device"], kept["seq"], kept["signals"]) == (kiosk.id, 1, [])
    assert kiosk.send(body).json[0]["state"] == "already"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"Sipas-Signature": "A" * 86}, "signature"),
        ({"Sipas-Signature": "no signature"}, "signature"),
        ({"Sipas-Time": "1"}, "signature"),
        ({"Sipas-Time": "tomorrow"}, "unsigned"),
        ({"Sipas-Time": "9" * 30}, "unsigned"),
        ({"Sipas-Signature": None}, "unsigned"),
        ({"Sipas-Device": "NOBODY"}, "unknown-device"),
    ],
)
def test_a_wrong_signature_stores_nothing(kiosk, stored, changed, reason):
    answer = kiosk.send(kiosk.answer(), **changed)
    assert (answer.status_code, answer.json["reason"]) == (401, reason)
    assert stored(Intake, KeptForReview, Receipt) == []


def test_a_body_that_was_changed_on_its_way_stores_nothing(kiosk, stored):
    body = f"[{kiosk.answer()}]".encode()
    headers = kiosk.headers("POST", "/api/v1/responses", body)
    body = body.replace(b'"q1": 4', b'"q1": 5')
    answer = kiosk.client.post(
        "/api/v1/responses", data=body, headers=headers, content_type="application/json"
    )
    assert answer.status_code == 401
    assert stored(Intake) == []


def test_a_device_speaks_for_itself_and_its_own_counter_alone(kiosk, app, kept, at):
    other = Kiosk(app, kept, at, "dong-hoi-2")
    other.enrol()
    for item, reason in (
        (kiosk.answer(device=other.id), "device: write the id"),
        (kiosk.answer(place={"counter": "dong-hoi-2"}), "stands at dong-hoi-1"),
    ):
        [answer] = kiosk.send(item).json
        assert answer["state"] == "kept-for-review"
        assert reason in answer["reason"]


def test_once_a_counter_has_its_device_unsigned_answers_of_a_kiosk_are_kept_for_review(
    kiosk, kept, stored
):
    def unsigned(**changes):
        body = f"[{submission(**changes)}]"
        answer = kiosk.client.post("/api/v1/responses", data=body, content_type="application/json")
        return answer.json[0]

    assert "enrolled and signs" in unsigned()["reason"]
    assert "so it signs" in unsigned(device=kiosk.id, mode="mobile")["reason"]
    assert unsigned(place={"counter": "dong-hoi-2"})["state"] == "stored"
    assert [row["signals"] for row in stored(Intake) if row["mode"] == "kiosk"] == [["unsigned"]]
    change(kept, kiosk.id, lambda s, d: revoke(s, d, "hỏng", by="command", now=JULY))
    assert unsigned()["state"] == "stored"


def test_a_revoked_device_is_told_so_and_what_it_still_sends_is_kept(kiosk, kept, stored):
    before = kiosk.answer()
    assert kiosk.send(before).json[0]["state"] == "stored"
    change(kept, kiosk.id, lambda s, d: revoke(s, d, "mất máy", by="command", now=JULY))
    answer = kiosk.contact(queued=3)
    assert (answer.status_code, answer.json["reason"]) == (403, "revoked")
    states = [one["state"] for one in kiosk.send(kiosk.answer(), before).json]
    assert states == ["kept-for-review", "already"]
    [row] = stored(KeptForReview)
    assert (row["device"], row["seq"]) == (kiosk.id, 2)
    assert "revoked" in row["reason"]


def test_contact_tells_the_clock_and_the_pin_and_keeps_how_the_device_is(kiosk, kept, stored, at):
    kiosk.ahead = 90_000
    oldest = kiosk.time - 3_600_000
    answer = kiosk.contact(
        version="1.2", queued=4, oldest=oldest, seq=17, persisted=True, battery=0.5, storage=10**9,
        unheard_of=1,
    )  # fmt: skip
    told = answer.json
    assert (told["now"], told["revoked"], told["pin"]) == (
        int(JULY.timestamp() * 1000),
        False,
        None,
    )
    [device] = stored(Device)
    assert device["skew"] == pytest.approx(-90, abs=0.001)
    assert device["oldest_at"] == JULY - timedelta(hours=1)
    assert (device["queued"], device["greatest_seq"], device["battery"]) == (4, 17, 0.5)
    kiosk.contact(seq=3)
    assert stored(Device)[0]["greatest_seq"] == 17

    def centre_pin(session, _device):
        centre = session.query(Centre).filter_by(code="dong-hoi").one()
        set_for_centre(session, centre, "280519", by="command", now=JULY)

    change(kept, kiosk.id, centre_pin)
    assert fits(kiosk.contact().json["pin"], "280519")
    change(kept, kiosk.id, lambda s, d: set_for_device(s, d, "907152", by="command", now=JULY))
    pin = kiosk.contact().json["pin"]
    assert fits(pin, "907152") and not fits(pin, "280519")
    assert (pin["alg"], pin["rounds"]) == ("PBKDF2-SHA256", 600_000)


@pytest.mark.parametrize(
    "state", [{"queued": -1}, {"battery": 2}, {"seq": "x"}, {"oldest": 10**18}, {"version": 5}]
)
def test_a_state_that_cannot_be_is_refused(kiosk, state):
    answer = kiosk.contact(**state)
    assert (answer.status_code, answer.json["reason"]) == (422, "body")


@pytest.mark.parametrize("body", [b"", b"[1]", b"\xff", b"[" * 5_000])
def test_a_body_that_is_no_object_is_refused(kiosk, body):
    path = f"/api/v1/devices/{kiosk.id}/contact"
    assert kiosk.post(path, body).status_code == 422


def test_a_device_asks_for_itself_alone(kiosk, app, kept, at):
    other = Kiosk(app, kept, at, "dong-hoi-2")
    other.enrol()
    path = f"/api/v1/devices/{other.id}/contact"
    assert kiosk.post(path, b"{}").status_code == 401


def test_an_answer_that_waited_counts_for_the_hour_in_which_it_was_given(kiosk, at, stored):
    kiosk.ahead = 3 * 3_600_000  # its clock is three hours fast
    waited = kiosk.answer()
    at.now = JULY + timedelta(hours=30)
    assert kiosk.send(waited).json[0]["state"] == "stored"
    [kept] = stored(Intake)
    assert (kept["answered_at"], kept["received_at"]) == (JULY, JULY + timedelta(hours=30))
    [hour] = stored(Traffic)
    assert (hour["day"], hour["hour"]) == (JULY.date(), 9)


@pytest.mark.parametrize("years", [2, -2])
def test_a_clock_two_years_off_tells_nothing_and_the_answer_is_stored_with_a_flag(
    kiosk, stored, years
):
    kiosk.ahead = years * 365 * 86_400_000
    assert kiosk.send(kiosk.answer()).json[0]["state"] == "stored"
    [kept] = stored(Intake)
    assert (kept["answered_at"], kept["signals"]) == (JULY, ["clock"])


def test_a_clock_that_was_set_while_an_answer_waited_gives_no_future_and_no_refusal(kiosk, stored):
    ahead = kiosk.answer(finished_at=kiosk.time + 7_200_000)
    assert kiosk.send(ahead).json[0]["state"] == "stored"
    assert stored(Intake)[0]["signals"] == ["clock"]


def test_an_answer_given_while_the_round_was_open_is_taken_after_it_closed(kiosk, at, kept, stored):
    waited = kiosk.answer()
    at.now = JULY + timedelta(days=85)  # the round closes on 30 September
    late = kiosk.answer()
    assert [one["state"] for one in kiosk.send(waited, late).json] == ["stored", "kept-for-review"]


def test_an_answer_older_than_any_receipt_is_not_taken_as_new(kiosk, at):
    waited = kiosk.answer()
    at.now = JULY + timedelta(days=91)
    [answer] = kiosk.send(waited).json
    assert answer["reason"] == "finished_at: more than 90 days ago"


def test_on_postgresql_too(both, at):
    app = create_app(both.settings)
    prepared(both)
    kiosk = Kiosk(app, both, at)
    assert kiosk.enrol().status_code == 201
    assert kiosk.contact(queued=0, seq=1).status_code == 200
    items = [kiosk.answer(), kiosk.seal(kiosk.answer()), kiosk.seal(kiosk.answer(), key_id="x")]
    states = [one["state"] for one in kiosk.send(*items).json]
    assert states == ["stored", "stored", "kept-for-review"]
    app.extensions["sipas.database"].close()


def test_a_device_fetches_the_form_of_its_counter_with_the_key_to_seal_to(kiosk, kept, at):
    path = f"/api/v1/devices/{kiosk.id}/bundle"
    answer = kiosk.client.get(path, headers=kiosk.headers("GET", path, b""))
    text = answer.json["bundle"]
    assert sha256(text.encode()).hexdigest() == kiosk.contact().json["bundle"]
    told = json.loads(text)
    assert (told["mode"], told["place"]["counter"]) == ("kiosk", "dong-hoi-1")
    assert told["sealing"] == vars(sealing_key(kept, now=at.now))
    key = own_key(kept.settings.secret(), "bundle")
    assert is_signed(jwk_of(key.public_key()), answer.json["signature"], text.encode())
    assert kiosk.client.get(path).status_code == 401
    at.now = JULY + timedelta(days=85)
    assert kiosk.contact().json["bundle"] is None
    assert kiosk.client.get(path, headers=kiosk.headers("GET", path, b"")).status_code == 410


def test_a_device_gone_mad_is_told_to_wait_and_others_are_heard(kiosk, app, kept, at, stored):
    app.extensions["sipas.device_limit"] = DeviceLimit(5)
    waiting = [kiosk.answer() for _ in range(5)]
    assert kiosk.send(*waiting[:4]).status_code == 200
    at.now = JULY + timedelta(minutes=20)
    refused = kiosk.send(waiting[4], kiosk.answer())
    assert (refused.status_code, refused.json["reason"]) == (429, "too-many")
    assert refused.headers["Retry-After"] == "2400"
    assert len(stored(Intake)) == 4
    other = Kiosk(app, kept, at, "dong-hoi-2")
    other.enrol()
    assert other.send(other.answer()).status_code == 200
    at.now = JULY + timedelta(minutes=61)
    assert kiosk.send(waiting[4], kiosk.answer()).status_code == 200
