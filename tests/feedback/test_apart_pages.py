"""The pages on which a case is split, sealed or given time, and what its sender then sees."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from survey.calendar import clock
from survey.feedback.splitting import Part, split
from survey.feedback.tables import Case
from tests.feedback.sender import shown
from tests.feedback.test_case_page import Page, part, state


@pytest.fixture
def case_id(inbox):
    with inbox.database.write() as session:
        return inbox.send(
            session, words="Chờ hai giờ. Ghế hỏng.", now=clock() - timedelta(hours=20)
        ).id


@pytest.fixture
def page(inbox, desk, case_id):
    return lambda login, id=case_id: Page(inbox, desk(login), id)


def on_its_page(page, act, *, version=None, **fields):
    path = f"{page.path}/{act}"
    sent = {f"{act}-{name}": value for name, value in fields.items()}
    return page.browser.post(path, page=path, version=version or page.version, **sent)


def test_an_officer_splits_a_case_and_each_page_names_the_other(inbox, page, case_id):
    lan = page("tam")
    old = lan.version
    assert "Chờ hai giờ. Ghế hỏng.</textarea>" in lan.browser.client.get(f"{lan.path}/split").text
    assert on_its_page(lan, "split", words=" ", kind="report", field="").status_code == 422
    done = on_its_page(lan, "split", words="Ghế hỏng.", kind="suggestion", field="")
    assert (done.status_code, done.location) == (303, lan.path)
    made = case_id + 1
    assert f'href="/desk/feedback/{made}"' in part(lan.text, "family")
    assert f'href="/desk/feedback/{case_id}"' in part(page("tam", made).text, "family")
    assert f"PA-{case_id:06d}" in page("tam", made).text.split("app-steps")[-1]
    late = on_its_page(lan, "split", version=old, words="Lời đã gõ.", kind="report", field="")
    assert late.status_code == 409 and "Lời đã gõ.</textarea>" in late.text
    assert state(inbox, made)[0] == "new"


def test_a_sealed_case_is_there_for_its_receiver_alone(inbox, page, desk, case_id):
    ha, tam = page("ha"), page("tam")
    with inbox.database.write() as session:
        session.get_one(Case, case_id).shown_at = clock() - timedelta(hours=1)
    lan, receiver = page("lan"), str(inbox.staff["tam"])
    assert "Luật Tố cáo" in lan.browser.client.get(f"{lan.path}/seal").text
    for wrong in ("", str(inbox.staff["ha"]), str(inbox.staff["minh"])):
        assert on_its_page(lan, "seal", receiver=wrong, words="Đã chuyển.").status_code == 422
    done = on_its_page(lan, "seal", receiver=receiver, words="Đã chuyển.")
    assert (done.status_code, done.location) == (303, "/desk/feedback")
    for one in (lan, ha):
        for path in ("", "/masks", "/original", "/split", "/seal"):
            assert one.browser.client.get(one.path + path).status_code == 404, path
        for path in ("/desk/feedback?view=all", "/desk/feedback/search?q=ghế"):
            assert f"PA-{case_id:06d}" not in one.browser.client.get(path).text.split("<main")[1]
    assert "Ghế hỏng." in tam.text and f'{tam.path}/split"' not in tam.text
    tam.done("note", words="Đã nhận tố cáo.")
    read = tam.browser.post(f"{tam.path}/original", page=f"{tam.path}/original", why="Xem đơn.")
    assert "Ghế hỏng." in read.text
    picked = {"cases": f"{case_id}:{tam.version}", "act": "note"}
    tam.browser.client.get("/desk/feedback/bulk", query_string=picked)
    assert state(inbox, case_id) == ("guided", inbox.staff["tam"])


def test_who_assigns_extends_and_an_officer_does_not(inbox, page, case_id):
    with inbox.database.write() as session:
        case = session.get_one(Case, case_id)
        case.shown_at = clock() - timedelta(hours=1)
        inbox.act(session, case, "accept", now=clock() - timedelta(hours=19))
    ha, lan = page("ha"), page("lan")
    assert f"{lan.path}/extend" not in lan.text
    days = ha.text.split('name="extend-until"')[1].split("</select>")[0]
    day = days.split('value="')[1].split('"')[0]
    assert lan.do("extend", until=day, words="Cần thêm.").status_code == 403
    assert ha.do("extend", until="2020-01-01", words="Cần thêm.").status_code == 422
    ha.done("extend", until=day, words="Chờ ý kiến của Sở.")
    assert "Chờ ý kiến của Sở." in part(ha.text, "public") and "đã gia hạn" in ha.text
    assert f"{ha.path}/extend" not in ha.text


def test_the_sender_follows_both_with_the_one_code(left, inbox, office, at):
    with inbox.database.write() as session:
        case = session.scalars(select(Case)).one()
        made = split(session, case, Part("Ghế hỏng.", "report"), by=inbox.actor("lan"), now=at.now)
        inbox.act(session, made, "accept", now=at.now)
        inbox.act(session, made, "ask", words="Ghế ở đâu?", role="question", now=at.now)
        of, number = str(made.id), made.number
    page = shown(left.follow())
    assert number in page and "Ghế ở đâu?" in page and "Một phần được tách ra" in page
    opened = left.follow(of=of)
    assert f'name="of" value="{of}"' in opened.text and "Ghế hỏng." in shown(opened)
    assert left.follow("answer", of=of, answer_words="Ở tầng hai.").status_code == 200
    assert state(inbox, int(of))[0] == "in-work"
    assert "Ghế hỏng." in shown(left.follow("my-data"))
    assert (
        left.follow("contact", of=of, name="Lan", phone="0912345678", consent="y").status_code
        == 409
    )
    assert left.follow("erase").status_code == 200
    assert state(inbox, int(of))[0] == "withdrawn"
    assert "Ghế hỏng." not in shown(left.follow("my-data"))
