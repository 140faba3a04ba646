"""No page of a citizen weighs more than 60 kB on its way, even on the first visit."""

import pytest

from tests.browser.conftest import LONG_FORMS, PHONE, bytes_as_sent
from tests.browser.people import answer_all, go_on, is_last

pytestmark = pytest.mark.browser
LIMIT = 60_000


@pytest.fixture
def weigh(look):
    """Weighs what an act on a fresh phone loads; says every weight at the end of the test."""
    page = look(PHONE)
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


def answers_to_the_end(page, one) -> None:
    while not is_last(page):
        answer_all(page)
        one(lambda: go_on(page))
    page.fill("textarea", "Cán bộ hướng dẫn tận tình. " * 70)
    one(lambda: go_on(page))
    assert "/thanks" in page.url
