"""No page of a citizen weighs more than 60 kB on its way, even on the first visit."""

import pytest

from tests.browser.conftest import LONG_FORMS, PHONE, bytes_as_sent
from tests.browser.people import answer_all, go_on, is_last, wait_for_app

pytestmark = pytest.mark.browser
LIMIT = 60_000


@pytest.fixture
def weigh(look):
    """Weighs what an act on a fresh phone loads; says every weight at the end of the test."""
    page = look(PHONE, script=False)
    told: list[str] = []
    weights: list[int] = []

    def one(act) -> None:
        weights.append(bytes_as_sent(page, act))
        told.append(f"{weights[-1]:7d} bytes  {page.title()}")

    yield page, one
    print("\n".join(["", *told]))
    assert max(weights) <= LIMIT, "\n".join(told)
    assert min(weights) > 5_000, "something was not counted"


def test_pages_before_and_beside_a_form(weigh, province):
    page, one = weigh
    for path in ("/", "/r/khong-co", "/c/NOSUCH22", "/r/quay-2025", "/nowhere", "/?lang=en"):
        one(lambda path=path: page.goto(province.url + path))


def test_the_counter_form(weigh, poster):
    page, one = weigh
    one(lambda: page.goto(poster))
    go_on(page)
    one(lambda: go_on(page))
    assert page.locator(".govuk-error-summary").is_visible()
    answers_to_the_end(page, one)


@pytest.mark.parametrize("form", LONG_FORMS)
def test_the_long_forms_of_the_yearly_sample(form, weigh, samples):
    page, one = weigh
    one(lambda: page.goto(samples[form]))
    one(lambda: go_on(page))
    answers_to_the_end(page, one)


SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 204_800,
    "uploadThroughput": 93_750,
}
PAINTS = """() => new Promise((resolve) => {
  new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
    .observe({ type: "largest-contentful-paint", buffered: true });
})"""


def test_the_first_visit_with_all_that_the_app_needs(look, poster):
    """The page, the font, the modules and the form that is carried away, together."""
    page = look(PHONE)
    sent = bytes_as_sent(page, lambda: (page.goto(poster), wait_for_app(page)))
    print(f"\nfirst visit: {sent} bytes, modules and form included")
    assert 20_000 < sent <= LIMIT
    slow = look(PHONE)
    session = slow.context.new_cdp_session(slow)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    slow.goto(poster)
    print(f"largest paint at slow 4G: {slow.evaluate(PAINTS):.0f} ms")


def answers_to_the_end(page, one) -> None:
    while not is_last(page):
        answer_all(page)
        one(lambda: go_on(page))
    page.fill("textarea", "Cán bộ hướng dẫn tận tình. " * 70)
    one(lambda: go_on(page))
    assert "/thanks" in page.url
