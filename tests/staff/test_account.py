"""What people do with their own account."""

import re

import pyotp
import pytest
from sqlalchemy import select

from survey.calendar import clock
from survey.site import set_site_value
from survey.staff import accounts, audit, sessions, totp
from survey.staff.tables import AuditEvent, StaffSession
from tests.staff.conftest import PASSWORD, person

NEW = "con đò chiều muộn"


@pytest.fixture
def lan(kept, province):
    with kept.write() as session:
        return person(session, "lan", ("officer", province.hung), now=clock())


def change(browser, current, new, again=None):
    return browser.post("/desk/account/password", current=current, new=new, again=again or new)


def test_a_changed_password_signs_every_other_browser_out(desk, lan):
    here, there = desk(), desk()
    here.sign_in("lan")
    there.sign_in("lan")
    before = token_of(here)
    assert change(here, PASSWORD, NEW).location == "/desk/"
    assert here.client.get("/desk/").status_code == 200
    assert token_of(here) != before
    assert there.client.get("/desk/").status_code == 302
    assert desk().sign_in("lan").status_code == 422
    assert desk().sign_in("lan", NEW).status_code == 302


def token_of(browser):
    with browser.client.session_transaction("/desk/") as cookie:
        return cookie["_user_id"]


@pytest.mark.parametrize(
    ("current", "new", "again"),
    [
        ("không phải mật khẩu này", NEW, NEW),
        (PASSWORD, "ngắn", "ngắn"),
        (PASSWORD, NEW, "khác hẳn với cái kia"),
        (PASSWORD, PASSWORD, PASSWORD),
        (PASSWORD, "Quảng Trị 2026", "Quảng Trị 2026"),
    ],
)
def test_a_password_is_not_changed_without_the_present_one_or_to_a_weak_one(
    desk, lan, current, new, again
):
    browser = desk().enter(lan)
    answer = change(browser, current, new, again)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "govuk-error-message" in page and new not in page
    assert desk().sign_in("lan").status_code == 302


def test_a_first_password_must_be_changed_before_anything_else(desk, kept, province):
    with kept.write() as session:
        person(session, "moi", ("analyst", None), now=clock(), must_change=True)
    browser = desk()
    browser.sign_in("moi")
    assert browser.client.get("/desk/").location == "/desk/account/password"
    assert browser.client.get("/desk/rounds").location == "/desk/account/password"
    change(browser, PASSWORD, NEW)
    assert browser.client.get("/desk/").status_code == 200


def test_one_sees_ones_browsers_and_ends_one_or_all_others(desk, lan, kept):
    here = desk()
    agent = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
    here.client.environ_base["HTTP_USER_AGENT"] = agent
    here.sign_in("lan")
    others = [desk().enter(lan) for _each in range(3)]
    page = here.client.get("/desk/account/sessions").get_data(as_text=True)
    assert "Chrome · Windows" in page
    chosen = sessions.hash_of(token_of(others[0]))
    here.post("/desk/account/sessions", session=chosen)
    assert [b.client.get("/desk/").status_code for b in others] == [302, 200, 200]
    here.post("/desk/account/sessions", session="others")
    assert [b.client.get("/desk/").status_code for b in others] == [302, 302, 302]
    assert here.client.get("/desk/").status_code == 200


def test_nobody_ends_the_browser_of_somebody_else(desk, lan, kept):
    with kept.write() as session:
        other = person(session, "quan", ("analyst", None), now=clock())
    theirs = desk().enter(other)
    mine = desk().enter(lan)
    answer = mine.post("/desk/account/sessions", session=sessions.hash_of(token_of(theirs)))
    assert answer.status_code == 404
    assert theirs.client.get("/desk/").status_code == 200


def bind(browser):
    page = browser.client.get("/desk/account/totp").get_data(as_text=True)
    secret = re.search(r"<strong>([A-Z2-7 ]+)</strong>", page)[1].replace(" ", "")
    app = pyotp.TOTP(secret)
    code = app.at(int(clock().timestamp()))
    return app, code, browser.post("/desk/account/totp", code=code)


def test_an_app_is_bound_by_its_first_code_and_the_secret_is_sealed(desk, lan, kept):
    here, there = desk().enter(lan), desk().enter(lan)
    assert here.post("/desk/account/totp", code="000000").status_code == 422
    app, code, answer = bind(here)
    assert answer.location == "/desk/account"
    assert here.client.get("/desk/").status_code == 200
    assert there.client.get("/desk/").status_code == 302
    with kept.read() as session:
        stored = accounts.account(session, lan.id).totp_sealed
        assert app.secret not in stored
        assert totp.opened(session, stored) == app.secret
    again = desk()
    again.sign_in("lan")
    assert again.post("/desk/sign-in/code", code=code).status_code == 422  # used to bind


def test_a_session_without_the_second_factor_is_no_session_once_an_app_is_bound(desk, lan, kept):
    bind(desk().enter(lan))
    stolen = desk().enter(lan, second_factor=False)
    assert stolen.client.get("/desk/").status_code == 302


def test_the_app_is_unbound_with_password_and_code_only(desk, lan):
    here = desk().enter(lan)
    app, used, _answer = bind(here)
    page, path = "/desk/account/totp", "/desk/account/totp/off"
    fresh = app.at(int(clock().timestamp()) + 30)
    assert here.post(path, page=page, current="sai mất rồi nhé", code=fresh).status_code == 422
    assert here.post(path, page=page, current=PASSWORD, code=used).status_code == 422
    assert here.post(path, page=page, current=PASSWORD, code=fresh).status_code == 302
    assert desk().sign_in("lan").location == "/desk/"


def test_with_real_data_who_sees_contact_data_binds_an_app_and_others_need_not(
    desk, lan, kept, province
):
    with kept.write() as session:
        set_site_value(session, "simulated", "")
        analyst = person(session, "phan", ("analyst", None), now=clock())
    assert desk().enter(analyst).client.get("/desk/").status_code == 200
    officer = desk().enter(lan)
    assert officer.client.get("/desk/rounds").location == "/desk/account/totp"
    bind(officer)
    assert officer.client.get("/desk/rounds").status_code == 200


def test_every_change_of_an_account_is_in_the_audit_chain_without_names_or_secrets(desk, lan, kept):
    browser = desk()
    browser.sign_in("lan", "sai mật khẩu rồi")
    browser.sign_in("lan")
    change(browser, PASSWORD, NEW)
    bind(browser)
    browser.post("/desk/sign-out", page="/desk/account")
    with kept.read() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
        assert [event.act for event in events] == [
            "staff.add",
            "grant.add",
            "sign-in.failed",
            "sign-in",
            "password.change",
            "totp.on",
            "sign-out",
        ]
        assert audit.verify(session) is None
        written = " ".join(f"{e.actor} {e.object} {e.digest}" for e in events)
        assert "lan" not in written and "Người" not in written


def test_seen_is_noted_at_most_once_a_minute(desk, lan, kept):
    browser = desk().enter(lan)
    with kept.read() as session:
        first = session.scalar(select(StaffSession.seen_at))
    browser.client.get("/desk/")
    with kept.read() as session:
        assert session.scalar(select(StaffSession.seen_at)) == first
