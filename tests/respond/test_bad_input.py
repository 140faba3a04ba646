"""Whatever goes wrong has its own page, says what to do, and loses nothing that was typed."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from questionnaires import load
from survey.calendar import ZONE
from survey.fieldwork.rounds import close
from survey.respond import views
from survey.respond.comments import LONGEST
from survey.respond.tables import Intake, KeptForReview, PendingComment
from survey.units.places import new_code
from survey.units.tables import Counter
from tests.fieldwork.places import JULY
from tests.respond.citizen import ROUND, prepared


def typed(page, *names):
    return [page.typed[name] for name in names]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/r/khong-co", 404, "Không có cuộc khảo sát này"),
        ("/c/NOSUCH23", 404, "Không có mã này"),
        ("/c/%F0%9F%98%80", 404, "Không có mã này"),
        ("/khong-co", 404, "Không có trang này"),
    ],
)
def test_an_unknown_address_says_so(citizen, path, status, words):
    assert citizen.open(path).status_code == status
    assert words in citizen.text


def test_a_round_that_has_not_begun(citizen, at):
    at.now = datetime(2026, 6, 30, 23, 59, tzinfo=ZONE)
    assert citizen.open(f"/r/{ROUND}").status_code == 409
    assert "chưa bắt đầu" in citizen.text


def test_a_round_that_is_over(citizen, poster, at):
    at.now = datetime(2026, 10, 1, 0, 1, tzinfo=ZONE)
    for path in (f"/r/{ROUND}", poster):
        assert citizen.open(path).status_code == 410
        assert "đã kết thúc" in citizen.text


def test_a_stale_code_says_that_there_is_a_new_one(app, citizen, poster):
    with app.extensions["sipas.database"].write() as session:
        counter = session.query(Counter).filter_by(code="dong-hoi-1").one()
        fresh = new_code(session, counter.id, now=JULY).code
    assert citizen.open(poster).status_code == 410
    assert "Quầy đã có mã mới" in citizen.text
    assert citizen.open(f"/c/{fresh}").status_code == 200


def test_a_form_goes_on_when_the_code_changes_meanwhile(app, citizen, poster, stored):
    citizen.reach_comment(poster)
    with app.extensions["sipas.database"].write() as session:
        counter = session.query(Counter).filter_by(code="dong-hoi-1").one()
        new_code(session, counter.id, now=JULY)
    assert citizen.press().status_code == 303
    assert stored(Intake)[0]["counter_id"] is not None


def test_a_compulsory_answer_left_out_is_named_and_the_others_stay(citizen, poster):
    citizen.open(poster)
    citizen.press()
    assert citizen.press(q1="4", q2="5").status_code == 422
    assert "<title>Lỗi: " in citizen.text
    assert "Hãy chọn một mức cho câu 3: Công chức tuân thủ" in citizen.text
    assert 'href="#q3"' in citizen.text
    assert 'id="q3"' in citizen.text
    assert typed(citizen.page, "q1", "q2") == ["4", "5"]


def test_an_answer_outside_the_scale_is_named_and_never_stored(citizen, poster, stored):
    citizen.open(poster)
    citizen.press()
    assert citizen.press(q1="4", q2="5", q3="6").status_code == 422
    assert "“6” không phải là câu trả lời của phiếu" in citizen.text
    citizen.reach_comment(poster)
    assert citizen.press(q2="9").status_code == 422
    assert list(citizen.page.offered) == ["q1", "q2", "q3"]
    assert stored(Intake) == []


def test_the_last_page_alone_sends_nobody_past_the_questions(citizen, poster, stored):
    citizen.open(poster)
    body = citizen.filled()
    body["form-step"] = "5"
    assert citizen.send(body).status_code == 422
    assert "Hãy chọn một mức cho câu 1" in citizen.text
    assert stored(Intake) == []


def test_a_comment_too_long_stays_and_is_told_by_how_much(citizen, poster, stored):
    citizen.reach_comment(poster)
    assert citizen.press(comment="ạ" * (LONGEST + 123)).status_code == 422
    assert "dài quá 123 chữ cái" in citizen.text
    assert "ạ" * (LONGEST + 123) in citizen.text
    assert citizen.press(comment="ạ" * LONGEST).status_code == 303
    assert len(stored(PendingComment)[0]["text"]) == LONGEST


def test_a_comment_is_kept_in_one_normal_form(citizen, poster, stored):
    citizen.reach_comment(poster)
    citizen.press(comment="  Tha\u0301i đo\u0323\u0302\x00 to\u0302\u0301t  ")
    assert stored(PendingComment)[0]["text"] == "Thái độ tốt"


def test_a_body_too_large_is_its_own_page(citizen, poster):
    citizen.reach_comment(poster)
    assert citizen.press(comment="a" * 3_000_000).status_code == 413
    assert "Nội dung gửi quá lớn" in citizen.text


def test_a_form_from_another_site_is_refused(citizen, poster):
    citizen.open(poster)
    answer = citizen.client.post(
        poster, data=citizen.filled(), headers={"Origin": "https://elsewhere.example"}
    )
    assert answer.status_code == 403
    own = citizen.client.post(poster, data=citizen.filled(), headers={"Origin": "http://localhost"})
    assert own.status_code == 200


def test_a_form_open_for_two_days_is_sent_by_one_more_press_under_the_same_id(
    citizen, poster, at, stored
):
    citizen.reach_comment(poster, q1="2")
    first = citizen.page.typed["form-id"]
    at.now = JULY + timedelta(days=2)
    assert citizen.press(comment="Vẫn còn đây").status_code == 409
    assert "mở quá một ngày" in citizen.text
    assert typed(citizen.page, "form-id", "q1", "form-comment") == [first, "2", "\r\nVẫn còn đây"]
    assert stored(Intake) == []
    assert citizen.press().status_code == 303
    [kept] = stored(Intake)
    assert (str(kept["id"]), kept["answers"]["q1"]) == (first, 2)


def test_a_stamp_that_was_tampered_with_is_made_anew_and_the_id_stays(citizen, poster, stored):
    citizen.reach_comment(poster)
    first = citizen.page.typed["form-id"]
    assert citizen.press(opened="altered").status_code == 409
    assert citizen.press().status_code == 303
    assert str(stored(Intake)[0]["id"]) == first


def closed_at(app, moment):
    with app.extensions["sipas.database"].write() as session:
        close(session, ROUND, by="command", now=moment)


def test_a_round_closed_while_the_form_was_open_still_takes_it_that_day(
    app, citizen, poster, at, stored
):
    citizen.reach_comment(poster)
    closed_at(app, JULY + timedelta(minutes=5))
    at.now = JULY + timedelta(minutes=10)
    assert citizen.press().status_code == 303
    assert len(stored(Intake)) == 1
    assert stored(KeptForReview) == []


def test_the_last_day_lasts_an_hour_past_midnight_for_an_open_form(citizen, poster, at, stored):
    at.now = datetime(2026, 9, 30, 23, 50, tzinfo=ZONE)
    citizen.reach_comment(poster)
    at.now = datetime(2026, 10, 1, 0, 20, tzinfo=ZONE)
    assert citizen.press().status_code == 303
    assert len(stored(Intake)) == 1


def test_a_day_later_the_round_is_over_and_the_answers_are_shown(app, citizen, poster, at, stored):
    citizen.reach_comment(poster, q3="2")
    closed_at(app, JULY + timedelta(minutes=5))
    at.now = JULY + timedelta(days=1)
    assert citizen.press(comment="Mong được xem lại").status_code == 410
    for words in ("đã kết thúc", "Không hài lòng", "Mong được xem lại"):
        assert words in citizen.text
    assert stored(Intake, PendingComment) == []


def test_a_database_out_of_reach_gives_a_page_that_sends_everything_again(
    citizen, poster, monkeypatch, stored
):
    citizen.reach_comment(poster, q1="3")

    def gone():
        raise OperationalError("SELECT 1", {}, ConnectionError("connection refused"))

    with monkeypatch.context() as patch:
        patch.setattr(views, "reading", gone)
        assert citizen.press(comment="Xin góp ý").status_code == 503
    assert "chưa sẵn sàng" in citizen.text
    assert typed(citizen.page, "q1", "form-comment") == ["3", "Xin góp ý"]
    assert citizen.send(citizen.page.typed).status_code == 303
    assert stored(Intake)[0]["answers"]["q1"] == 3
    assert stored(PendingComment)[0]["text"] == "Xin góp ý"


def test_a_round_that_is_not_answered_on_the_internet_says_so(app, client, at):
    code = prepared(app.extensions["sipas.database"], modes=("post", "call"))
    for path in (f"/r/{ROUND}", f"/c/{code}"):
        answer = client.get(path)
        assert answer.status_code == 409
        assert "không trả lời qua mạng" in answer.get_data(as_text=True)
    assert f"/r/{ROUND}" not in client.get("/").get_data(as_text=True)


NAMES = st.sampled_from(
    ["form-id", "form-opened", "form-step", "form-go", "form-lang", "form-turn", "form-comment",
     "form-field", "q1", "q2", "q9", "q10", "sex", "age", "data"]
)  # fmt: skip
VALUES = st.sampled_from(["next", "back", "vi", "en", "0", "1", "5", "6", "-1", "99999", "²", "٣"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.tuples(NAMES, VALUES | st.text(max_size=12)), max_size=12), st.booleans())
def test_whatever_a_page_sends_is_answered_and_only_codes_are_stored(
    citizen, poster, stored, changes, complete
):
    if complete:
        citizen.reach_comment(poster)
    else:
        citizen.open(poster)
    body = citizen.filled()
    for name, value in changes:
        body[name] = value
    answer = citizen.client.post(poster, data=body)
    assert answer.status_code in (200, 303, 409, 422)
    form = load("one-stop-ward@1")
    for row in stored(Intake):
        assert all(code in form.by_id[item].codes for item, code in row["answers"].items())
    assert stored(KeptForReview) == []
