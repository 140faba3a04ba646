"""The whole play: units, a round, its posters, twelve citizens, and the figure that they make."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from survey.calendar import clock, local_day
from tests.browser.conftest import DESKTOP, KIOSK, PHONE, Site
from tests.browser.people import go_on, reach_the_comment, sign_in

pytestmark = pytest.mark.browser
COMMUNE, NAME = "18880", "Phường Đồng Hới"
CENTRE, COUNTERS = "dh-bac", ("dh-bac-1", "dh-bac-2")
ROUND = "dong-hoi-bac"
CENTRES = f"""code,name,area_code,area_level,agency_code,closed_on
{CENTRE},Điểm tiếp nhận hồ sơ Bắc Đồng Hới,{COMMUNE},commune,UBND-{COMMUNE},
"""
DESKS = f"""code,name,centre_code,field_code,closed_on
{COUNTERS[0]},Quầy 1 – Hộ tịch,{CENTRE},ho-tich,
{COUNTERS[1]},Quầy 2,{CENTRE},,
"""
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
    site.sipas("snapshot")
    after = table(analyst, site)
    assert by_mode(after) == by_mode(before) + 12
    [row] = [r for r in after if r[2] == MOBILE and f"đợt {ROUND}" in r[-2]]
    assert row[3] == "12"
    assert [r for r in after if f"đợt {ROUND}" not in r[-2]] == before, "other rounds stay"
    assert served(administrator, site) == 12


def import_units(page: Page, site: Site, kind: str, text: str, rows: int) -> None:
    """Upload, look at what would change, confirm."""
    page.goto(site.url + "/desk/units")
    page.click("a[href$='/units/import']")
    page.select_option("[name=kind]", kind)
    file = {"name": f"{kind}.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.set_input_files("[name=file]", file)
    page.click("main form button")
    assert page.locator("tbody tr").count() == rows
    page.click("form[action$='/import/confirm'] button")
    assert f"thêm {rows}," in page.inner_text(".app-note--success")


def close(page: Page, site: Site, code: str) -> None:
    """The province's own round ends: a counter shows one round at a time."""
    page.goto(f"{site.url}/desk/rounds/{code}")
    page.click("a[href$='/close']")
    page.click("main form button")
    assert page.locator(".app-note--success").is_visible()


def set_up(page: Page, site: Site) -> None:
    today = local_day(clock())
    page.goto(site.url + "/desk/rounds")
    page.click("a[href$='/rounds/new']")
    fill_in(page, today, today + timedelta(days=30))
    page.fill("[name=find]", "bac dong hoi")
    page.click("button[value=find]")
    page.check(f"input[value='centre:{CENTRE}']")
    page.click("button[value=keep]")
    assert page.url.endswith(f"/desk/rounds/{ROUND}"), page.inner_text("main")
    assert page.locator("tbody tr").count() == 2


def fill_in(page: Page, opens: date, closes: date) -> None:
    page.fill("[name=code]", ROUND)
    page.fill("[name=title_vi]", "Khảo sát tại điểm Bắc Đồng Hới")
    page.fill("[name=title_en]", "Survey at North Đồng Hới")
    page.select_option("[name=questionnaire]", "one-stop-ward@1")
    page.select_option("[name=method]", "counter-form")
    page.fill("[name=opens]", opens.isoformat())
    page.fill("[name=closes]", closes.isoformat())


def open_(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/desk/rounds/{ROUND}")
    page.click("a[href$='/open']")
    page.click("main form button")
    assert page.locator(".app-note--success").is_visible(), page.inner_text("main")


def print_posters(page: Page, folder: Path) -> list[str]:
    """Download the posters; the addresses that they lead to."""
    with page.expect_download() as all_of_them:
        page.click("a[href$='/posters.pdf']")
    with page.expect_download() as first:
        page.click(f"a[href$='/posters/{COUNTERS[0]}.pdf']")
    sheets = []
    for download in (all_of_them.value, first.value):
        download.save_as(folder / "poster.pdf")
        sheets.append((folder / "poster.pdf").read_bytes())
    assert all(sheet.startswith(b"%PDF-") for sheet in sheets)
    assert [pages(sheet) for sheet in sheets] == [2, 1]
    links = page.locator("a[href*='/c/']").all()
    return [str(link.get_attribute("href")) for link in links]


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


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
        go_on(page)
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
