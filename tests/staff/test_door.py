"""Who gets in at the desk, and who does not."""

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select, update

from survey.calendar import clock
from survey.site import set_site_value
from survey.staff import accounts, totp
from survey.staff.tables import SignInAttempt, StaffSession
from tests.staff.conftest import PASSWORD, person


@pytest.fixture
def lan(kept, province):
    with kept.write() as session:
        return person(session, "lan", ("officer", province.hung), now=clock())


def cookie_of(browser):
    return browser.client.get_cookie("sipas_desk", path="/desk")


def test_an_officer_signs_in_with_the_password_and_sees_the_desk(desk, lan):
    browser = desk()
    answer = browser.sign_in("LAN")
    assert (answer.status_code, answer.location) == (302, "/desk/")
    page = browser.client.get("/desk/")
    assert page.status_code == 200
    assert "Người lan" in page.get_data(as_text=True)


def test_the_cookie_is_for_the_desk_alone_and_out_of_reach_of_scripts(desk, lan):
    browser = desk()
    said = browser.sign_in("lan").headers["Set-Cookie"]
    assert "HttpOnly" in said and "SameSite=Strict" in said and "Path=/desk" in said
    assert "Secure" not in said
    secure = browser.client.get("/desk/sign-in", base_url="https://localhost").headers["Set-Cookie"]
    assert secure.startswith("__Secure-sipas_desk=") and "; Secure" in secure


def test_a_citizen_page_opens_no_session_even_for_an_officer(desk, lan):
    browser = desk()
    browser.sign_in("lan")
    answer = browser.client.get("/nowhere")
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "").split(", ")


def test_the_session_is_another_one_after_signing_in(desk, lan, kept):
    browser = desk()
    browser.token()
    with browser.client.session_transaction("/desk/") as cookie:
        before = cookie["csrf_token"]
        cookie["planted"] = "by somebody else"
    browser.sign_in("lan")
    with browser.client.session_transaction("/desk/") as cookie:
        first = cookie["_user_id"]
        assert "planted" not in cookie and cookie.get("csrf_token") != before
    other = desk()
    with other.client.session_transaction("/desk/") as cookie:
        cookie["_user_id"] = first
    other.client.get("/desk/account")
    browser.post("/desk/sign-out", page="/desk/account")
    assert other.client.get("/desk/account").status_code == 302  # ended on the server


def test_an_unknown_login_and_a_wrong_password_are_answered_alike(desk, lan):
    pages = []
    for login in ("lan", "nobody-here"):
        answer = desk().sign_in(login, "một mật khẩu khác hẳn")
        text = answer.get_data(as_text=True).replace(login, "LOGIN")
        text = text.split("</header>")[1]
        pages.append((answer.status_code, strip_tokens(text)))
    assert pages[0] == pages[1]
    assert pages[0][0] == 422


def strip_tokens(text):
    lines = text.splitlines()
    return [line for line in lines if "csrf_token" not in line and "nonce" not in line]


def test_after_five_wrong_tries_even_the_right_password_has_to_wait(desk, lan, kept):
    browser = desk()
    for _try in range(5):
        assert browser.sign_in("lan", "sai mật khẩu rồi").status_code == 422
    answer = browser.sign_in("lan")
    assert answer.status_code == 429
    with kept.write() as session:
        early = clock() - timedelta(minutes=16)
        session.execute(update(SignInAttempt).values(at=early))
    assert browser.sign_in("lan").status_code == 302
    with kept.read() as session:
        assert session.scalars(select(SignInAttempt)).all() == []


def test_five_tries_of_an_unknown_login_wait_as_well(desk, province):
    browser = desk()
    answers = [browser.sign_in("nobody", "gì đó thật dài").status_code for _try in range(6)]
    assert answers == [422] * 5 + [429]


def test_a_closed_account_is_told_so_only_with_the_right_password(desk, lan, kept):
    with kept.write() as session:
        accounts.disable(session, accounts.by_login(session, "lan"), by="command", now=clock())
    right = desk().sign_in("lan").get_data(as_text=True)
    wrong = desk().sign_in("lan", "không phải vậy đâu").get_data(as_text=True)
    assert "Tài khoản này đã bị khóa" in right
    assert "Tài khoản này đã bị khóa" not in wrong


def test_closing_an_account_signs_its_browsers_out_at_once(desk, lan, kept):
    browser = desk().enter(lan)
    assert browser.client.get("/desk/").status_code == 200
    with kept.write() as session:
        accounts.disable(session, accounts.account(session, lan.id), by="command", now=clock())
    assert browser.client.get("/desk/").location == "/desk/sign-in?next=/desk/"


@pytest.mark.parametrize(
    ("column", "before"),
    [("seen_at", timedelta(minutes=31)), ("started_at", timedelta(hours=12, minutes=1))],
)
def test_a_session_ends_after_30_idle_minutes_and_after_12_hours(desk, lan, kept, column, before):
    browser = desk().enter(lan)
    with kept.write() as session:
        session.execute(update(StaffSession).values({column: clock() - before}))
    assert browser.client.get("/desk/").status_code == 302


def test_after_signing_in_one_goes_on_where_one_was_but_never_to_another_site(desk, lan):
    for wanted, got in (
        ("/desk/account", "/desk/account"),
        ("//evil.example/desk", "/desk/"),
        ("https://evil.example", "/desk/"),
        ("/desk/..//evil.example", "/desk/"),
        ("/desk\\evil", "/desk/"),
    ):
        browser = desk()
        data = {"csrf_token": browser.token(), "login": "lan", "password": PASSWORD}
        answer = browser.client.post("/desk/sign-in", query_string={"next": wanted}, data=data)
        assert answer.location == got


def test_a_page_left_open_too_long_keeps_the_login_that_was_typed(desk, lan):
    browser = desk()
    answer = browser.client.post("/desk/sign-in", data={"login": "lan", "password": PASSWORD})
    assert answer.status_code == 400
    assert 'value="lan"' in answer.get_data(as_text=True)


def with_app(kept, staff):
    secret = totp.new_secret()
    with kept.write() as session:
        found = accounts.account(session, staff.id)
        accounts.set_totp(session, found, secret, 0, now=clock())
    return pyotp.TOTP(secret)


def test_with_an_app_the_password_alone_opens_nothing_and_a_code_works_once(desk, lan, kept):
    app = with_app(kept, lan)
    browser = desk()
    answer = browser.sign_in("lan")
    assert answer.location == "/desk/sign-in/code"
    assert browser.client.get("/desk/").status_code == 302
    code = app.at(int(clock().timestamp()))
    assert browser.post("/desk/sign-in/code", code=code).location == "/desk/"
    assert browser.client.get("/desk/").status_code == 200
    second = desk()
    second.sign_in("lan")
    assert second.post("/desk/sign-in/code", code=code).status_code == 422


def test_codes_are_throttled_with_the_passwords(desk, lan, kept):
    with_app(kept, lan)
    browser = desk()
    browser.sign_in("lan")
    answers = [browser.post("/desk/sign-in/code", code="000000").status_code for _t in range(5)]
    assert answers == [422] * 4 + [429]  # the password was the first of five


def test_half_a_sign_in_ends_when_the_password_changes(desk, lan, kept):
    app = with_app(kept, lan)
    browser = desk()
    browser.sign_in("lan")
    with kept.write() as session:
        found = accounts.account(session, lan.id)
        accounts.set_password(session, found, "con đò chiều muộn", by="command", now=clock())
    code = app.at(int(clock().timestamp()))
    answer = browser.client.post("/desk/sign-in/code", data={"code": code})
    assert answer.location == "/desk/sign-in"


def test_a_one_time_link_sets_a_password_once_and_a_look_at_it_changes_nothing(desk, lan, kept):
    inside = desk().enter(lan)
    with kept.write() as session:
        found = accounts.account(session, lan.id)
        token = accounts.make_reset(session, found, by="command", now=clock())
    path = f"/desk/reset/{token}"
    assert inside.client.get("/desk/").status_code == 302  # signed out everywhere
    browser = desk()
    for _look in range(2):
        page = browser.client.get(path)
        assert page.status_code == 200
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
    weak = browser.post(path, new="QuangTri-2026!", again="QuangTri-2026!")
    assert weak.status_code == 422
    new = "con đò chiều muộn"
    assert browser.post(path, new=new, again=new).location == "/desk/sign-in"
    assert browser.client.get(path).status_code == 410
    assert desk().sign_in("lan").status_code == 422
    assert desk().sign_in("lan", new).status_code == 302


def test_a_link_is_good_for_a_day_and_only_the_newest_one(kept, lan):
    now = clock()
    with kept.write() as session:
        found = accounts.account(session, lan.id)
        first = accounts.make_reset(session, found, by="command", now=now)
        second = accounts.make_reset(session, found, by="command", now=now)
    with kept.read() as session:
        with pytest.raises(accounts.ResetLinkUsed):
            accounts.reset_owner(session, first, now=now)
        assert accounts.reset_owner(session, second, now=now + timedelta(hours=23)).id == lan.id
        with pytest.raises(accounts.ResetLinkUsed):
            accounts.reset_owner(session, second, now=now + timedelta(hours=24))


def test_where_data_are_real_an_officer_must_bind_an_app_first(desk, lan, kept):
    browser = desk().enter(lan)
    assert browser.client.get("/desk/").status_code == 200
    with kept.write() as session:
        set_site_value(session, "simulated", "")
    assert browser.client.get("/desk/").location == "/desk/account/totp"
