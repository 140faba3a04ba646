"""What administrators do with accounts, and what the auditor reads."""

import re

import pytest
from sqlalchemy import update

from survey.calendar import clock
from survey.staff import accounts, audit
from survey.staff.tables import AuditEvent
from tests.staff.conftest import person


@pytest.fixture
def chief(kept, province):
    with kept.write() as session:
        return person(session, "quan.tri", ("administrator", None), now=clock())


@pytest.fixture
def lan(kept, province):
    with kept.write() as session:
        return person(session, "lan", ("officer", province.hung), now=clock())


NEW = {"name": "Lê Thị Mới", "login": "Le.Moi", "role": "officer", "area": "", "last_day": ""}


def test_an_account_is_added_with_its_first_password_shown_once(desk, chief, kept, province):
    browser = desk().enter(chief)
    answer = browser.post(
        "/desk/staff/new", **{**NEW, "area": "sông son", "last_day": "2099-12-31"}
    )
    password = re.search(r'app-panel__code">([^<]+)<', answer.get_data(as_text=True))[1]
    with kept.read() as session:
        staff = accounts.by_login(session, "le.moi")
        (grant,) = accounts.grants_of(session)[staff.id]
    assert (grant.role, grant.area_id) == ("officer", province.son)
    page = browser.client.get(f"/desk/staff/{staff.id}").get_data(as_text=True)
    assert "31/12/2099" in page and password not in page
    first = desk()
    first.sign_in("le.moi", password)
    assert first.client.get("/desk/").location == "/desk/account/password"


@pytest.mark.parametrize(
    ("field", "value"),
    [("login", "lan"), ("login", "a b"), ("area", "Xã Không Có"), ("name", ""), ("role", "king")],
)
def test_an_account_that_cannot_be_is_refused_and_what_was_typed_stays(
    desk, chief, lan, kept, field, value
):
    answer = desk().enter(chief).post("/desk/staff/new", **{**NEW, field: value})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "govuk-error-summary" in page
    assert ("Lê Thị Mới" in page) == (field != "name")
    with kept.read() as session:
        assert accounts.by_login(session, "le.moi") is None


def test_a_list_is_narrowed_by_name_without_accents_and_by_role(desk, chief, lan):
    browser = desk().enter(chief)
    page = browser.client.get("/desk/staff?text=nguoi+lan").get_data(as_text=True)
    assert "Người lan" in page and "quan.tri" not in page.split("<main")[1]
    page = browser.client.get("/desk/staff?role=administrator").get_data(as_text=True)
    assert "Người lan" not in page and "quan.tri" in page


def test_a_new_role_counts_at_the_next_sign_in_and_ends_the_present_one(desk, chief, lan, kept):
    inside, browser = desk().enter(lan), desk().enter(chief)
    page, path = f"/desk/staff/{lan.id}", f"/desk/staff/{lan.id}/grants"
    assert browser.post(path, page=page, role="auditor", area="nowhere").status_code == 422
    assert browser.post(path, page=page, role="auditor", area="").status_code == 302
    assert inside.client.get("/desk/").status_code == 302
    with kept.read() as session:
        grants = accounts.grants_of(session)[lan.id]
    assert [grant.role for grant in grants] == ["officer", "auditor"]
    inside.enter(lan)
    assert inside.client.get("/desk/audit").status_code == 200
    browser.post(f"{path}/{grants[1].id}/remove", page=page)
    inside.enter(lan)
    assert inside.client.get("/desk/audit").status_code == 403


def test_a_grant_is_taken_from_its_own_account_only(desk, chief, lan, kept):
    with kept.read() as session:
        (grant,) = accounts.grants_of(session)[lan.id]
    browser = desk().enter(chief)
    path = f"/desk/staff/{chief.id}/grants/{grant.id}/remove"
    assert browser.post(path, page=f"/desk/staff/{chief.id}").status_code == 404


def test_the_last_administrator_stays(desk, chief, kept):
    browser = desk().enter(chief)
    page = f"/desk/staff/{chief.id}"
    with kept.read() as session:
        (grant,) = accounts.grants_of(session)[chief.id]
    assert browser.post(f"{page}/disable", page=page).status_code == 409
    assert browser.post(f"{page}/grants/{grant.id}/remove", page=page).status_code == 409
    assert browser.post(f"{page}/expiry", page=page, last_day="2020-01-01").status_code == 409
    assert browser.client.get("/desk/staff").status_code == 200


def test_an_account_is_closed_and_opened_and_ends_on_its_last_day(desk, chief, lan):
    browser, page = desk().enter(chief), f"/desk/staff/{lan.id}"
    browser.post(f"{page}/disable", page=page)
    assert desk().sign_in("lan").status_code == 422
    browser.post(f"{page}/enable", page=page)
    assert desk().sign_in("lan").status_code == 302
    browser.post(f"{page}/expiry", page=page, last_day="2020-01-01")
    assert desk().sign_in("lan").status_code == 422
    assert browser.post(f"{page}/expiry", page=page, last_day="9999-12-31").status_code == 302
    browser.post(f"{page}/expiry", page=page, last_day="")
    assert desk().sign_in("lan").status_code == 302


def test_a_one_time_link_is_shown_once_and_opens(desk, chief, lan):
    page = f"/desk/staff/{lan.id}"
    shown = desk().enter(chief).post(f"{page}/reset", page=page)
    link = re.search(r"http://localhost(/desk/reset/[\w-]+)", shown.get_data(as_text=True))[1]
    assert desk().client.get(link).status_code == 200
    assert desk().client.get(link[:-1] + "_").status_code == 410


def test_the_audit_page_says_whether_the_chain_is_intact(desk, chief, kept):
    browser = desk().enter(chief)
    page = browser.client.get("/desk/audit?check=1").get_data(as_text=True)
    assert "Chuỗi nhật ký còn nguyên vẹn: 2 sự kiện" in page
    with kept.write() as session:
        session.execute(update(AuditEvent).where(AuditEvent.id == 1).values(act="nothing"))
    page = browser.client.get("/desk/audit?check=1").get_data(as_text=True)
    assert "Chuỗi nhật ký bị đứt ở sự kiện 1" in page


def test_the_audit_list_is_paged_and_filtered_and_names_people(desk, chief, lan, kept):
    with kept.write() as session:
        for number in range(60):
            audit.record(
                session, actor="command", act="round.open", object=f"round:{number}", now=clock()
            )
        found = accounts.account(session, lan.id)
        accounts.disable(session, found, by=f"staff:{chief.id}", now=clock())
    browser = desk().enter(chief)
    assert "page=2" in browser.client.get("/desk/audit").get_data(as_text=True)
    one = browser.client.get("/desk/audit?act=staff.disable").get_data(as_text=True)
    assert one.count("<tr") == 2 and "Người quan.tri" in one and "Khóa tài khoản" in one
    none = browser.client.get("/desk/audit?actor=staff:999").get_data(as_text=True)
    assert "Không có sự kiện nào phù hợp" in none
