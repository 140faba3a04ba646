"""Citizens leave feedback and follow it, on telephones and at kiosks, with and without scripts."""

from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from survey.feedback.cases import Act, do, find
from survey.feedback.code import read
from survey.feedback.codes import opened
from tests.browser.conftest import DESKTOP, KIOSK, PHONE, Site, bytes_as_sent
from tests.browser.looking import Complaints, overflow
from tests.browser.people import press, sign_in
from tests.browser.test_weight import LIMIT

pytestmark = pytest.mark.browser
WORDS = "Hồ sơ đất đai nộp ngày 02/3 hẹn trả 20/3, đến nay chưa có kết quả."
OFFICER, HEAD = "staff:1", "staff:2"


@pytest.fixture(params=[PHONE, KIOSK, DESKTOP], ids=["phone", "kiosk", "desktop"])
def citizen(request: pytest.FixtureRequest, look: Callable[..., Page]) -> Page:
    return look(request.param)


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    path = tmp_path / "anh.jpg"
    Image.effect_noise((2000, 1500), 60).convert("RGB").save(path)
    return path


def fill(page: Page, site: Site, query: str = "") -> None:
    page.goto(f"{site.url}/f{query}")
    page.check("[name=kind][value=report]")
    if page.locator("[name=place]").count():
        page.select_option("[name=place]", index=3)
    page.fill("[name=words]", WORDS)


def send(page: Page) -> str:
    """Press the button; the code on the slip."""
    press(page, "button[name=go]")
    return page.inner_text(".app-slip__code")


def office(site: Site, code: str, *acts: Act) -> None:
    """What officers do with the case meanwhile."""
    database = site.database()
    with database.write() as session:
        case = opened(session, read(code))
        assert case is not None
        for act in acts:
            do(session, find(session, case.id), act, now=case.received_at)
    database.close()


def act(page: Page, name: str) -> None:
    press(page, f"button[name=act][value={name}]")


def reveal(page: Page) -> None:
    """Everything that a press unfolds."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")


def open_again(page: Page, address: str, code: str, check) -> None:
    """Somebody follows by code, is not satisfied and opens the case again."""
    page.goto(address)
    page.fill("[name=code]", code.lower())
    act(page, "show")
    check(page)
    act(page, "rate")
    check(page)
    page.check("[name=answered][value=no]")
    page.check("[name=satisfied][value='2']")
    act(page, "rate")
    check(page)
    page.fill("[name=reopen-words]", "Quầy vẫn báo chưa có.")
    act(page, "reopen")
    assert "đã được mở lại" in page.inner_text("main")
    reveal(page)
    check(page)


def test_from_the_first_page_to_the_reply_and_opened_again(citizen, province, check, photograph):
    page = citizen
    complaints = Complaints(page)
    page.goto(province.url)
    press(page, "main a[href='/f']")
    fill(page, province)
    reveal(page)
    check(page)
    page.set_input_files("[name=pictures]", photograph)
    page.fill("[name=phone]", "0912 345 678")
    press(page, "button[name=go]")
    check(page)
    assert page.input_value("[name=words]") == WORDS
    page.check("[name=consent]")
    page.set_input_files("[name=pictures]", photograph)
    code = send(page)
    check(page)
    page.goto(f"{province.url}/f/status#{code}")
    page.wait_for_function("document.querySelector('[name=code]').value !== ''")
    assert page.url == f"{province.url}/f/status" and page.input_value("[name=code]") == code
    check(page)
    act(page, "show")
    reveal(page)
    check(page)
    office(
        province, code,
        Act("accept", OFFICER, "officer"),
        Act("ask", OFFICER, "officer", words="Ông/Bà nộp ở quầy nào?", role="question"),
    )  # fmt: skip
    page.reload()
    check(page)
    page.fill("[name=answer-words]", "Quầy số 2.")
    act(page, "answer")
    check(page)
    office(
        province, code,
        Act("draft", OFFICER, "officer", words="Kết quả đã có, mời Ông/Bà đến nhận.", role="reply"),
        Act("release", HEAD, "second"),
    )  # fmt: skip
    open_again(page, f"{province.url}/f/status", code, check)
    act(page, "ask-erase")
    check(page)
    act(page, "erase")
    check(page)
    assert WORDS not in page.inner_text("main")
    act(page, "leave")
    check(page)
    assert complaints.found == []
    log = (province.data / "serve.log").read_text()
    assert (
        code not in log
        and code.replace("-", "") not in log
        and "0912 345 678" not in log
        and "0912345678" not in log
    )


def test_the_pages_that_say_what_is_wrong(citizen, province, check):
    page = citizen
    page.goto(f"{province.url}/f")
    press(page, "button[name=go]")
    check(page)
    page.goto(f"{province.url}/f/status")
    act(page, "show")
    check(page)
    for typed in ("K7P2M-9XQ4TB-3RW6HA", "OOOOO", "ĐĐĐĐĐ", "AAAAABBBBBBBBBBBAA"):
        page.fill("[name=code]", typed)
        act(page, "show")
        check(page)
        assert page.input_value("[name=code]") == typed


def test_without_scripts_by_keyboard_from_the_poster(look, province, poster):
    """The place is known from the counter's poster; the code is typed as it was written down."""
    page = look(PHONE, script=False)
    fill(page, province, f"?at={poster.rpartition('/')[2]}")
    assert page.locator("[name=place]").count() == 0
    page.focus("[name=words]")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "pictures"
    page.focus("button[name=go]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    code = page.inner_text(".app-slip__code")
    page.goto(f"{province.url}/f/status")
    page.fill("[name=code]", code.replace("-", " ").lower())
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert WORDS in page.inner_text("main")


def test_a_page_loaded_again_is_sent_again_and_makes_no_second_case(look, province):
    page = look(PHONE)
    fill(page, province)
    code = send(page)
    page.reload()
    assert page.inner_text(".app-slip__code") == code


def test_in_english(look, province, check, photograph):
    page = look(PHONE)
    page.goto(f"{province.url}/f?lang=en")
    check(page, "en")
    page.check("[name=kind][value=suggestion]")
    page.select_option("[name=place]", index=2)
    page.fill("[name=words]", "The staff were kind.")
    send(page)
    check(page, "en")
    act(page, "show")
    check(page, "en")
    assert "Your feedback has arrived" in page.inner_text("h1")


def test_the_slip_on_paper_is_the_slip_alone(look, province):
    page = look(DESKTOP)
    fill(page, province)
    send(page)
    page.emulate_media(media="print")
    assert page.locator(".app-slip__qr").is_visible()
    for hidden in (".app-header", ".app-footer", "main form"):
        assert not page.locator(hidden).first.is_visible()


def test_pages_weigh_little(look, province, poster):
    page = look(PHONE)
    sent = bytes_as_sent(page, lambda: page.goto(f"{province.url}/f"))
    fill(page, province)
    answer = bytes_as_sent(page, lambda: send(page))
    followed = bytes_as_sent(page, lambda: act(page, "show"))
    print(f"\nleave {sent}, answer {answer}, case {followed} bytes")
    assert 5_000 < max(sent, answer, followed) <= LIMIT


def test_two_hundred_megabytes_get_a_page_with_words(look, province, tmp_path):
    page = look(PHONE)
    large = tmp_path / "to.jpg"
    with large.open("wb") as file:
        file.write(b"\xff\xd8\xff")
        file.truncate(200 * 1024 * 1024)
    fill(page, province)
    page.set_input_files("[name=pictures]", large)
    press(page, "button[name=go]")
    assert "tối đa 20 MB" in page.inner_text("main")
    page.go_back()
    assert page.input_value("[name=words]") == WORDS


def test_a_length_that_is_only_claimed_is_refused(province):
    connection = HTTPConnection("127.0.0.1", province.port, timeout=30)
    connection.putrequest("POST", "/f")
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", str(200 * 1024 * 1024))
    connection.endheaders()
    connection.send(b"--x\r\n")
    connection.sock.shutdown(1)
    assert connection.getresponse().status in (400, 413)
    connection.close()


def test_staff_enter_what_somebody_says_on_the_telephone(look, province, check):
    page = look(DESKTOP)
    complaints = Complaints(page)
    sign_in(page, province, "officer")
    page.goto(f"{province.url}/desk/feedback/new")
    reveal(page)
    check(page)
    press(page, "main form button.govuk-button")
    check(page)
    page.check("[name=channel][value=phone]")
    page.check("[name=kind][value=report]")
    page.select_option("[name=place]", index=3)
    page.fill("[name=words]", WORDS)
    press(page, "main form button.govuk-button")
    check(page)
    code = page.inner_text(".app-slip__code")
    page.set_viewport_size(PHONE)
    assert overflow(page) <= 0
    page.goto(f"{province.url}/f/status")
    page.fill("[name=code]", code)
    act(page, "show")
    assert WORDS in page.inner_text("main")
    assert complaints.found == []
