"""Every page of the desk can be read by everybody, whatever one's role opens."""

import re
from collections import Counter
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from survey.calendar import clock, local_day
from survey.demo.accounts import ROLES
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.looking import Complaints, overflow
from tests.browser.people import press, sign_in

pytestmark = pytest.mark.browser
PAGES = 60  # at most, of one role
ALIKE = 2  # of pages that differ in a code only: two for the first role, then one
DOWNLOAD = re.compile(r"\.(csv|xlsx|svg|png|pdf|toml)$|/download/[a-z]+$")


@pytest.fixture(scope="module")
def shown() -> Counter[str]:
    """How many pages of a kind were looked at for barriers, by anybody."""
    return Counter()


def test_the_way_in_for_staff(look, province, check):
    page = look(PHONE)
    complaints = Complaints(page)
    page.goto(province.url + "/desk/")
    check(page)
    page.fill("[name=login]", "analyst")
    page.fill("[name=password]", "khong-phai-mat-khau")
    press(page, "main button[type=submit]")
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
        check(page, _language(path), barriers=shown[_kind(path)] <= ALIKE)
        for found in page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)"):
            there = found.removeprefix(province.url).partition("#")[0]
            enough = ALIKE if shown[_kind(there)] < ALIKE else 1
            if _is_page(there) and there not in seen and kinds[_kind(there)] < enough:
                seen.add(there)
                kinds[_kind(there)] += 1
                waiting.append(there)
        page.set_viewport_size(PHONE)
        assert overflow(page) <= 0, path
        page.set_viewport_size(DESKTOP)
    assert complaints.found == []
    assert looked_at >= 10
    print(f"{role}: {looked_at} pages, {len(waiting)} more")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_tickets_are_made_printed_and_withdrawn(size, look, province, check, tmp_path):
    today, code = local_day(clock()), f"phieu-moi-{size['width']}"
    period = ("--opens", today.isoformat(), "--closes", (today + timedelta(days=9)).isoformat())
    province.sipas(
        "round", "create", code, "--form", "one-stop-ward@1", "--method", "counter-form",
        "--sample", "probability", "--mode", "ticket", *period, "--place", "area:44",
        "--title", "Khảo sát bằng phiếu mời",
    )  # fmt: skip
    page = look(size)
    complaints = Complaints(page)
    sign_in(page, province, "fieldwork")
    page.goto(f"{province.url}/desk/rounds/{code}")
    press(page, "a[href$='/tickets']")
    check(page)
    press(page, "a[href$='/tickets/new']")
    check(page)
    page.fill("[name=n]", "0")
    press(page, "main form button")
    check(page)
    page.fill("[name=n]", "13")
    press(page, "main form button")
    check(page)
    for act, begin in (("pdf", b"%PDF-"), ("csv", b"code,address,")):
        with page.expect_download() as sheet:
            page.click(f"button[value={act}]")
        sheet.value.save_as(tmp_path / act)
        assert (tmp_path / act).read_bytes().startswith(begin)
    press(page, "main a[href$='/tickets']")
    check(page)
    press(page, "a[href*='/withdraw']")
    check(page)
    press(page, "main form button")
    assert "Đã thu hồi 13 phiếu mời" in page.inner_text("main")
    check(page)
    assert complaints.found == []


def _is_page(path: str) -> bool:
    place = urlsplit(path)
    own = place.path == "/desk" or place.path.startswith("/desk/")
    return own and not DOWNLOAD.search(place.path) and ("lang", "en") not in parse_qsl(place.query)


def _language(path: str) -> str:
    """The desk's; a preview of a form is in the language that was chosen for it."""
    place = urlsplit(path)
    chosen = dict(parse_qsl(place.query)).get("language", "vi")
    return chosen if place.path.endswith("/preview/page") else "vi"


def _kind(path: str) -> str:
    """Pages alike: the same address but for codes and numbers, with the same filters."""
    place = urlsplit(path)
    plain = "/".join("#" if re.search(r"\d", part) else part for part in place.path.split("/"))
    names = sorted(name for name, _value in parse_qsl(place.query))
    return f"{plain}?{'&'.join(names)}"
