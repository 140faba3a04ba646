"""Devices at the desk and in the shell: enrolled, seen, renamed, given a PIN, revoked."""

import json
import re
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from survey.calendar import clock
from survey.cli import cli
from survey.fieldwork.devices import pins
from survey.fieldwork.devices.enrolment import enrol
from survey.fieldwork.devices.gaps import Gap, gaps_of, missing
from survey.fieldwork.devices.tables import CentrePin, Device, EnrolmentCode
from survey.respond.tables import KeptForReview, Receipt
from survey.respond.tidy import tidy
from survey.staff.tables import AuditEvent
from survey.units.tables import Counter

CODE = re.compile(r"app-panel__code\">([2-9A-Z]{4}-[2-9A-Z]{4})<")
DAY = date(2026, 7, 10)


@pytest.fixture
def device(app, areas):
    """An enrolled device at the first counter of Đồng Hới: its id."""
    with app.extensions["sipas.database"].write() as session:
        counter = session.query(Counter).filter_by(code="dong-hoi-1").one()
        session.add(
            Device(
                id="KIOSK1", counter_id=counter.id, name="Máy cửa vào", key={"kty": "EC"},
                about="Chromium", enrolled_at=clock(), enrolled_by="command",
            )
        )  # fmt: skip
    return "KIOSK1"


def arrived(database, *numbers, device="KIOSK1", day=DAY):
    with database.write() as session:
        for number in numbers:
            id = Receipt.id.type.python_type(int=hash((device, number, day)) & (2**128 - 1))
            session.add(Receipt(id=id, hash="", device=device, seq=number, day=day))


def test_a_code_is_shown_once_with_its_picture_and_enrols_the_device(person, app, stored):
    desk = person("fieldwork", "18880")
    page = desk.post("/desk/devices/new", {"counter": "dong-hoi-2", "name": "Máy mới"})
    text = page.get_data(as_text=True)
    code = CODE.search(text)[1]
    assert "data:image/svg+xml" in text and "http://localhost/k" in text
    with stored() as session:
        [kept] = session.query(EnrolmentCode)
        assert code.replace("-", "") not in f"{kept.half} {kept.whole}"
    with app.extensions["sipas.database"].write() as session:
        made = enrol(session, code, {"kty": "EC"}, "", now=clock())
        assert (made.counter, made.device.name) == ("dong-hoi-2", "Máy mới")


def test_a_neighbours_counter_gets_no_code(person):
    desk = person("fieldwork", "18880")
    body = {"counter": "vinh-linh-1", "name": "Máy"}
    assert desk.post("/desk/devices/new", body).status_code == 422


def test_a_device_is_renamed_given_a_pin_and_revoked_with_a_reason(person, device, stored):
    desk = person("fieldwork", "18880")
    page = f"/desk/devices/{device}"
    assert desk.post(f"{page}/rename", {"name": "  Máy sảnh "}, of=page).status_code == 303
    assert desk.post(f"{page}/pin", {"pin": "290518"}, of=page).status_code == 303
    assert "dễ đoán" in desk.post(f"{page}/pin", {"pin": "111222"}, of=page).text
    assert "dễ đoán" in desk.post(f"{page}/pin", {"pin": "345678"}, of=page).text
    assert desk.post(f"{page}/pin", {"pin": "12345"}, of=page).status_code == 422
    with stored() as session:
        kept = session.get(Device, device)
        assert kept.name == "Máy sảnh" and pins.fits(kept.pin, "290518")
    desk.post(f"{page}/pin", {"act": "centre"}, of=page)
    assert desk.post(f"{page}/revoke", {"reason": ""}, of=page).status_code == 422
    assert desk.post(f"{page}/revoke", {"reason": "Mất trộm"}, of=page).status_code == 303
    text = desk.text(page)
    assert "Mất trộm" in text and "Thu hồi thiết bị</button>" not in text
    with stored() as session:
        assert session.get(Device, device).pin is None
        acts = [event.act for event in session.query(AuditEvent).order_by(AuditEvent.id)]
        assert acts[-4:] == ["device.rename", "device.pin", "device.pin", "device.revoke"]


def test_a_centre_has_one_pin_for_its_devices(person, device, stored):
    desk = person("fieldwork", "18880")
    assert desk.post("/desk/devices/pin/dong-hoi", {"pin": "907152"}).status_code == 303
    with stored() as session:
        assert pins.fits(session.query(CentrePin).one().pin, "907152")
        assert pins.fits(pins.pin_of(session, session.get(Device, device)), "907152")


def test_the_list_tells_what_is_missing_and_who_is_silent(person, device, app, stored):
    database = app.extensions["sipas.database"]
    arrived(database, 1, 2, 5)
    with database.write() as session:
        kept = session.get(Device, device)
        kept.contact_at, kept.queued, kept.greatest_seq = clock() - timedelta(days=2), 3, 7
        kept.battery, kept.persisted, kept.skew = 0.42, False, 90_000.0
    text = person("administrator", "18880").text("/desk/devices")
    assert "mất liên lạc" in text and "42 %" in text
    page = person("auditor").text(f"/desk/devices/{device}")
    assert "3 – 4" in page and "6 – 7" in page
    assert "không bảo đảm giữ phiếu" in page and "lệch quá một ngày" in page
    assert "Không thiếu" not in page


@pytest.mark.parametrize(
    ("known", "kept_for_review", "named", "gaps"),
    [
        ((), (), None, []),
        ((), (), 2, [Gap(1, 2, None, None)]),
        ((3, 4), (), 4, []),
        ((1, 4), (2,), 4, [Gap(3, 3, DAY, DAY)]),
        ((1, 4), (2, 3, 4), 5, [Gap(5, 5, DAY, None)]),
        ((10, 11, 20), (), None, [Gap(12, 19, DAY, DAY)]),
    ],
)
def test_gaps_lie_between_what_came_and_below_what_was_named(
    both, known, kept_for_review, named, gaps
):
    with both.write() as session:
        for number in kept_for_review:
            id = Receipt.id.type.python_type(int=number)
            session.add(KeptForReview(key=id, hash="", device="KIOSK1", seq=number, body="",
                                      reason="", day=DAY))  # fmt: skip
    arrived(both, *known)
    arrived(both, 50, 70, device="OTHER")
    with both.read() as session:
        device = Device(id="KIOSK1", greatest_seq=named)
        assert gaps_of(session, [device]) == {"KIOSK1": gaps}


def test_a_forgotten_receipt_is_no_gap(app, device, stored):
    database = app.extensions["sipas.database"]
    arrived(database, 1, 2, 3, 5, 6)
    arrived(database, 4, day=DAY + timedelta(days=80))  # it waited
    arrived(database, 8, day=DAY + timedelta(days=85))
    later = clock().replace(year=2026, month=10, day=9)  # 91 days after the first
    with database.write() as session:
        assert tidy(session, now=later).receipts == 5
    with stored() as session:
        found = gaps_of(session, [session.get(Device, device)])
    after, before = DAY + timedelta(days=80), DAY + timedelta(days=85)
    assert found == {device: [Gap(7, 7, after, before)]}
    assert missing(found[device]) == 1


@pytest.fixture
def sipas(app, monkeypatch):
    settings = app.extensions["sipas.settings"]
    monkeypatch.setenv("SIPAS_DATABASE", settings.database)
    monkeypatch.setenv("SIPAS_DATA", str(settings.data))
    monkeypatch.setenv("SIPAS_SECRET_FILE", str(settings.secret_file))

    def run(*words, code=0):
        told = CliRunner().invoke(cli, ["device", *words])
        assert told.exit_code == code, told.output
        return told

    return run


def test_devices_from_the_shell(sipas, device, app, stored):
    assert re.fullmatch(r"\S{4}-\S{4}\n", sipas("enrol", "dong-hoi-1", "--name", "Máy").stdout)
    assert "no counter nowhere" in sipas("enrol", "nowhere", "--name", "Máy", code=1).output
    assert sipas("gaps").output == ""
    arrived(app.extensions["sipas.database"], 1, 4)
    [gap] = json.loads(sipas("gaps", "--format", "json", code=1).stdout)
    assert gap == {
        "device": device, "name": "Máy cửa vào", "counter": "dong-hoi-1", "first": 2, "last": 3,
        "count": 2, "after": "2026-07-10", "before": "2026-07-10",
    }  # fmt: skip
    sipas("revoke", device, "--reason", "hỏng")
    assert "revoked already" in sipas("revoke", device, "--reason", "hỏng", code=1).output
    [told] = json.loads(sipas("list", "--format", "json").stdout)
    assert (told["state"], told["missing"], told["persisted"]) == ("revoked", 2, None)
    assert sipas("list", "--format", "csv").stdout.startswith("id,name,counter,")
    assert len(sipas("rotate-key").stdout.strip()) == 12
