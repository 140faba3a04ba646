"""An installation of one's own, from nothing: an account, units, a round with real answers."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, Site
from tests.browser.desk import CENTRES, DESKS, ROUND, import_units, print_posters, set_up
from tests.browser.people import go_on, press, reach_the_comment

pytestmark = pytest.mark.browser
AGENCIES = "code,name,area_code,area_level\nUBND-18880,UBND phường Đồng Hới,18880,commune\n"
OWN_PASSWORD = "nón lá bên sông Nhật Lệ"


def test_from_an_empty_folder_to_the_first_answer(serve, look, tmp_path):
    site = Site(tmp_path / "data", 0)
    site.data.mkdir()
    site.sipas("migrate")
    site.sipas("unit", "import", "--shipped")
    first = site.sipas("staff", "add", "hoa", "--name", "Trần Thị Hoa", "--role", "administrator")
    site.sipas("site", "set", "organiser", "Sở Nội vụ tỉnh Quảng Trị")
    site = serve(site.data)
    page = look(DESKTOP)
    come_in(page, site, first.strip())
    import_units(page, site, "agency", AGENCIES, 1)
    import_units(page, site, "centre", CENTRES, 1)
    import_units(page, site, "counter", DESKS, 2)
    set_up(page, site)
    allow_the_wording(page, site)
    poster = print_posters(page, tmp_path)[0]

    citizen = look(PHONE, script=False)
    citizen.goto(poster)
    told = citizen.inner_text("body")
    assert "văn bản chưa đối chiếu" in told
    assert "mô phỏng" not in told
    reach_the_comment(citizen, poster, "3")
    go_on(citizen)
    assert citizen.url.endswith(f"/r/{ROUND}/thanks?state=stored")


def come_in(page: Page, site: Site, first_password: str) -> None:
    """A password made by somebody else must be changed before anything else."""
    page.goto(site.url + "/desk/rounds")
    page.fill("[name=login]", "hoa")
    page.fill("[name=password]", first_password)
    press(page, "main button[type=submit]")
    page.fill("[name=current]", first_password)
    page.fill("[name=new]", OWN_PASSWORD)
    page.fill("[name=again]", OWN_PASSWORD)
    press(page, "main form button")
    assert page.locator(".app-note--success").is_visible(), page.inner_text("main")


def allow_the_wording(page: Page, site: Site) -> None:
    """Wording that nobody compared with the decree opens only when an administrator allows it."""
    page.goto(f"{site.url}/desk/rounds/{ROUND}/open")
    press(page, "main form button")
    assert page.locator(".app-note--error").is_visible()
    page.check("[name=confirm]")
    press(page, "main form button")
    assert "Trần Thị Hoa" in page.inner_text("main"), "the round says who allowed its wording"
