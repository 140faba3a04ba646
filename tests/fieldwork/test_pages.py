"""The desk's pages about rounds: who sees what, and what happens to what was typed."""

from datetime import date, timedelta

import pytest

from survey.calendar import clock, local_day
from survey.fieldwork import rounds
from survey.fieldwork.places import places_of
from survey.fieldwork.tables import PublishedForm
from survey.respond.tables import Traffic
from survey.units.places import counter_by_code, current_code
from tests.fieldwork.places import at, plan

TODAY = local_day(clock())
ASKED = {
    "code": "qt-now",
    "title_vi": "Khảo sát tại quầy",
    "title_en": "Counter survey",
    "questionnaire": "one-stop-ward@1",
    "method": "counter-form",
    "notice": "",
    "sample": "open",
    "modes": ["kiosk", "mobile"],
    "opens": TODAY.isoformat(),
    "closes": (TODAY + timedelta(days=30)).isoformat(),
    "year": "",
    "places": "centre:dong-hoi\n",
    "act": "keep",
}


@pytest.fixture
def a_round(app):
    """`a_round(opened=True, **changes)`: a round of now in the application's database."""

    def make(*, opened: bool = False, **changes):
        period = {"opens": TODAY, "closes": TODAY + timedelta(days=30)}
        wanted = plan(**{"code": "qt-now", **period, **changes})
        act = {"by": "command", "now": clock()}
        with app.extensions["sipas.database"].write() as session:
            rounds.create_round(session, wanted, **act)
            if opened:
                rounds.open_(session, wanted.code, confirmed=True, **act)

    return make


def test_an_administrator_sets_up_a_round_opens_it_and_prints_its_posters(person, stored):
    desk = person("administrator")
    made = desk.post("/desk/rounds/new", ASKED)
    assert (made.status_code, made.location) == (303, "/desk/rounds/qt-now")
    assert "Bản nháp" in desk.text("/desk/rounds/qt-now")
    opened = desk.post("/desk/rounds/qt-now/open", {"confirm": "y"})
    assert opened.status_code == 303
    with stored() as session:
        assert rounds.find_round(session, "qt-now").state == "open"
        assert session.get(PublishedForm, "one-stop-ward@1").confirmed_by.startswith("staff:")
        code = current_code(session, counter_by_code(session, "dong-hoi-1").id).code
    page = desk.text("/desk/rounds/qt-now")
    assert f"http://localhost/c/{code}" in page
    assert "http://localhost/r/qt-now" in page
    for path in ("posters.pdf", "posters/dong-hoi-1.pdf"):
        poster = desk.get(f"/desk/rounds/qt-now/{path}")
        assert (poster.status_code, poster.mimetype) == (200, "application/pdf")
        assert poster.data.startswith(b"%PDF")
    assert desk.get("/desk/rounds/qt-now/posters/vinh-linh-1.pdf").status_code == 404


def test_every_fault_is_told_at_its_field_and_nothing_typed_is_lost(person, stored):
    desk = person("administrator")
    wrong = {
        **ASKED,
        "code": "QT NOW",
        "opens": "32/13/2026",
        "places": "dong-hoi\ncentre:dong-hoi",
    }
    answer = desk.post("/desk/rounds/new", wrong)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="opens-error"' in page and 'id="places-error"' in page
    assert "Dòng 1" in page
    assert 'value="QT NOW"' in page and 'value="32/13/2026"' in page
    assert "Khảo sát tại quầy" in page
    again = desk.post("/desk/rounds/new", {**wrong, "opens": ASKED["opens"], "places": "centre:x"})
    page = again.get_data(as_text=True)
    assert again.status_code == 422
    assert 'id="code-error"' in page and 'id="places-error"' in page
    with stored() as session:
        assert rounds.list_rounds(session) == []


def test_a_code_that_is_taken_is_told_at_the_code(person, a_round):
    a_round()
    answer = person("fieldwork").post("/desk/rounds/new", ASKED)
    assert answer.status_code == 422
    assert 'id="code-error"' in answer.get_data(as_text=True)


def test_days_may_be_typed_as_officials_write_them(person, stored):
    desk = person("administrator")
    written = {**ASKED, "opens": "05/7/2030", "closes": "12/02/2031"}
    assert desk.post("/desk/rounds/new", written).status_code == 303
    with stored() as session:
        round_ = rounds.find_round(session, "qt-now")
        assert (round_.opens, round_.closes) == (date(2030, 7, 5), date(2031, 2, 12))


def test_places_are_found_by_name_without_accents_and_added_by_ticking(person):
    desk = person("administrator")
    found = desk.post("/desk/rounds/new", {**ASKED, "act": "find", "find": "vinh linh"})
    page = found.get_data(as_text=True)
    assert found.status_code == 200
    for ref in ("area:19363", "centre:vinh-linh", "counter:vinh-linh-1"):
        assert f'value="{ref}"' in page
    assert 'value="qt-now"' in page
    ticked = {**ASKED, "act": "find", "found": ["centre:vinh-linh"]}
    page = desk.post("/desk/rounds/new", ticked).get_data(as_text=True)
    assert "centre:dong-hoi\ncentre:vinh-linh" in page.replace("\r", "")
    nothing = desk.post("/desk/rounds/new", {**ASKED, "act": "find", "find": "xyz"})
    assert "Không có nơi nào phù hợp" in nothing.get_data(as_text=True)


def test_a_ticked_place_is_kept_even_when_not_added_first(person, stored):
    desk = person("administrator")
    assert (
        desk.post("/desk/rounds/new", {**ASKED, "found": ["centre:vinh-linh"]}).status_code == 303
    )
    with stored() as session:
        refs = [str(place.ref) for place in places_of(session, "qt-now")]
        assert refs == ["centre:dong-hoi", "centre:vinh-linh"]


def test_a_draft_is_changed_and_an_open_round_is_not(person, a_round, stored):
    a_round()
    desk = person("fieldwork")
    page = desk.text("/desk/rounds/qt-now/edit")
    assert "area:44" in page
    changed = {**ASKED, "title_vi": "Tên mới", "code": "other"}
    assert desk.post("/desk/rounds/qt-now/edit", changed).status_code == 303
    with stored() as session:
        assert rounds.find_round(session, "qt-now").title["vi"] == "Tên mới"
    admin = person("administrator")
    assert admin.post("/desk/rounds/qt-now/open", {"confirm": "y"}).status_code == 303
    assert desk.get("/desk/rounds/qt-now/edit").status_code == 409


def test_unchecked_wording_is_opened_by_an_administrator_only(person, a_round, stored):
    a_round()
    desk = person("fieldwork")
    assert "chưa được đối chiếu" in desk.text("/desk/rounds/qt-now/open")
    refused = desk.post("/desk/rounds/qt-now/open", {"confirm": "y"})
    assert refused.status_code == 409
    admin = person("administrator")
    assert admin.post("/desk/rounds/qt-now/open").status_code == 409
    assert admin.post("/desk/rounds/qt-now/open", {"confirm": "y"}).status_code == 303
    with stored() as session:
        assert rounds.find_round(session, "qt-now").state == "open"


def test_a_round_is_copied_with_another_code_and_period(person, a_round, stored):
    a_round(opened=True)
    desk = person("fieldwork")
    wanted = {"code": "qt-now", "opens": "2031-01-01", "closes": "2030-01-01"}
    refused = desk.post("/desk/rounds/qt-now/copy", wanted)
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert 'id="code-error"' in page and 'id="closes-error"' in page
    wanted = {"code": "qt-2031", "opens": "2031-01-01", "closes": "2031-03-31"}
    assert desk.post("/desk/rounds/qt-now/copy", wanted).location == "/desk/rounds/qt-2031"
    with stored() as session:
        assert rounds.find_round(session, "qt-2031").state == "draft"


def test_a_round_is_closed_after_a_question(person, a_round, stored):
    a_round(opened=True)
    desk = person("fieldwork")
    assert "không thể mở lại" in desk.text("/desk/rounds/qt-now/close")
    assert desk.post("/desk/rounds/qt-now/close").status_code == 303
    with stored() as session:
        assert rounds.find_round(session, "qt-now").state == "closed"
    assert "Đã đóng" in desk.text("/desk/rounds/qt-now")
    assert desk.client.post("/desk/rounds/qt-now/close").status_code == 400  # no token


def test_today_shows_the_counts_of_each_counter_or_says_that_there_are_none(person, a_round, app):
    a_round(opened=True)
    desk = person("auditor", "18880")
    assert "chưa ghi nhận" in desk.text("/desk/rounds/qt-now/progress")
    with app.extensions["sipas.database"].write() as session:
        counter = counter_by_code(session, "dong-hoi-1")
        session.add(
            Traffic(
                round="qt-now",
                counter_id=counter.id,
                day=local_day(clock()),
                hour=8,
                offered=1234,
                started=7,
                finished=6,
                served=30,
            )
        )
    page = desk.text("/desk/rounds/qt-now/progress")
    assert "1.234" in page and "dong-hoi-1" in page
    assert "Tự dừng" not in page  # no device told
    with app.extensions["sipas.database"].write() as session:
        session.query(Traffic).update({"timed_out": 5, "given_up": 3})
    page = desk.text("/desk/rounds/qt-now/progress")
    assert "Tự dừng" in page and "Không ai trả lời tiếp" in page


def test_a_round_says_how_many_answers_without_a_ticket_it_expects(person, areas, stored):
    desk = person("fieldwork", "18880")
    nought = desk.post("/desk/rounds/new", {**ASKED, "open_budget": "0"})
    assert nought.status_code == 422
    assert 'id="open_budget-error"' in nought.get_data(as_text=True)
    assert desk.post("/desk/rounds/new", {**ASKED, "open_budget": "40"}).status_code == 303
    assert "nhiều nhất 40" in desk.text("/desk/rounds/qt-now")
    assert 'value="40"' in desk.text("/desk/rounds/qt-now/edit")
    copied = {"code": "qt-next", "opens": ASKED["opens"], "closes": ASKED["closes"]}
    assert desk.post("/desk/rounds/qt-now/copy", copied).status_code == 303
    with stored() as session:
        assert rounds.find_round(session, "qt-next").open_budget == 40


def test_an_empty_list_says_what_to_do(person):
    assert "Chưa có đợt khảo sát nào" in person("fieldwork").text("/desk/rounds")


def test_the_list_is_narrowed_by_state_sample_and_year(person, a_round):
    a_round(opened=True)
    a_round(code="sipas-x", sample="probability", modes=("post",))
    desk = person("analyst")
    assert "sipas-x" in desk.text("/desk/rounds") and "qt-now" in desk.text("/desk/rounds")
    assert "sipas-x" not in desk.text("/desk/rounds?state=open")
    assert "qt-now" not in desk.text("/desk/rounds?sample=probability")
    assert "qt-now" not in desk.text("/desk/rounds?year=1999")
    assert "govuk-error-message" not in desk.text("/desk/rounds")
    nonsense = desk.text("/desk/rounds?state=nonsense&year=x")
    assert "qt-now" in nonsense and "govuk-error-message" in nonsense


def test_people_see_the_rounds_of_their_areas_only(person, a_round):
    a_round(code="qt-all", opened=True)
    a_round(code="qt-vl", places=at("centre:vinh-linh"))
    officer = person("auditor", "18880")
    page = officer.text("/desk/rounds")
    assert "qt-all" in page and "qt-vl" not in page
    assert officer.get("/desk/rounds/qt-vl").status_code == 404
    seen = officer.text("/desk/rounds/qt-all")
    assert "dong-hoi-1" in seen and "vinh-linh-1" not in seen
    assert officer.get("/desk/rounds/qt-all/posters/vinh-linh-1.pdf").status_code == 404


def test_a_commune_sets_up_rounds_inside_its_own_area_only(person, a_round, stored):
    desk = person("fieldwork", "18880")
    outside = desk.post("/desk/rounds/new", {**ASKED, "places": "centre:vinh-linh"})
    assert outside.status_code == 422
    assert 'id="places-error"' in outside.get_data(as_text=True)
    assert desk.post("/desk/rounds/new", ASKED).status_code == 303
    a_round(code="qt-all")
    assert desk.get("/desk/rounds/qt-all/edit").status_code == 404
    assert desk.get("/desk/rounds/qt-now/edit").status_code == 200
    assert "/desk/rounds/qt-all/edit" not in desk.text("/desk/rounds/qt-all")
    with stored() as session:
        assert [r.code for r in rounds.list_rounds(session)] == ["qt-all", "qt-now"]


def test_who_may_only_look_cannot_change(person, a_round):
    a_round()
    analyst = person("analyst")
    assert "/desk/rounds/new" not in analyst.text("/desk/rounds")
    for path in ("new", "qt-now/edit", "qt-now/copy", "qt-now/open", "qt-now/close"):
        assert analyst.get(f"/desk/rounds/{path}").status_code == 403


def test_an_unknown_round_is_its_own_page(person):
    desk = person("administrator")
    assert "/desk/" in desk.text("/desk/rounds/nowhere", 404)
    assert desk.get("/desk/rounds/nowhere/edit").status_code == 404
