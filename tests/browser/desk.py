"""What an administrator does at the desk before the first citizen answers."""

import re
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Page

from survey.calendar import clock, local_day
from tests.browser.conftest import Site
from tests.browser.people import press

COMMUNE = "18880"  # Phường Đồng Hới
CENTRE, COUNTERS = "dh-bac", ("dh-bac-1", "dh-bac-2")
ROUND = "dong-hoi-bac"
CENTRES = f"""code,name,area_code,area_level,agency_code,closed_on
{CENTRE},Điểm tiếp nhận hồ sơ Bắc Đồng Hới,{COMMUNE},commune,UBND-{COMMUNE},
"""
DESKS = f"""code,name,centre_code,field_code,closed_on
{COUNTERS[0]},Quầy 1 – Hộ tịch,{CENTRE},ho-tich,
{COUNTERS[1]},Quầy 2,{CENTRE},,
"""


def import_units(page: Page, site: Site, kind: str, text: str, rows: int) -> None:
    """Upload, look at what would change, confirm."""
    page.goto(site.url + "/desk/units")
    press(page, "a[href$='/units/import']")
    page.select_option("[name=kind]", kind)
    file = {"name": f"{kind}.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.set_input_files("[name=file]", file)
    press(page, "main form button")
    assert page.locator("tbody tr").count() == rows
    press(page, "form[action$='/import/confirm'] button")
    assert f"thêm {rows}," in page.inner_text(".app-note--success")


def close(page: Page, site: Site, code: str) -> None:
    """The province's own round ends: a counter shows one round at a time."""
    page.goto(f"{site.url}/desk/rounds/{code}")
    press(page, "a[href$='/close']")
    press(page, "main form button")
    assert page.locator(".app-note--success").is_visible()


def set_up(page: Page, site: Site) -> None:
    today = local_day(clock())
    page.goto(site.url + "/desk/rounds")
    press(page, "a[href$='/rounds/new']")
    fill_in(page, today, today + timedelta(days=30))
    page.fill("[name=find]", "bac dong hoi")
    press(page, "button[value=find]")
    page.check(f"input[value='centre:{CENTRE}']")
    press(page, "button[value=keep]")
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
    press(page, "a[href$='/open']")
    press(page, "main form button")
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
