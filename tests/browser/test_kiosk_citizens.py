"""One citizen after the other at a kiosk: none leaves anything for the next."""

import json
from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Page, TimeoutError, expect
from sqlalchemy import func, select

from survey.fieldwork.tables import Round
from survey.respond.tables import Traffic
from survey.units.hours import Hours, set_hours
from survey.units.places import counter_by_code
from survey.units.tables import Counter
from tests.browser.conftest import KIOSK, Site
from tests.browser.kiosk import (
    at_start,
    begin,
    enrol,
    onward,
    pass_minutes,
    rate,
    reach_comment,
    sent,
    thanked,
    touch,
    waiting,
)

pytestmark = pytest.mark.browser
COUNTER = "Q-19333-2"
ROUND = "quay-2026"
SECRET = "Chuyện riêng của tôi ở quầy số chín"
DUMP = """async () => {
  const asked = (request) => new Promise((yes, no) => {
    request.onsuccess = () => yes(request.result);
    request.onerror = () => no(request.error);
  });
  const found = { html: document.documentElement.outerHTML, local: { ...localStorage },
    session: { ...sessionStorage }, address: location.href, length: history.length,
    fields: [...document.querySelectorAll("input, textarea")].map((field) => field.value),
    cookies: document.cookie, title: document.title, bases: {} };
  for (const { name } of await indexedDB.databases()) {
    const base = await asked(indexedDB.open(name));
    for (const store of base.objectStoreNames) {
      found.bases[`${name}.${store}`] = await asked(base.transaction(store).objectStore(store).getAll());
    }
    base.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      found[request.url] = await (await cache.match(request)).text();
    }
  }
  return JSON.stringify(found);
}"""  # noqa: E501
CHOSEN = "document.querySelectorAll('main input:checked').length"


@pytest.fixture
def page(look: Callable[..., Page], province: Site) -> Page:
    page = look(KIOSK)
    page.set_default_timeout(15_000)
    return page


@pytest.fixture
def timed(page: Page) -> Page:
    """A kiosk whose clock the test moves."""
    page.clock.install()
    return page


def begun(site: Site) -> int:
    """How many people are counted as having begun at the counter."""
    database = site.database()
    with database.read() as session:
        query = select(func.sum(Traffic.started)).join(Counter, Counter.id == Traffic.counter_id)
        found = session.scalar(query.where(Counter.code == COUNTER))
    database.close()
    return found or 0


def no_trace(page: Page) -> None:
    """Neither the page nor anything the browser keeps holds what was typed or chosen."""
    dump = page.evaluate(DUMP)
    assert SECRET not in dump and SECRET.lower() not in dump.lower()
    for row in json.loads(dump)["bases"].get("sipas.records", []):
        assert set(json.loads(row["body"])) == {
            "id", "key_id", "alg", "wrapped_key", "iv", "ciphertext",
        }  # fmt: skip
    assert page.evaluate(CHOSEN) == 0


def write_a_secret(page: Page) -> None:
    page.fill("main textarea", SECRET)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_who_walks_away_is_asked_then_wiped_and_counted(timed, province, language):
    enrol(timed, province, COUNTER)
    before = begun(province)
    reach_comment(timed, "2", language)
    write_a_secret(timed)
    timed.clock.fast_forward(46_000)
    warning = timed.locator("dialog[open]")
    warning.wait_for()
    words = {"vi": "Tôi cần thêm thời gian", "en": "I need more time"}[language]
    assert words in warning.inner_text()
    timed.clock.fast_forward(21_000)
    at_start(timed)
    no_trace(timed)
    sent(timed)
    assert begun(province) == before + 1


def fall_silent(page: Page) -> None:
    """No sign of life until the warning; a page that still scrolls by itself gives a late one."""
    warning = page.locator("dialog[open]")
    for _ in range(3):
        page.clock.fast_forward(46_000)
        with suppress(TimeoutError):
            warning.wait_for(timeout=2_000)
            return
    raise AssertionError("nobody was warned")


def test_time_is_given_ten_times_and_the_answers_are_still_there(timed, province):
    enrol(timed, province, COUNTER)
    reach_comment(timed)
    write_a_secret(timed)
    for _ in range(10):
        fall_silent(timed)
        timed.locator("dialog[open] button").first.tap()
        expect(timed.locator("dialog[open]")).to_have_count(0)
    assert timed.input_value("main textarea") == SECRET
    onward(timed)
    thanked(timed)
    no_trace(timed)


def test_who_stops_is_asked_once_and_nothing_is_left(page, province):
    enrol(page, province, COUNTER)
    reach_comment(page)
    write_a_secret(page)
    touch(page, "leave")
    page.locator("dialog[open] button").first.tap()
    assert page.input_value("main textarea") == SECRET
    touch(page, "leave")
    page.locator("dialog[open] [data-leave]").tap()
    at_start(page)
    no_trace(page)


def test_who_only_reads_the_notice_leaves_at_once_and_is_not_counted(page, province):
    enrol(page, province, COUNTER)
    sent(page)
    before = begun(province)
    page.locator("[data-act=start]").first.tap()
    page.locator("main details summary").tap()
    touch(page, "leave")
    at_start(page)
    assert waiting(page) == 0 and begun(province) == before


def test_back_and_forward_of_the_browser_show_nobody_elses_answers(page, province):
    enrol(page, province, COUNTER)
    length = page.evaluate("history.length")
    reach_comment(page)
    write_a_secret(page)
    onward(page)
    thanked(page)
    touch(page, "done")
    at_start(page)
    assert page.evaluate("history.length") == length
    page.goto(province.url + "/k")
    page.go_back()
    page.go_forward()
    at_start(page)
    no_trace(page)


def test_larger_letters_and_the_language_are_the_citizens_own(page, province):
    enrol(page, province, COUNTER)
    begin(page, "en")
    size = "parseFloat(getComputedStyle(document.querySelector('legend')).fontSize)"
    small = page.evaluate(size)
    touch(page, "larger")
    assert page.evaluate(size) > 1.2 * small
    rate(page, "5")
    page.locator("[data-act=turn][data-language=vi]").tap()
    assert page.evaluate(CHOSEN) > 0 and page.evaluate(size) > 1.2 * small
    expect(page.locator("main")).to_contain_text("Công chức")
    touch(page, "leave")
    page.locator("dialog[open] [data-leave]").tap()
    at_start(page)
    assert page.locator("html").get_attribute("lang") == "vi"
    begin(page)
    assert page.evaluate(CHOSEN) == 0 and page.evaluate(size) == small


def test_without_a_network_answers_wait_sealed_and_are_sent_afterwards(page, province):
    enrol(page, province, COUNTER)
    page.context.set_offline(True)
    for _ in range(2):
        reach_comment(page)
        onward(page)
        thanked(page)
        touch(page, "done")
        at_start(page)
    assert waiting(page) == 2
    no_trace(page)
    page.context.set_offline(False)
    sent(page)


def test_a_new_form_is_taken_up_between_two_citizens_and_not_before(timed, province):
    enrol(timed, province, COUNTER)
    begin(timed)
    rate(timed, "5")
    title = {"vi": "Khảo sát sau giờ nghỉ", "en": "Survey after the break"}
    old = _rename(province, title)
    try:
        timed.clock.run_for(40_000)
        timed.locator("h1").tap()  # or this citizen would be taken for gone
        pass_minutes(timed, 0.6)
        assert timed.evaluate(CHOSEN) > 0
        touch(timed, "leave")
        timed.locator("dialog[open] [data-leave]").tap()
        expect(timed.locator("h1")).to_have_text(title["vi"])
    finally:
        _rename(province, old)


def _rename(site: Site, title: dict[str, str]) -> dict[str, str]:
    database = site.database()
    with database.write() as session:
        round_ = session.get_one(Round, ROUND)
        old, round_.title = round_.title, title
    database.close()
    return old


def test_out_of_hours_the_kiosk_says_when_it_opens_again(timed, province):
    enrol(timed, province, COUNTER)
    _set_hours(province, Hours({str(n): [] for n in range(1, 8)}, [], 45))
    try:
        pass_minutes(timed)
        expect(timed.locator("h1")).to_have_text("Đã hết giờ làm việc")
        assert timed.locator("[data-act=start]").count() == 0
        always = {str(n): [["00:00", "24:00"]] for n in range(1, 8)}
        _set_hours(province, Hours(always, [], 45))
        pass_minutes(timed)
        at_start(timed)
    finally:
        _set_hours(province, Hours())


def _set_hours(site: Site, hours: Hours) -> None:
    database = site.database()
    with database.write() as session:
        counter = counter_by_code(session, COUNTER)
        assert counter is not None
        set_hours(session, counter.centre_id, hours)
    database.close()


def test_a_page_that_lost_its_screen_comes_back(page, province):
    page.clock.install()
    enrol(page, province, COUNTER)
    page.evaluate("document.querySelector('#screen').replaceChildren()")
    page.clock.fast_forward(61_000)
    page.clock.run_for(6_000)
    at_start(page)
