"""A kiosk from the code that enrols it to the answers that arrive, with a real server behind it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from survey.respond.tables import Intake, Traffic
from survey.units.places import counter_by_code
from survey.units.tables import Counter
from tests.browser.conftest import COUNTER, KIOSK, Site
from tests.browser.kiosk import (
    at_start,
    device_of,
    enrol,
    onward,
    reach_comment,
    sent,
    set_pin,
    thanked,
    touch,
    waiting,
)
from tests.browser.looking import Complaints

pytestmark = pytest.mark.browser
ROUND = "quay-2026"
COUNTERS = iter(f"Q-{commune}-1" for commune in ("19351", "19360", "19363", "19366", "19414"))
SECRET = "Chuyện riêng của tôi ở quầy số chín"


@pytest.fixture
def page(look: Callable[..., Page], province: Site) -> Page:
    set_pin(province)
    page = look(KIOSK)
    page.set_default_timeout(15_000)
    return page


def kept(site: Site, counter: str = COUNTER) -> list[Intake]:
    """What waits for release at a counter."""
    database = site.database()
    with database.read() as session:
        found = counter_by_code(session, counter)
        assert found is not None
        rows = list(session.scalars(select(Intake).where(Intake.counter_id == found.id)))
    database.close()
    return rows


def begun(site: Site, counter: str = COUNTER) -> int:
    """How many people are counted as having begun there."""
    database = site.database()
    with database.read() as session:
        query = select(func.sum(Traffic.started)).join(Counter, Counter.id == Traffic.counter_id)
        found = session.scalar(query.where(Counter.code == counter))
    database.close()
    return found or 0


def pass_minutes(page: Page, minutes: float = 1.1) -> None:
    """Let the kiosk call its server."""
    with page.expect_response("**/contact"):
        page.clock.fast_forward(int(minutes * 60_000))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_from_the_first_touch_to_the_thanks_and_stored_once(page, province, language):
    complaints = Complaints(page)
    enrol(page, province)
    before = len(kept(province))
    reach_comment(page, "5", language)
    assert page.locator("html").get_attribute("lang") == language
    onward(page)
    thanked(page)
    sent(page)
    stored = kept(province)
    assert len(stored) == before + 1
    last = next(row for row in stored if row.mode == "kiosk" and row.language == language)
    assert not last.assisted and last.device == device_of(page)
    assert set(last.answers.values()) >= {5}
    touch(page, "done")
    at_start(page)
    assert complaints.found == []


def test_a_code_is_typed_on_the_screen_and_a_wrong_one_is_told(page, province):
    page.goto(province.url + "/k")
    page.fill("#code", "ABCD")
    page.keyboard.press("Enter")
    expect(page.locator("[data-fill=fault]")).to_contain_text("đủ 8")
    page.fill("#code", "AAAA-2222")
    page.keyboard.press("Enter")
    expect(page.locator("[data-fill=fault]")).to_contain_text("Mã không dùng được")
    code = province.sipas("device", "enrol", COUNTER, "--name", "Gõ tay").split()[0]
    page.fill("#code", "")
    page.tap("#code")
    for letter in code.replace("-", "").lower():
        page.locator(f'.app-keys [data-key="type:{letter}"]').tap()
    page.locator("[data-key=hide]").tap()
    page.locator("main button[type=submit]").tap()
    at_start(page)


def test_the_thanks_go_by_themselves_after_eight_seconds(page, province):
    page.clock.install()
    enrol(page, province)
    reach_comment(page)
    onward(page)
    thanked(page)
    page.clock.run_for(7_000)
    thanked(page)
    page.clock.run_for(1_500)
    at_start(page)


def test_it_starts_without_a_network_once_it_was_enrolled(page, province):
    enrol(page, province)
    kept = "async () => (await caches.has('sipas-at-kiosk')) && Boolean(await caches.match('/k'))"
    for _ in range(100):
        if page.evaluate(kept):
            break
        page.wait_for_timeout(100)
    page.context.set_offline(True)
    page.reload()
    at_start(page)
    reach_comment(page)
    onward(page)
    thanked(page)
    assert waiting(page) == 1
    page.context.set_offline(False)
    sent(page)
