"""What every page of the desk carries with it."""

import re

import pytest

from survey.calendar import clock
from tests.staff.conftest import person

PAGES = (
    "/desk/",
    "/desk/account",
    "/desk/account/password",
    "/desk/account/sessions",
    "/desk/account/totp",
    "/desk/staff",
    "/desk/staff/new",
    "/desk/staff/1",
    "/desk/audit",
    "/desk/nowhere",
)


@pytest.fixture
def chief(kept, province):
    with kept.write() as session:
        return person(session, "quan.tri", ("administrator", None), now=clock())


def check(answer):
    policy = answer.headers["Content-Security-Policy"]
    nonce = re.search(r"script-src 'self' 'nonce-([\w-]+)'", policy)[1]
    assert "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert answer.headers["Cache-Control"] == "no-store"
    page = answer.get_data(as_text=True)
    for script in re.findall(r"<script[^>]*>", page):
        assert f'nonce="{nonce}"' in script or "src=" in script
    assert not re.search(r"<[^>]+\son\w+=", page)
    assert not re.search(r"<[^>]+\sstyle=", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert re.search(r"<h1[ >]", page)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_page_of_the_desk_is_not_framed_sniffed_or_kept_and_runs_no_strange_script(
    desk, chief, path, lang
):
    check(desk().enter(chief).client.get(path, query_string={"lang": lang}))


def test_the_door_itself_too(desk, chief):
    check(desk().client.get("/desk/sign-in"))
    check(desk().client.get("/desk/reset/unknown"))
