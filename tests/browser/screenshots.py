"""Pictures for the documents: `python -m tests.browser.screenshots` builds a province and takes
them into docs/screenshots. Look at each of them before it is committed.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from survey.calendar import clock, local_day
from survey.units.areas import area_at
from tests.browser.conftest import (
    DESKTOP,
    KIOSK,
    PHONE,
    Site,
    build_province,
    launched,
    poster_of,
    serving,
    someone,
)
from tests.browser.people import go_on, sign_in

FOLDER = Path(__file__).parent.parent.parent / "docs" / "screenshots"
PROVINCE, WARD = "44", "18880"


def question(browser: Browser, site: Site, size: dict[str, int], name: str) -> None:
    """The first questions of the counter form, two of them answered."""
    page = someone(browser, size).new_page()
    page.goto(poster_of(site))
    go_on(page)
    page.check("[name=q1][value='5']")
    page.check("[name=q2][value='4']")
    page.evaluate("scrollTo(0, 0)")
    keep(page, name)


def trend(page: Page, site: Site) -> None:
    """The yearly sample of the province, with its breaks."""
    database = site.database()
    with database.read() as session:
        area = area_at(session, "province", PROVINCE, local_day(clock()))
        assert area is not None
        number = area.id
    database.close()
    page.goto(f"{site.url}/desk/figures/trend/{number}")
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, document.querySelector('figure').offsetTop - 24)")
    keep(page, "trend")


def keep(page: Page, name: str) -> None:
    """The window as it is."""
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{name}.png")
    print(FOLDER / f"{name}.png", (FOLDER / f"{name}.png").stat().st_size)


def take(browser: Browser, site: Site) -> None:
    question(browser, site, PHONE, "phone")
    question(browser, site, KIOSK, "kiosk")
    page = someone(browser, DESKTOP).new_page()
    sign_in(page, site, "analyst")
    trend(page, site)
    page.goto(f"{site.url}/desk/figures?kind=counter&level=commune&q={WARD}&split=1")
    keep(page, "table")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sipas-pictures.") as folder, launched() as browser:
        data = Path(folder)
        build_province(data)
        with serving() as start:
            take(browser, start(data))


if __name__ == "__main__":
    main()
