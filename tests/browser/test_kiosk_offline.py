"""A kiosk that was enrolled opens, asks and keeps without a network, and loses nothing."""

import json

import pytest

import questionnaires
from survey.calendar import clock
from survey.fieldwork.devices.gaps import gaps_of
from survey.fieldwork.devices.tables import Device
from survey.fieldwork.publishing import publish
from survey.fieldwork.tables import Round
from survey.respond import queue_file
from survey.staff.tables import AuditEvent
from tests.browser.conftest import DESKTOP, KIOSK, violations
from tests.browser.kiosk import (
    at_start,
    begin,
    enrol,
    onward,
    open_health,
    pass_minutes,
    reach_comment,
    sent,
    set_pin,
    thanked,
    touch,
)
from tests.browser.offline import intake_size, queue, take_modules, wait_until_sent
from tests.browser.people import press, sign_in
from tests.fieldwork.drawn import files_for
from tests.questionnaires.at_hand import FEATURES

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


HELD = """async () => {
  for (let tries = 0; tries < 200; tries += 1) {
    const cache = await caches.open("sipas-media");
    const kept = (await cache.keys()).map(({ url }) => new URL(url).pathname);
    if (kept.length === WANTED) return kept.sort();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return [];
}"""
HEARD = """async (audio) => {
  const part = await fetch(audio.src, { headers: { Range: "bytes=100-199" } });
  const beyond = await fetch(audio.src, { headers: { Range: "bytes=99999999-" } });
  const told = [part.status, part.headers.get("Content-Range"), (await part.blob()).size];
  const loaded = await new Promise((resolve) => {
    audio.addEventListener("loadedmetadata", () => resolve(audio.duration > 0));
    audio.addEventListener("error", () => resolve(audio.error.message));
    audio.load();
  });
  return [...told, beyond.status, loaded];
}"""
SEEN = """async (image) => { await image.decode(); return image.naturalWidth; }"""


def test_pictures_and_sounds_of_a_form_are_there_without_a_network(look, serve, demo_copy):
    site = serve(demo_copy)
    form = questionnaires.load(FEATURES["private"])
    files = files_for(form)
    ask(site, form, files)
    page = look(KIOSK)
    enrol(page, site)
    at_start(page)
    assert page.evaluate(KEPT), "the files of the kiosk are kept"
    addresses = sorted(f"/m/{one.sha256}.{one.kind}" for one in files.values())
    assert page.evaluate(HELD.replace("WANTED", "3")) == addresses
    context = page.context
    page.close()
    context.set_offline(True)
    page = context.new_page()
    page.goto(f"{site.url}/k")
    begin(page)
    picture, sound = page.locator("main .app-media__picture"), page.locator("main audio")
    picture.scroll_into_view_if_needed()
    assert picture.evaluate(SEEN) == files["room.png"].size[0]
    size = len(files["room.vi.mp3"].content)
    assert sound.evaluate(HEARD) == [206, f"bytes 100-199/{size}", 100, 416, True]
    assert sound.bounding_box()["height"] >= 60
    assert violations(page) == []


def test_what_another_form_showed_is_not_kept(look, serve, demo_copy):
    site = serve(demo_copy)
    form = questionnaires.load(FEATURES["private"])
    ask(site, form, files_for(form))
    page = look(KIOSK)
    page.clock.install()
    enrol(page, site)
    page.clock.resume()
    assert len(page.evaluate(HELD.replace("WANTED", "3"))) == 3
    ask(site, questionnaires.load("one-stop-ward@1"), {})
    pass_minutes(page)
    page.clock.resume()
    assert page.evaluate(HELD.replace("WANTED", "0")) == []


def ask(site, form, files):
    """The rounds at counters ask this form now."""
    database = site.database()
    with database.write() as session:
        publish(session, form, by="command", now=clock(), confirmed=True, files=files)
        for round_ in session.query(Round).filter_by(sample="open", state="open"):
            round_.questionnaire = form.name
    database.close()


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
