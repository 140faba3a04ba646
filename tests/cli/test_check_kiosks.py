"""`sipas check` on devices: silent ones, answers that never arrived, keys that they seal to."""

import json
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from survey.calendar import ZONE
from survey.cli import cli
from survey.cli.kiosks import kiosks, sealing_keys
from survey.fieldwork.devices.tables import Device
from survey.respond.sealing import KEPT, LIVES, rotate, sealing_key
from survey.respond.tables import Receipt, SealingKey
from survey.units.hours import Hours, set_hours
from survey.units.tables import Counter
from tests.fieldwork.places import settle

FRIDAY = datetime(2026, 7, 10, 16, 0, tzinfo=ZONE)
MONDAY = datetime(2026, 7, 13, 7, 40, tzinfo=ZONE)
DAYTIME = {str(n): [["07:30", "11:30"], ["13:00", "17:00"]] for n in range(1, 6)}


@pytest.fixture
def device(both):
    """device(**columns) changes the one device, at the first counter of Đồng Hới."""
    with both.write() as session:
        settle(session)
        counter = session.scalar(select(Counter).where(Counter.code == "dong-hoi-1"))
        session.add(
            Device(
                id="KIOSK1", counter_id=counter.id, name="Máy cửa vào", key={"kty": "EC"},
                about="Chromium", enrolled_at=FRIDAY, enrolled_by="command",
            )
        )  # fmt: skip
        set_hours(session, counter.centre_id, Hours(DAYTIME, [["2026-07-14", "Nghỉ"]]))

    def change(**columns):
        with both.write() as session:
            found = session.get_one(Device, "KIOSK1")
            for name, value in columns.items():
                setattr(found, name, value)

    return change


def arrived(database, *numbers, day):
    with database.write() as session:
        for number in numbers:
            session.add(Receipt(id=uuid4(), hash="", device="KIOSK1", seq=number, day=day))


def told(check, database, now):
    return {found.check: (found.ok, found.detail) for found in check(database, now)}


@pytest.mark.parametrize(
    ("now", "ok"),
    [
        (FRIDAY + timedelta(hours=23), True),
        (MONDAY, True),  # switched off over the weekend; the morning is not over
        (MONDAY.replace(hour=11, minute=31), False),
    ],
)
def test_a_kiosk_is_missed_when_its_centre_served_for_a_day_without_it(device, both, now, ok):
    device(contact_at=FRIDAY)
    found = told(kiosks, both, now)["kiosks"]
    assert found[0] == ok
    if not ok:
        assert "dong-hoi-1 “Máy cửa vào” (KIOSK1) since 2026-07-10" in found[1]


def test_a_kiosk_on_a_day_off_or_revoked_is_not_missed(device, both):
    tuesday_off = datetime(2026, 7, 13, 17, 0, tzinfo=ZONE)
    device(contact_at=tuesday_off)
    assert told(kiosks, both, tuesday_off + timedelta(days=1, hours=14))["kiosks"][0]
    assert not told(kiosks, both, tuesday_off + timedelta(days=2))["kiosks"][0]
    device(revoked_at=tuesday_off)
    assert told(kiosks, both, tuesday_off + timedelta(days=9))["kiosks"] == (True, "0 in use")


def test_a_number_that_is_missing_since_yesterday_is_told(device, both):
    day = date(2026, 7, 9)
    arrived(both, 1, 2, 5, day=day)
    at = datetime(2026, 7, 9, 18, 0, tzinfo=ZONE)
    assert told(kiosks, both, at)["numbers"][0]  # it may still come today
    ok, detail = told(kiosks, both, at + timedelta(days=1))["numbers"]
    assert (ok, "2 of dong-hoi-1" in detail) == (False, True)


def test_what_neither_came_nor_waits_is_told_at_once(device, both):
    arrived(both, 1, 2, day=FRIDAY.date())
    device(contact_at=FRIDAY, greatest_seq=5, queued=3)
    ok, detail = told(kiosks, both, FRIDAY)["numbers"]
    assert (ok, detail[:18]) == (True, "3 have not arrived")
    device(queued=1)
    ok, detail = told(kiosks, both, FRIDAY)["numbers"]
    assert (ok, "2 of dong-hoi-1" in detail) == (False, True)


def test_answers_that_wait_on_a_kiosk_that_calls_are_told(device, both):
    device(contact_at=FRIDAY, queued=1, oldest_at=FRIDAY - timedelta(hours=23))
    assert told(kiosks, both, FRIDAY)["queues"][0]
    device(oldest_at=FRIDAY - timedelta(hours=25))
    assert not told(kiosks, both, FRIDAY)["queues"][0]


def test_sealing_keys_are_there_renewed_forgotten_and_open_with_the_secret(device, both):
    begun = datetime(2026, 1, 5, tzinfo=UTC)
    assert told(sealing_keys, both, begun)["sealing keys"] == (True, "not needed")
    device(greatest_seq=1)
    assert "none is in use" in told(sealing_keys, both, begun)["sealing keys"][1]
    sealing_key(both, now=begun)
    assert told(sealing_keys, both, begun)["sealing keys"][0]
    late = begun + LIVES + timedelta(days=3)
    assert "was not renewed" in told(sealing_keys, both, late)["sealing keys"][1]
    rotate(both, by="command", now=late)
    assert told(sealing_keys, both, late)["sealing keys"][0]
    ok, detail = told(sealing_keys, both, late + KEPT + timedelta(days=3))["sealing keys"]
    assert (ok, "past their time" in detail) == (False, True)
    with both.write() as session:
        session.query(SealingKey).update({"private_sealed": "x"})
    assert "cannot be opened" in told(sealing_keys, both, late)["sealing keys"][1]


def test_the_command_names_them(device, both, monkeypatch):
    device(contact_at=FRIDAY)
    monkeypatch.setattr("survey.cli.check.clock", lambda: FRIDAY + timedelta(days=5))
    for name, value in (
        ("DATABASE", both.settings.database),
        ("DATA", both.settings.data),
        ("SECRET_FILE", both.settings.secret_file),
    ):
        monkeypatch.setenv(f"SIPAS_{name}", str(value))
    answer = CliRunner().invoke(cli, ["check", "--format", "json"])
    found = {one["check"]: one["ok"] for one in json.loads(answer.stdout)}
    assert answer.exit_code == 1
    assert (found["kiosks"], found["queues"], found["numbers"], found["sealing keys"]) == (
        False, True, True, True,
    )  # fmt: skip
