"""A citizen answers without scripts: from the poster to the thanks, and back, and in English."""

import pytest
from flask import Flask

from survey.respond.tables import Intake, PendingComment, Receipt, Traffic
from survey.site import set_site_value
from survey.tables import METADATA
from tests.respond.citizen import ROUND, Citizen


def contents(app: Flask) -> dict[str, list]:
    """Every row of every table."""
    with app.extensions["sipas.database"].read() as session:
        return {
            t.name: sorted(map(repr, session.execute(t.select()))) for t in METADATA.sorted_tables
        }


def test_twelve_answers_and_a_comment_are_stored_and_thanked(citizen, poster, stored):
    citizen.reach_comment(poster, q3="2", sex="1", age="0")
    done = citizen.press(comment="Cán bộ nhiệt tình.\r\nXin cảm ơn.")
    assert done.status_code == 303
    thanks = citizen.open(done.headers["Location"])
    assert thanks.status_code == 200
    assert "Xin cảm ơn Ông/Bà" in citizen.text
    [kept] = stored(Intake)
    assert kept["answers"] == {**{f"q{n}": 5 for n in range(1, 10)}, "q3": 2, "sex": 1}
    assert (kept["mode"], kept["language"], kept["field"]) == ("mobile", "vi", "ho-tich")
    [comment] = stored(PendingComment)
    assert comment["text"] == "Cán bộ nhiệt tình.\nXin cảm ơn."
    assert comment["month"].isoformat() == "2026-07-01"
    assert comment["id"] not in {kept["id"], *(row["id"] for row in stored(Receipt))}


def test_the_privacy_notice_comes_first_and_names_who_asks(app, citizen, poster):
    with app.extensions["sipas.database"].write() as session:
        set_site_value(session, "organiser", "Sở Nội vụ tỉnh Quảng Trị")
        set_site_value(session, "contact", "0233 385 0000")
    citizen.open(poster)
    for words in ("Sở Nội vụ tỉnh Quảng Trị xin hỏi", "tự nguyện", "0233 385 0000", "90 ngày"):
        assert words in citizen.text
    assert "văn bản chưa đối chiếu" in citizen.text
    assert citizen.page.offered == {}


def test_one_factor_a_screen_with_its_place_in_the_whole(citizen, poster):
    citizen.open(poster)
    citizen.press()
    assert list(citizen.page.offered) == ["q1", "q2", "q3"]
    assert "Phần 1/5" in citizen.text
    citizen.press(q1="1", q2="2", q3="3")
    assert list(citizen.page.offered) == ["q4", "q5"]


def test_going_back_loses_nothing_not_even_what_is_unfinished(citizen, poster):
    citizen.open(poster)
    citizen.press()
    citizen.press(q1="1", q2="2", q3="3")
    citizen.press("back", q4="4")
    assert [citizen.page.typed[q] for q in ("q1", "q2", "q3", "q4")] == ["1", "2", "3", "4"]
    citizen.press()
    assert citizen.page.typed["q4"] == "4"
    assert "q5" not in citizen.page.typed


def test_changing_the_language_midway_keeps_the_answers_and_lasts(citizen, poster, stored):
    citizen.open(poster)
    citizen.press()
    citizen.press("en", q1="1")
    assert "The civil servants were polite" in citizen.text
    assert citizen.page.typed["q1"] == "1"
    citizen.press(q2="2", q3="3")
    assert "How satisfied are you" in citizen.text
    citizen.press(q4="4", q5="5")
    citizen.press(q6="5", q7="5", q8="5", q9="5")
    citizen.press()
    done = citizen.press()
    assert stored(Intake)[0]["language"] == "en"
    citizen.open(done.headers["Location"])
    assert "Thank you for answering" in citizen.text


def test_english_from_the_first_page(app, poster, stored):
    citizen = Citizen(app)
    citizen.reach_comment(poster + "?lang=en")
    assert "Anything else?" in citizen.text
    citizen.press()
    assert stored(Intake)[0]["language"] == "en"


def test_the_first_page_lists_open_surveys_or_says_that_there_are_none(app, client, at):
    assert "chưa có cuộc khảo sát nào" in client.get("/").get_data(as_text=True)


def test_the_first_page_leads_to_the_open_survey(citizen, stored):
    citizen.open("/")
    assert f'href="/r/{ROUND}"' in citizen.text
    citizen.reach_comment(f"/r/{ROUND}")
    assert citizen.press().status_code == 303
    [kept] = stored(Intake)
    assert (kept["mode"], kept["counter_id"], kept["field"]) == ("web", None, None)
    assert stored(Traffic) == []


def test_where_the_counter_does_not_tell_the_field_may_be_chosen(citizen, stored):
    citizen.open(f"/r/{ROUND}")
    citizen.press()
    assert sorted(citizen.page.offered["form-field"]) == ["", "dat-dai", "ho-tich"]
    citizen.press(field="dat-dai", q1="5", q2="5", q3="5")
    citizen.press(q4="5", q5="5")
    citizen.press(q6="5", q7="5", q8="5", q9="5")
    citizen.press()
    citizen.press()
    assert stored(Intake)[0]["field"] == "dat-dai"


def test_a_page_that_is_only_opened_writes_nothing(app, citizen, poster):
    before = contents(app)
    for path in ("/", poster, f"/r/{ROUND}", f"/r/{ROUND}/thanks", "/c/NOSUCH23", "/r/none",
                 "/healthz", "/readyz", "/metrics", "/api/v1/openapi.json"):  # fmt: skip
        citizen.open(path)
    assert contents(app) == before


def test_no_cookie_but_the_language(citizen, poster):
    citizen.open(poster)
    assert "Set-Cookie" not in citizen.answer.headers
    citizen.reach_comment(poster)
    assert "Set-Cookie" not in citizen.press().headers
    chosen = citizen.open(poster + "?lang=en").headers.getlist("Set-Cookie")
    assert [cookie.split("=")[0] for cookie in chosen] == ["lang"]


def test_pages_are_not_kept_by_the_browser_and_carry_an_id_of_their_own(citizen, poster):
    ids = set()
    for _ in range(3):
        assert citizen.open(poster).headers["Cache-Control"] == "no-store"
        ids.add(citizen.page.typed["form-id"])
    assert len(ids) == 3


def test_beginnings_and_ends_are_counted_by_the_hour(citizen, poster, stored):
    citizen.open(poster)
    citizen.press()
    citizen.reach_comment(poster)
    citizen.press()
    [hour] = stored(Traffic)
    assert (hour["started"], hour["finished"], hour["hour"]) == (2, 1, 9)


@pytest.mark.parametrize("path", ["poster", "round"])
def test_answers_never_stand_in_an_address(citizen, poster, path):
    citizen.reach_comment(poster if path == "poster" else f"/r/{ROUND}")
    done = citizen.press(comment="Xin góp ý")
    assert done.headers["Location"] == f"/r/{ROUND}/thanks?state=stored"
