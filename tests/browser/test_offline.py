"""Without a network forms open, are answered and wait; with one they are stored, once each."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from survey.calendar import clock
from survey.database import Database
from survey.fieldwork.devices.enrolment import make_code
from survey.fieldwork.devices.gaps import gaps_of
from survey.fieldwork.devices.tables import Device
from survey.units.places import counter_by_code
from tests.browser.conftest import COUNTER, PHONE, Site, violations
from tests.browser.offline import (
    ANSWERED,
    APP,
    KEY,
    answer_many,
    counted,
    intake_size,
    kill,
    own_browser,
    queue,
    started,
    stored,
    take_modules,
    visit,
    wait_until_sent,
    words_waiting,
)
from tests.browser.people import go_on, is_last, rate, wait_for_app

pytestmark = pytest.mark.browser
SOME = 12
MANY = pytest.param(500, marks=pytest.mark.faults)
ROUNDS = pytest.mark.parametrize("rounds", [1, pytest.param(10, marks=pytest.mark.faults)])


@pytest.fixture
def phone(look) -> Page:
    page: Page = look(PHONE)
    return page


def answer_all_pages(page: Page, code: str = "4") -> None:
    while not is_last(page):
        rate(page, code)
        go_on(page)


def thanks_of(page: Page, state: str) -> str:
    page.wait_for_selector(f"main[data-thanks={state}]")
    return page.inner_text("main")


def test_a_form_opened_once_is_opened_answered_and_sent_later_without_a_network(
    phone, poster, province, check
):
    visit(phone, poster)
    context = phone.context
    phone.close()
    context.set_offline(True)
    page = context.new_page()
    page.goto(poster)
    wait_for_app(page)
    check(page)
    assert "Hiện không có mạng" in page.inner_text("#app-queue")
    go_on(page)
    answer_all_pages(page)
    page.fill("textarea", "Viết khi mất mạng.")
    go_on(page)
    assert "Câu trả lời của Ông/Bà được giữ trên thiết bị này" in thanks_of(page, "waiting")
    check(page)
    before = len(words_waiting(province))
    context.set_offline(False)
    assert "đã được nhận" in thanks_of(page, "stored")
    assert words_waiting(province)[before:] == ["Viết khi mất mạng."]
    assert page.locator("#app-queue").count() == 0


def test_a_form_that_was_never_opened_says_so_in_plain_words(phone, poster, province, check):
    visit(phone, poster)
    phone.context.set_offline(True)
    phone.goto(f"{province.url}/r/chua-tung-mo")
    phone.wait_for_selector("#not-here:visible")
    assert "chưa từng được mở trên thiết bị này" in phone.inner_text("main")
    check(phone)


@pytest.mark.parametrize("n", [SOME, MANY])
def test_answers_given_without_a_network_are_all_stored_once(n, phone, poster, province, figures):
    visit(phone, poster)
    phone.context.set_offline(True)
    ids = answer_many(phone, poster, n)
    assert queue(phone)["queued"] == n == len(set(ids))
    phone.context.set_offline(False)
    wait_until_sent(phone, 120)
    assert stored(province, ids) == [ANSWERED] * n
    figures("a phone without a network", "SQLite", counted(n, len(stored(province, ids))))


@pytest.fixture
def database(province) -> Iterator[Database]:
    found = province.database()
    yield found
    found.close()


@pytest.mark.parametrize("n", [SOME, MANY])
def test_an_enrolled_device_leaves_no_gap(n, phone, poster, province, database, figures):
    with database.write() as session:
        counter = counter_by_code(session, COUNTER)
        code = make_code(session, counter, "Máy thử", by="test", now=clock())
    visit(phone, poster)
    app, key = phone.evaluate(APP), phone.evaluate(KEY)
    phone.goto(province.url)  # a page that sends nothing by itself
    take_modules(phone, app, "device")
    phone.evaluate("code => m.enrol(code)", code)
    device = phone.evaluate("m.device().then((found) => found.id)")
    phone.context.set_offline(True)
    ids = answer_many(phone, poster, n, device=device, key=key)
    phone.evaluate("window.sender = new m.Sender({ sign: m.signed }), window.sender.start(), 0")
    assert queue(phone)["queued"] == n == queue(phone)["seq"]
    phone.context.set_offline(False)
    wait_until_sent(phone, 120)
    assert stored(province, ids) == [ANSWERED] * n
    with database.read() as session:
        assert gaps_of(session, [session.get_one(Device, device)]) == {device: []}
    found = counted(n, len(stored(province, ids)))
    figures("a kiosk without a network", "SQLite", found, note="no gap in its numbers")


def test_a_portal_that_answers_everything_with_200_loses_nothing(phone, poster, province):
    visit(phone, poster)
    portal = "**/api/v1/*"
    phone.context.route(
        portal, lambda route: route.fulfill(status=200, body="<h1>Wi-Fi miễn phí</h1>")
    )
    ids = answer_many(phone, poster, 3)
    phone.evaluate("new m.Sender().hurry()")
    assert queue(phone)["queued"] == 3 and stored(province, ids) == []
    phone.context.unroute(portal)
    phone.evaluate(
        """async () => {
      for (const row of await m.all("records")) await m.put("records", { ...row, next_try: 0 });
      await new m.Sender().hurry();
    }"""
    )
    wait_until_sent(phone)
    assert stored(province, ids) == [ANSWERED] * 3


@ROUNDS
def test_storage_that_the_browser_evicts_midway_costs_no_answer(
    rounds, phone, poster, province, figures
):
    visit(phone, poster)
    before = intake_size(province)
    for _ in range(rounds):
        phone.goto(poster)
        wait_for_app(phone)
        go_on(phone)
        rate(phone, "3")
        session = phone.context.new_cdp_session(phone)
        session.send("Storage.clearDataForOrigin", {"origin": province.url, "storageTypes": "all"})
        go_on(phone)
        answer_all_pages(phone, "3")
        go_on(phone)
        thanks_of(phone, "stored")
    found = counted(rounds, intake_size(province) - before)
    figures("browser's storage evicted mid-answer", "SQLite", found, rounds=rounds)


@ROUNDS
def test_a_form_that_is_begun_is_gone_on_with_after_the_browser_was_killed(
    rounds, browser, tmp_path, poster, province, figures
):
    before = intake_size(province)
    for count in range(rounds):
        folder = tmp_path / f"browser{count}"
        with own_browser(browser.browser_type, folder) as context:
            page = context.new_page()
            visit(page, poster)
            go_on(page)
            page.check("[name=q1][value='2']")
            page.wait_for_timeout(600)
            kill(folder)
        with own_browser(browser.browser_type, folder) as context:
            gone_on_with(context.new_page(), poster)
    found = counted(rounds, intake_size(province) - before)
    figures("browser killed mid-answer", "SQLite", found, rounds=rounds)


def gone_on_with(page: Page, poster: str) -> None:
    """The form that somebody had begun is offered, finished, and offered no longer."""
    page.goto(poster)
    page.wait_for_selector("#resume")
    assert "Ông/Bà muốn tiếp tục phiếu đang dở?" in page.inner_text("main")
    assert violations(page) == []
    page.get_by_role("button", name="Tiếp tục phiếu đang dở").click()
    assert page.locator("[name=q1]:checked").input_value() == "2"
    answer_all_pages(page)
    go_on(page)
    thanks_of(page, "stored")
    page.goto(poster)
    wait_for_app(page)
    assert page.locator("#resume").count() == 0


@ROUNDS
def test_a_browser_killed_while_it_sends_stores_everything_once(
    rounds, browser, tmp_path, poster, province, figures
):
    kept, again = 0, 0
    for count in range(rounds):
        folder = tmp_path / f"browser{count}"
        ids = killed_while_it_sends(browser, folder, poster, province)
        with own_browser(browser.browser_type, folder) as context:
            page = context.new_page()
            visit(page, poster)
            wait_until_sent(page)
            states = page.evaluate("m.all('records').then(rows => rows.map(row => row.state))")
        assert set(states) <= {"already", "stored"} and "already" in states
        assert stored(province, ids) == [ANSWERED] * SOME
        kept, again = kept + len(stored(province, ids)), again + states.count("already")
    note = f"{again} acknowledged by a resend"
    found = counted(rounds * SOME, kept)
    figures("browser killed while it sends", "SQLite", found, rounds=rounds, note=note)


def killed_while_it_sends(browser: Browser, folder: Path, poster: str, province: Site) -> list[str]:
    """Ids of the answers that the server has got, of which the browser was never told."""
    arrived = Event()

    def lose(route: Route) -> None:
        assert route.fetch().status == 200
        arrived.set()  # the server has it; its answer never comes

    with own_browser(browser.browser_type, folder) as context:
        page = context.new_page()
        visit(page, poster)
        context.set_offline(True)
        ids = answer_many(page, poster, SOME)
        context.route("**/api/v1/responses", lose)
        context.set_offline(False)
        for _ in range(100):
            if arrived.is_set():
                break
            page.wait_for_timeout(100)
        assert arrived.is_set()
        kill(folder)
    assert len(stored(province, ids)) == SOME
    return ids


def test_two_tabs_send_each_record_once(phone, poster, province):
    visit(phone, poster)
    context: BrowserContext = phone.context
    context.set_offline(True)
    ids = answer_many(phone, poster, SOME)
    other = context.new_page()
    other.goto(poster)
    wait_for_app(other)
    posted: list[str] = []
    context.on(
        "request",
        lambda request: (
            posted.append(request.post_data or "") if request.url.endswith("/responses") else None
        ),
    )
    context.set_offline(False)
    wait_until_sent(phone)
    assert stored(province, ids) == [ANSWERED] * SOME
    assert all(sum(id in body for body in posted) == 1 for id in ids), len(posted)


def test_begun_and_left_is_counted_as_left(phone, poster, province):
    """Who begins anew leaves the first form: it is counted, and nothing of its answers is sent."""
    before = started(province)
    visit(phone, poster)
    go_on(phone)
    rate(phone, "1")
    phone.wait_for_timeout(600)
    phone.goto(poster)
    phone.get_by_role("button", name="Làm lại từ đầu").click()
    wait_for_app(phone)
    take_modules(phone, phone.evaluate(APP))
    wait_until_sent(phone)
    assert phone.locator("#resume").count() == 0
    assert started(province) == before + 1
