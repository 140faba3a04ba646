"""A day at the desk on both databases, with what people and robots type by mistake."""

import pytest

from survey.app import create_app
from survey.calendar import clock
from survey.site import set_site_value
from survey.staff import audit
from tests.staff.conftest import PASSWORD, Desk, person, small_province

NEW = "con đò chiều muộn"


@pytest.fixture
def open_desk(both):
    with both.write() as session:
        set_site_value(session, "simulated", "yes")
        province = small_province(session)
        person(session, "quan.tri", ("administrator", None), now=clock())
        person(session, "lan", ("officer", province.hung), now=clock())
    app = create_app(both.settings)
    yield lambda: Desk(app, both)
    app.extensions["sipas.database"].close()


def test_sign_in_change_and_sign_out_are_the_same_on_both_databases(open_desk, both):
    browser, other = open_desk(), open_desk()
    assert browser.sign_in("lan", "sai mật khẩu rồi").status_code == 422
    assert browser.sign_in("lan").location == "/desk/"
    other.sign_in("lan")
    path = "/desk/account/password"
    assert browser.post(path, current=PASSWORD, new=NEW, again=NEW).location == "/desk/"
    assert other.client.get("/desk/").status_code == 302
    browser.post("/desk/sign-out", page="/desk/account")
    assert [open_desk().sign_in("lan").status_code for _try in range(5)] == [422] * 5
    assert open_desk().sign_in("lan", NEW).status_code == 429
    with both.read() as session:
        assert audit.verify(session) is None


def test_strange_characters_and_numbers_are_answered_and_break_nothing(open_desk):
    browser = open_desk()
    for login in ("\x00", "a\x00b", "x" * 5000, "' OR 1=1 --", "\u202e", "🙂"):
        assert browser.sign_in(login, "\x00" * 20).status_code == 422
    browser.sign_in("quan.tri")
    get = browser.client.get
    assert get("/desk/staff/99999999999999999999").status_code == 404
    assert get("/desk/audit?act=%00&actor=%00&page=99999999999999999999").status_code == 200
    assert get("/desk/audit?page=-5").status_code == 200
    assert get("/desk/staff?text=%00&role=%00king").status_code == 200
    sent = browser.post("/desk/account/sessions", session="\x00")
    assert sent.status_code == 404
    new = {"name": "A\x00", "login": "b\x00c\x00d", "role": "officer", "area": "\x00"}
    assert browser.post("/desk/staff/new", **new).status_code in (200, 422)
    onwards = open_desk()
    data = {"csrf_token": onwards.token(), "login": "lan", "password": PASSWORD}
    sent = onwards.client.post("/desk/sign-in?next=/desk/%0d%0aX-Evil:1", data=data)
    assert sent.location == "/desk/"
