"""Every page can be read by everybody: no barrier, no English, nothing wider than a phone."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page

from survey.calendar import clock, local_day
from survey.demo.accounts import ROLES
from survey.respond.stamp import new_stamp
from survey.units.places import counter_by_code, current_code, new_code
from tests.browser.conftest import DESKTOP, KIOSK, PHONE, Site, violations
from tests.browser.people import (
    Complaints,
    database_of,
    english_on,
    english_phrases,
    go_on,
    overflow,
    rate,
    reach_the_comment,
    settings_of,
    sign_in,
)

pytestmark = pytest.mark.browser
COUNTER, OTHER = "Q-19333-1", "Q-19333-2"
ROUND = "quay-2026"
PAGES = 60  # at most, of one role
ALIKE = 2  # of pages that differ in a code only
DOWNLOAD = re.compile(r"\.(csv|xlsx|svg|png|pdf)$")


@pytest.fixture(scope="module")
def phrases() -> list[str]:
    return english_phrases()


@pytest.fixture(scope="module")
def poster(province: Site) -> str:
    """Address of a counter's poster."""
    database = database_of(province)
    with database.read() as session:
        counter = counter_by_code(session, COUNTER)
        assert counter is not None
        current = current_code(session, counter.id)
    database.close()
    assert current is not None
    return f"{province.url}/c/{current.code}"


@pytest.fixture(scope="module")
def old_poster(province: Site) -> str:
    """Address of a poster that was replaced today."""
    database = database_of(province)
    with database.write() as session:
        counter = counter_by_code(session, OTHER)
        assert counter is not None
        old = current_code(session, counter.id)
        new_code(session, counter.id, now=clock())
        assert old is not None
        code = old.code
    database.close()
    return f"{province.url}/c/{code}"


@pytest.fixture(scope="module")
def shown() -> Counter[str]:
    """How many pages of a kind were looked at for barriers, by anybody."""
    return Counter()


@pytest.fixture(params=[PHONE, KIOSK], ids=["phone", "kiosk"])
def visitor(request: pytest.FixtureRequest, look: Callable[..., Page]) -> Page:
    return look(request.param)


@pytest.fixture
def check(phrases: list[str]) -> Iterator[Callable[..., None]]:
    """Looks at a page; says at the end of the test everything that was wrong with any."""
    wrong: list[str] = []

    def look_at(page: Page, language: str = "vi", *, barriers: bool = True) -> None:
        if barriers:
            wrong.extend(violations(page))
        if page.locator("html").get_attribute("lang") != language:
            wrong.append(f"{page.url}: not in {language}")
        if (wider := overflow(page)) > 0:
            wrong.append(f"{page.url}: {wider} px wider than the window")
        if language == "vi":
            wrong.extend(f"{page.url}: English: {words}" for words in english_on(page, phrases))

    yield look_at
    assert wrong == [], "\n".join(wrong)


def test_from_the_poster_to_the_thanks(visitor, poster, check):
    complaints = Complaints(visitor)
    visitor.goto(poster)
    check(visitor)
    go_on(visitor)
    while visitor.locator("textarea").count() == 0:
        check(visitor)
        rate(visitor, "4")
        go_on(visitor)
    check(visitor)
    visitor.fill("textarea", "Cán bộ hướng dẫn tận tình.")
    go_on(visitor)
    assert "/thanks" in visitor.url
    check(visitor)
    assert complaints.found == []


def test_in_english_the_pages_say_so(visitor, poster, check, phrases):
    visitor.goto(poster + "?lang=en")
    check(visitor, "en")
    assert len(english_on(visitor, phrases)) > 5, "English is not seen"
    go_on(visitor)
    check(visitor, "en")


def test_a_page_with_missing_answers_says_what_to_do(visitor, poster, check):
    complaints = Complaints(visitor)
    visitor.goto(poster)
    go_on(visitor)
    go_on(visitor)
    check(visitor)
    summary = visitor.locator(".govuk-error-summary")
    assert summary.get_by_role("link").count() == 3
    summary.get_by_role("link").last.click()
    assert visitor.evaluate("document.activeElement.name") == "q3"
    assert complaints.found == []


def test_pages_before_and_beside_a_form(visitor, province, old_poster, check):
    complaints = Complaints(visitor)
    for path in ("/", "/r/khong-co", "/c/NOSUCH22", "/r/quay-2025", "/r/sipas-2026", "/nowhere"):
        visitor.goto(province.url + path)
        check(visitor)
    visitor.goto(old_poster)
    check(visitor)
    assert "410" in visitor.inner_text("main")
    assert complaints.found == []


def test_a_survey_that_starts_tomorrow(visitor, province, check):
    day = local_day(clock()) + timedelta(days=1)
    code = f"mai-{visitor.viewport_size['width']}"
    place = f"counter:{COUNTER}"
    province.sipas(
        "round", "create", code, "--form", "one-stop-ward@1", "--method", "counter-form",
        "--sample", "census", "--mode", "web", "--opens", day.isoformat(), "--closes",
        day.isoformat(), "--title", "Khảo sát ngày mai", "--place", place,
    )  # fmt: skip
    visitor.goto(f"{province.url}/r/{code}")
    check(visitor)


def test_a_form_kept_open_for_two_days_is_sent_with_one_press_more(
    visitor, province, poster, check
):
    reach_the_comment(visitor, poster)
    opened = datetime.now(UTC) - timedelta(days=2)
    _stamp(visitor, province, ROUND, opened)
    go_on(visitor)
    assert visitor.locator(".app-note--warning").is_visible()
    check(visitor)
    go_on(visitor)
    assert "/thanks" in visitor.url


def test_a_form_that_outlived_its_survey_gives_the_answers_back(visitor, province, poster, check):
    reach_the_comment(visitor, poster, "2")
    visitor.fill("textarea", "Chờ lâu quá.")
    _stamp(visitor, province, "quay-2025", datetime(2025, 12, 1, 3, tzinfo=UTC))
    go_on(visitor)
    check(visitor)
    told = visitor.inner_text("main")
    assert told.count("Không hài lòng") == 9
    assert "Chờ lâu quá." in told


def _stamp(page: Page, province: Site, round_: str, opened: datetime) -> None:
    """As if the form before the citizen had been opened then."""
    stamp = new_stamp(round_, COUNTER, "mobile", now=opened)
    signed = stamp.signed(settings_of(province).secret())
    page.evaluate("value => document.querySelector('[name=form-opened]').value = value", signed)


def test_the_way_in_for_staff(look, province, check):
    page = look(PHONE)
    complaints = Complaints(page)
    page.goto(province.url + "/desk/")
    check(page)
    page.fill("[name=login]", "analyst")
    page.fill("[name=password]", "khong-phai-mat-khau")
    page.click("main button[type=submit]")
    check(page)
    page.goto(province.url + "/desk/reset/khong-co")
    check(page)
    assert complaints.found == []


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_the_desk(role, look, province, check, shown):
    """Whatever the menu and the pages behind it lead to, on a desk and on a phone."""
    page = look(DESKTOP)
    complaints = Complaints(page)
    sign_in(page, province, role)
    waiting, seen, kinds = ["/desk/"], {"/desk/"}, Counter[str]()
    looked_at = 0
    while waiting and looked_at < PAGES:
        path = waiting.pop(0)
        answer = page.goto(province.url + path)
        assert answer is not None and answer.status == 200, f"{path}: {answer and answer.status}"
        looked_at += 1
        shown[_kind(path)] += 1
        check(page, barriers=shown[_kind(path)] <= ALIKE)
        for found in page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)"):
            there = found.removeprefix(province.url).partition("#")[0]
            if _is_page(there) and there not in seen and kinds[_kind(there)] < ALIKE:
                seen.add(there)
                kinds[_kind(there)] += 1
                waiting.append(there)
        page.set_viewport_size(PHONE)
        assert overflow(page) <= 0, path
        page.set_viewport_size(DESKTOP)
    assert complaints.found == []
    assert looked_at >= 10
    print(f"{role}: {looked_at} pages, {len(waiting)} more")


def _is_page(path: str) -> bool:
    place = urlsplit(path)
    own = place.path == "/desk" or place.path.startswith("/desk/")
    return own and not DOWNLOAD.search(place.path) and ("lang", "en") not in parse_qsl(place.query)


def _kind(path: str) -> str:
    """Pages alike: the same address but for codes and numbers, with the same filters."""
    place = urlsplit(path)
    plain = "/".join("#" if re.search(r"\d", part) else part for part in place.path.split("/"))
    names = sorted(name for name, _value in parse_qsl(place.query))
    return f"{plain}?{'&'.join(names)}"
