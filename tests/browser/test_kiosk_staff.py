"""Staff at a kiosk: behind the PIN its state, help for a citizen, and the end of its service."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from survey.calendar import clock
from survey.fieldwork.devices import store
from survey.respond.tables import Intake
from tests.browser.conftest import KIOSK, Site
from tests.browser.kiosk import (
    at_start,
    device_of,
    enrol,
    onward,
    open_health,
    pass_minutes,
    rate,
    reach_comment,
    sent,
    set_pin,
    thanked,
    touch,
    type_pin,
)

pytestmark = pytest.mark.browser
COUNTER = "Q-19333-3"
OTHER = "Q-19351-1"  # of another centre


@pytest.fixture
def page(look: Callable[..., Page], province: Site) -> Page:
    set_pin(province, COUNTER)
    page = look(KIOSK)
    page.set_default_timeout(15_000)
    return page


def of_device(site: Site, device: str) -> list[Intake]:
    database = site.database()
    with database.read() as session:
        rows = list(session.scalars(select(Intake).where(Intake.device == device)))
    database.close()
    return rows


def test_a_wrong_pin_opens_nothing_and_three_of_them_cost_time(page, province):
    page.clock.install()
    enrol(page, province, COUNTER)
    touch(page, "staff")
    said = page.locator(".app-pin__said")
    for pin in ("111111", "000000", "999999"):
        type_pin(page, pin)
        expect(said).to_have_text("Mã PIN không đúng.")
    type_pin(page, "402817")
    expect(said).to_contain_text("Nhập sai quá nhiều lần")
    page.reload()
    touch(page, "staff")
    type_pin(page, "402817")
    expect(said).to_contain_text("Nhập sai quá nhiều lần")
    page.clock.fast_forward(31_000)
    type_pin(page, "402817")
    page.locator(".app-health__item").first.wait_for()


def test_a_corner_held_for_three_seconds_opens_the_pad_and_it_closes_by_itself(page, province):
    page.clock.install()
    enrol(page, province, COUNTER)
    page.mouse.move(20, 20)
    page.mouse.down()
    page.clock.run_for(3_100)
    page.mouse.up()
    page.locator(".app-pin").wait_for()
    page.clock.run_for(61_000)
    at_start(page)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_staff_help_one_citizen_and_the_answers_say_so(page, province, language):
    device = enrol(page, province, COUNTER)
    open_health(page)
    touch(page, "assisted")
    page.locator(f"[data-act=turn][data-language={language}]").tap()
    expect(page.locator("[data-fill=assisted]")).to_be_visible()
    onward(page)
    while page.locator("main textarea[name=form-comment]").count() == 0:
        rate(page, "5")
        onward(page)
    expect(page.locator("[data-fill=assisted]")).to_be_visible()
    onward(page)
    thanked(page)
    touch(page, "done")
    reach_comment(page, "4")
    expect(page.locator("[data-fill=assisted]")).to_be_hidden()
    onward(page)
    thanked(page)
    sent(page)
    kept = sorted((row.seq, row.assisted, row.language) for row in of_device(province, device))
    assert kept == [(1, True, language), (2, False, "vi")]


def test_the_page_of_its_state_says_what_waits_and_what_to_do(page, province):
    enrol(page, province, COUNTER)
    page.context.set_offline(True)
    reach_comment(page)
    onward(page)
    thanked(page)
    touch(page, "done")
    open_health(page)
    value = page.locator("[data-item=queued] .app-health__value")
    expect(value).to_have_text("1")
    touch(page, "send")
    said = page.locator(".app-health__said")
    expect(said).to_contain_text("Chưa gửi được")
    touch(page, "unenrol")
    expect(said).to_contain_text("còn câu trả lời chưa gửi")
    with page.expect_download() as saved:
        touch(page, "export")
    assert '"ciphertext"' in saved.value.path().read_text()
    page.context.set_offline(False)
    touch(page, "send")
    expect(said).to_contain_text("Đã gửi")
    sent(page)
    for item in ("contact", "skew", "form", "seq", "version"):
        assert page.locator(f"[data-item={item}] .app-health__value").inner_text().strip()
    touch(page, "home")
    at_start(page)


def test_a_revoked_kiosk_says_so_keeps_nothing_and_can_be_enrolled_again(page, province):
    page.clock.install()
    device = enrol(page, province, COUNTER)
    database = province.database()
    with database.write() as session:
        line = store.find_device(session, device)
        store.revoke(session, line.device, "bị mất", by="command", now=clock())
    database.close()
    pass_minutes(page)
    expect(page.locator("h1")).to_have_text("Kiosk này đã ngừng hoạt động")
    assert page.locator("[data-act=start]").count() == 0
    touch(page, "anew")
    page.locator("#code").wait_for()
    assert device_of(page) == ""
    code = province.sipas("device", "enrol", COUNTER, "--name", "Lần hai").split()[0]
    page.fill("#code", code)
    page.keyboard.press("Enter")
    at_start(page)
    assert device_of(page) not in ("", device)


def test_staff_take_a_kiosk_out_of_service_with_two_presses(page, province):
    enrol(page, province, COUNTER)
    open_health(page)
    touch(page, "unenrol")
    expect(page.locator(".app-health__said")).to_contain_text("thêm một lần nữa")
    touch(page, "unenrol")
    page.locator("#code").wait_for()
    page.reload()
    page.locator("#code").wait_for()


def test_without_a_pin_nobody_gets_out(look, province):
    page = look(KIOSK)
    enrol(page, province, OTHER)
    touch(page, "staff")
    expect(page.locator(".app-pin__said")).to_contain_text("chưa đặt mã PIN")
    type_pin(page, "402817")
    expect(page.locator(".app-pin__said")).to_contain_text("chưa đặt mã PIN")
