"""The whole play: units, a round, its posters, twelve citizens, and the figure that they make."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route

from survey.calendar import clock, local_day
from tests.browser.conftest import DESKTOP, KIOSK, PHONE, Site
from tests.browser.desk import (
    CENTRES,
    COMMUNE,
    DESKS,
    ROUND,
    close,
    import_units,
    open_,
    print_posters,
    set_up,
)
from tests.browser.people import go_on, reach_the_comment, sign_in

pytestmark = pytest.mark.browser
MOBILE = "Điện thoại di động"
RATINGS = "554545435545"  # one a citizen


def test_twelve_citizens_make_the_figure_twelve_larger(demo_copy, serve, look, tmp_path):
    site = serve(demo_copy)
    administrator, analyst = look(DESKTOP), look(DESKTOP)
    sign_in(administrator, site, "administrator")
    sign_in(analyst, site, "analyst")
    before = table(analyst, site)
    assert by_mode(before) > 20, "the province has answers by phone already"

    import_units(administrator, site, "centre", CENTRES, 1)
    import_units(administrator, site, "counter", DESKS, 2)
    close(administrator, site, "quay-2026")
    set_up(administrator, site)
    open_(administrator, site)
    posters = print_posters(administrator, tmp_path)
    assert len(posters) == 2

    answered = [
        answer(look, number, posters[number % 2], rating) for number, rating in enumerate(RATINGS)
    ]
    assert answered[:10] == ["stored"] * 10
    assert answered[10] in ("stored", "already"), "pressed twice: a browser may send it once"
    assert answered[11] == "already"
    assert table(analyst, site) == before, "nothing moves before release and snapshot"

    site.sipas("work", "--once")
    site.sipas("snapshot", ROUND)
    after = table(analyst, site)
    assert by_mode(after) == by_mode(before) + 12
    [row] = [r for r in after if r[2] == MOBILE and f"đợt {ROUND}" in r[-2]]
    assert row[3] == "12"
    assert [r for r in after if f"đợt {ROUND}" not in r[-2]] == before, "other rounds stay"
    assert served(administrator, site) == 12


def answer(look: Callable[..., Page], number: int, poster: str, rating: str) -> str:
    """One citizen, on a phone or before a kiosk, with scripts or without; what became of it."""
    script = number % 4 < 2
    page = look(KIOSK if number % 3 == 2 else PHONE, script=script)
    reach_the_comment(page, poster, rating)
    assert page.locator("html").get_attribute("lang") == "vi"
    if number == 3:
        page.fill("textarea", "Cán bộ hướng dẫn tận tình, tôi cảm ơn.")
    if number == 10:
        page.dblclick("button[name=form-go][value=next]")
    elif number == 11:
        press_again_when_nothing_happens(page, poster)
    else:
        go_on(page)
    page.wait_for_url("**/thanks?*")
    assert "Xin cảm ơn" in page.inner_text("h1")
    return page.url.partition("state=")[2]


def press_again_when_nothing_happens(page: Page, poster: str) -> None:
    """The answers arrive, their acknowledgement does not, and the page stays as it is."""

    def lose(route: Route) -> None:
        assert route.fetch(max_redirects=0).status == 303
        route.fulfill(status=204)

    page.route(poster, lose, times=1)
    with page.expect_response(poster):
        page.click("button[name=form-go][value=next]")
    go_on(page)


def table(page: Page, site: Site) -> list[list[str]]:
    """The figures of the commune's counters this year, as the analyst reads them: cells by row."""
    page.goto(f"{site.url}/desk/figures?kind=counter&level=commune&q={COMMUNE}&split=1")
    rows = page.locator("tbody tr").all()
    cells = [[c.strip() for c in row.locator("th, td").all_inner_texts()] for row in rows]
    return [row for row in cells if row[1] == str(local_day(clock()).year)]


def by_mode(rows: list[list[str]]) -> int:
    """Answers by phone."""
    return sum(int(row[3].replace(".", "")) for row in rows if row[2] == MOBILE)


def served(page: Page, site: Site) -> int:
    """Forms finished today, as the round's page of counts says."""
    page.goto(f"{site.url}/desk/rounds/{ROUND}/progress")
    rows = page.locator("tbody tr").all()
    return sum(int(row.locator("td").nth(4).inner_text()) for row in rows)
