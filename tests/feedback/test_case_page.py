"""Officers work on one case on its page, and see apart what the sender sees."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from survey.calendar import clock
from survey.feedback import pictures
from survey.feedback.following import standing_of
from survey.feedback.pictures import remade
from survey.feedback.tables import Case, CaseText
from tests.feedback.sender import noisy, written

STATEMENTS = 34  # of the page at most, whoever opens it


class Page:
    """The page of one case, opened by one of the staff."""

    def __init__(self, inbox, browser, case_id):
        self.inbox, self.browser = inbox, browser
        self.path, self.case_id = f"/desk/feedback/{case_id}", case_id

    @property
    def text(self):
        answer = self.browser.client.get(self.path)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    @property
    def version(self):
        with self.inbox.database.read() as session:
            return str(session.get_one(Case, self.case_id).version)

    def do(self, act, *, version=None, **fields):
        sent = {f"{act}-{name}": value for name, value in fields.items()}
        version = self.version if version is None else version
        return self.browser.post(f"{self.path}/{act}", page=self.path, version=version, **sent)

    def done(self, act, **fields):
        answer = self.do(act, **fields)
        assert (answer.status_code, answer.location) == (303, self.path)


@pytest.fixture
def case_id(inbox):
    with inbox.database.write() as session:
        return inbox.send(session, words="Chờ hai giờ.", now=clock() - timedelta(2)).id


@pytest.fixture
def page(inbox, desk, case_id):
    return lambda login, id=case_id: Page(inbox, desk(login), id)


def state(inbox, case_id):
    with inbox.database.read() as session:
        case = session.get_one(Case, case_id)
        return case.state, case.officer_id


def part(text, name):
    """The section of the page whose heading has this id."""
    return text.split(f'aria-labelledby="{name}"')[1].split("</section>")[0]


def test_an_officer_accepts_takes_up_and_drafts_and_the_head_releases(inbox, page, case_id):
    lan, ha = page("lan"), page("ha")
    assert "Chờ hai giờ." in lan.text
    lan.done("accept")
    lan.done("begin")
    assert state(inbox, case_id) == ("in-work", inbox.staff["lan"])
    lan.done("draft", words="Đã mở thêm quầy.")
    assert f"{lan.path}/release" not in lan.text
    assert "Đã mở thêm quầy." in part(ha.text, "draft")
    ha.done("release")
    assert state(inbox, case_id)[0] == "released"
    assert "Đã mở thêm quầy." in part(lan.text, "public")
    with inbox.database.read() as session:
        assert (
            standing_of(session, session.get_one(Case, case_id), now=clock()).reply
            == "Đã mở thêm quầy."
        )


def test_only_who_may_release_does_and_never_ones_own_words(inbox, page, case_id):
    page("ha").done("accept")
    page("ha").done("draft", words="Lời của trưởng.")
    assert page("lan").do("release").status_code == 403
    assert page("lan").do("return", words="Sửa lại.").status_code == 403
    assert page("ha").do("release").status_code == 409
    assert state(inbox, case_id)[0] == "drafted"
    page("tam").done("return", words="Thiếu ngày hẹn.")
    assert "Thiếu ngày hẹn." in part(page("lan").text, "internal")


def test_whoever_was_overtaken_keeps_what_they_typed(inbox, page, case_id):
    lan, minh = page("lan"), page("minh")
    old = lan.version
    minh.done("accept")
    answer = lan.do("note", version=old, words="Đã gọi cho quầy.")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "Đã gọi cho quầy.</textarea>" in text
    assert f'name="version" value="{lan.version}"' in text
    minh.done("refuse", words="Không thuộc thẩm quyền.")
    gone = lan.do("ask", version=old, words="Quầy nào ạ?")
    assert gone.status_code == 409 and "Quầy nào ạ?" in gone.get_data(as_text=True)
    assert lan.do("note", version="", words="Không số.").status_code == 409
    with inbox.database.read() as session:
        assert session.scalars(select(CaseText.role)).all() == ["original", "reason"]


def test_notes_stand_apart_from_what_the_sender_sees(page):
    lan = page("lan")
    lan.done("accept")
    lan.done("note", words="Gọi lại thứ hai.")
    lan.done("ask", words="Ông/Bà tới quầy nào?")
    public, internal = part(lan.text, "public"), part(lan.text, "internal")
    assert "Ông/Bà tới quầy nào?" in public and "Ông/Bà tới quầy nào?" not in internal
    assert "Gọi lại thứ hai." in internal and "Gọi lại thứ hai." not in public


def test_empty_words_are_sent_back(inbox, page, case_id):
    answer = page("lan").do("refuse", words="  ")
    assert answer.status_code == 422 and 'href="#refuse-words"' in answer.get_data(as_text=True)
    assert state(inbox, case_id)[0] == "new"


def test_the_head_assigns_an_officer_and_an_officer_only_takes_it(inbox, page, case_id):
    minh = str(inbox.staff["minh"])
    assert page("lan").do("assign", officer=minh).status_code == 422
    assert page("ha").do("assign", officer=str(inbox.staff["son"])).status_code == 422
    page("ha").done("assign", officer=minh)
    assert state(inbox, case_id)[1] == inbox.staff["minh"]
    page("lan").done("assign", officer=str(inbox.staff["lan"]))
    assert state(inbox, case_id)[1] == inbox.staff["lan"]


def test_a_case_is_classified_and_that_is_taken_back(inbox, page, case_id):
    lan = page("lan")
    lan.done("classify", kind="petition", severity="urgent", field="")
    with inbox.database.read() as session:
        case = session.get_one(Case, case_id)
        assert (case.kind, case.severity) == ("petition", "urgent")
    assert f"{lan.path}/undo" not in page("minh").text
    lan.done("undo")
    with inbox.database.read() as session:
        assert session.get_one(Case, case_id).kind == "report"


def test_a_case_is_merged_into_another_that_one_sees_and_apart_again(inbox, page, case_id):
    with inbox.database.write() as session:
        came = clock() - timedelta(2)
        other = inbox.send(session, now=came).id
        elsewhere = inbox.send(session, now=came, area_id=inbox.province.son).id
    lan = page("lan")
    for wrong in ("", "PA-x", str(case_id), str(elsewhere), "999999"):
        assert lan.do("merge", into=wrong).status_code == 422
    lan.done("merge", into=f"PA-{other:06d}")
    assert state(inbox, case_id)[0] == "merged" and f"PA-{other:06d}" in lan.text
    assert page("lan", other).do("merge", into=str(case_id)).status_code == 422
    lan.done("unmerge")
    assert state(inbox, case_id)[0] == "new"


def test_an_action_that_is_owed_is_done(inbox, page, case_id):
    lan = page("lan")
    lan.done("accept")
    lan.done("draft", words="Sẽ sửa mái che.")
    page("ha").done("release")
    lan.done("owe", words="Mái che xong trước tháng chín.")
    assert f"{lan.path}/owe" not in lan.text
    lan.done("done")
    assert f"{lan.path}/done" not in lan.text


def test_a_case_of_another_unit_is_not_there(inbox, page, case_id):
    browser = page("son").browser
    assert browser.client.get(f"/desk/feedback/{case_id}").status_code == 404
    sent = browser.post(f"/desk/feedback/{case_id}/accept", page="/desk/account", version="1")
    assert sent.status_code == 404 and state(inbox, case_id)[0] == "new"
    assert page("lan").do("remind").status_code == 404


def test_the_page_tells_the_day_a_case_came_and_never_the_minute(inbox, page):
    came = (clock() - timedelta(2)).replace(hour=3, minute=47)
    with inbox.database.write() as session:
        made = inbox.send(session, now=came).id
    assert ":47" not in page("lan", made).text


def test_pictures_are_seen_with_the_case_alone_and_erased_ones_are_said(inbox, page, case_id):
    made = remade(written(noisy(40)))
    with inbox.database.write() as session:
        pictures.put(session, case_id, made, now=clock())
    lan, address = page("lan"), f"/desk/feedback/{case_id}/pictures/1"
    assert f'src="{address}"' in lan.text
    seen = lan.browser.client.get(address)
    assert (seen.data, seen.mimetype) == (made.content, "image/jpeg")
    assert seen.headers["Cache-Control"] == "no-store"
    assert seen.headers["X-Content-Type-Options"] == "nosniff"
    kept = lan.browser.client.get(f"{address}?download=1").headers["Content-Disposition"]
    assert kept == f'attachment; filename="PA-{case_id:06d}-1.jpg"'
    assert page("son").browser.client.get(address).status_code == 404
    for place in ("0", "2"):
        assert lan.browser.client.get(f"{address[:-1]}{place}").status_code == 404
    with inbox.database.write() as session:
        pictures.erase(pictures.pictures_of(session, case_id)[0], now=clock())
    assert lan.browser.client.get(address).status_code == 404
    assert "Ảnh 1 đã được xóa" in lan.text


def test_the_page_asks_once_which_areas_somebody_has_and_takes_few_statements(page):
    """Each permission, each list on it and each right above the unit goes by the same areas."""
    tam = page("tam")
    tam.done("accept")
    tam.done("draft", words="Đã mở thêm quầy.")
    asked = []
    engine = tam.browser.app.extensions["sipas.database"].engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert tam.text
    for table in ("area_link", "feedback_event"):
        assert sum(f"FROM {table}" in " ".join(one.split()) for one in asked) == 1, table
    assert len(asked) <= STATEMENTS, "\n".join(asked)
