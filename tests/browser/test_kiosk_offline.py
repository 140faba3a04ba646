"""A kiosk that was enrolled opens, asks and keeps without a network, and loses nothing."""

import json

import pytest

from survey.calendar import clock
from survey.fieldwork.devices.gaps import gaps_of
from survey.fieldwork.devices.tables import Device
from survey.respond import queue_file
from survey.staff.tables import AuditEvent
from tests.browser.conftest import DESKTOP, KIOSK, violations
from tests.browser.kiosk import (
    at_start,
    enrol,
    onward,
    open_health,
    reach_comment,
    sent,
    set_pin,
    thanked,
    touch,
)
from tests.browser.offline import intake_size, queue, take_modules, wait_until_sent
from tests.browser.people import press, sign_in

pytestmark = pytest.mark.browser
KEPT = """async () => {
  await navigator.serviceWorker.ready;
  for (let tries = 0; tries < 200; tries += 1) {
    if (await caches.match("/k")) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}"""


def test_a_kiosk_starts_cold_without_a_network_and_sends_when_it_has_one(look, province):
    page = look(KIOSK)
    device = enrol(page, province)
    at_start(page)
    assert page.evaluate(KEPT), "the files of the kiosk are kept"
    before = intake_size(province)
    context = page.context
    page.close()
    context.set_offline(True)
    page = context.new_page()
    page.goto(f"{province.url}/k")
    at_start(page)
    assert violations(page) == []
    for _ in range(2):
        reach_comment(page)
        onward(page)
        thanked(page)
        at_start(page)
    take_modules(page, page.evaluate("document.querySelector('script[type=module]').src"))
    assert queue(page)["queued"] == queue(page)["seq"] == 2 and intake_size(province) == before
    context.set_offline(False)
    wait_until_sent(page)
    assert intake_size(province) == before + 2
    database = province.database()
    with database.read() as session:
        gaps = gaps_of(session, [session.get_one(Device, device)])
    database.close()
    assert gaps == {device: []}


def test_its_queue_is_saved_signed_and_taken_at_the_desk(look, province, tmp_path):
    set_pin(province)
    page = look(KIOSK)
    device = enrol(page, province)
    at_start(page)
    before = intake_size(province)
    page.context.set_offline(True)
    reach_comment(page)
    onward(page)
    thanked(page)
    at_start(page)
    open_health(page)
    with page.expect_download() as saved:
        touch(page, "export")
    file = tmp_path / saved.value.suggested_filename
    saved.value.save_as(file)
    last = json.loads(file.read_text().splitlines()[-1])
    assert last["signed"]["Sipas-Device"] == device
    desk = look(DESKTOP)
    sign_in(desk, province, "fieldwork")
    desk.goto(province.url + queue_file.ADDRESS)
    desk.set_input_files("[name=file]", file)
    press(desk, "main form button")
    assert "Vừa lưu" in desk.inner_text("main")
    assert violations(desk) == []
    assert intake_size(province) == before + 1
    database = province.database()
    with database.read() as session:
        events = session.query(AuditEvent).filter_by(act="device.import").all()
        assert [event.object for event in events] == [f"device:{device}"]
        assert events[0].at <= clock()
    database.close()
    page.context.set_offline(False)
    sent(page)
    assert intake_size(province) == before + 1, "what the desk took is not stored again"
