"""Every page of a citizen: no barrier, no English between, nothing wider than a phone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page

from survey.calendar import clock, local_day
from survey.respond.stamp import new_stamp
from survey.units.places import counter_by_code, current_code, new_code
from tests.browser.conftest import COUNTER, KIOSK, LONG_FORMS, PHONE, Site
from tests.browser.looking import Complaints, english_on
from tests.browser.people import (
    answer_all,
    go_on,
    is_last,
    rate,
    reach_the_comment,
    wait_for_app,
    without_app,
)

pytestmark = pytest.mark.browser
OTHER = "Q-19333-2"
ROUND = "quay-2026"


@pytest.fixture(scope="module")
def old_poster(province: Site) -> str:
    """Address of a poster that was replaced today."""
    database = province.database()
    with database.write() as session:
        counter = counter_by_code(session, OTHER)
        assert counter is not None
        old = current_code(session, counter.id)
        new_code(session, counter.id, now=clock())
        assert old is not None
        code = old.code
    database.close()
    return f"{province.url}/c/{code}"


@pytest.fixture(params=[PHONE, KIOSK], ids=["phone", "kiosk"])
def visitor(request: pytest.FixtureRequest, look: Callable[..., Page]) -> Page:
    return look(request.param)


def test_from_the_poster_to_the_thanks(visitor, poster, check):
    complaints = Complaints(visitor)
    visitor.goto(poster)
    wait_for_app(visitor)
    check(visitor)
    go_on(visitor)
    while not is_last(visitor):
        check(visitor)
        rate(visitor, "4")
        go_on(visitor)
    check(visitor)
    visitor.fill("textarea", "Cán bộ hướng dẫn tận tình.")
    go_on(visitor)
    assert "/thanks" in visitor.url
    check(visitor)
    assert complaints.found == []


@pytest.mark.parametrize("form", LONG_FORMS)
def test_the_long_forms_of_the_yearly_sample(form, samples, look, check):
    page = look(PHONE)
    complaints = Complaints(page)
    page.goto(samples[form])
    wait_for_app(page)
    go_on(page)
    while not is_last(page):
        check(page)
        answer_all(page)
        go_on(page)
    go_on(page)
    assert "/thanks" in page.url
    assert complaints.found == []


def test_in_english_the_pages_say_so(visitor, poster, check, phrases):
    visitor.goto(poster + "?lang=en")
    wait_for_app(visitor)
    check(visitor, "en")
    assert len(english_on(visitor, phrases)) > 5, "English is not seen"
    go_on(visitor)
    check(visitor, "en")


def test_a_page_with_missing_answers_says_what_to_do(visitor, poster, check):
    complaints = Complaints(visitor)
    visitor.goto(poster)
    wait_for_app(visitor)
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
    reach_the_comment(without_app(visitor), poster)
    opened = datetime.now(UTC) - timedelta(days=2)
    _stamp(visitor, province, ROUND, opened)
    go_on(visitor)
    assert visitor.locator(".app-note--warning").is_visible()
    check(visitor)
    go_on(visitor)
    assert "/thanks" in visitor.url


def test_a_form_that_outlived_its_survey_gives_the_answers_back(visitor, province, poster, check):
    reach_the_comment(without_app(visitor), poster, "2")
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
    signed = stamp.signed(province.settings.secret())
    page.evaluate("value => document.querySelector('[name=form-opened]').value = value", signed)
