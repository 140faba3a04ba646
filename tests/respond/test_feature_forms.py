"""Each feature of a form has a small form of its own, which is asked and answered here."""

import html
import re
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import questionnaires
from questionnaires.conditions import route
from questionnaires.model import as_integer
from questionnaires.today import on
from survey.calendar import local_day
from survey.respond.submission import SubmissionFault, check_answers
from survey.respond.tables import Intake, PendingComment
from tests.fieldwork.places import JULY
from tests.questionnaires.at_hand import EVERY, LANGUAGES
from tests.respond.citizen import Citizen
from tests.respond.robot import Robot, ask

TODAY = local_day(JULY)


@pytest.fixture
def asked(app, poster):
    """Asks one form; gives the form, as of that day, and its address."""

    def open_(name: str):
        form = questionnaires.load(EVERY[name])
        return on(form, TODAY), ask(app.extensions["sipas.database"], form)

    return open_


@pytest.mark.parametrize("name", EVERY)
def test_each_form_takes_what_it_asks_for_and_nothing_else(app, asked, stored, name):
    """In both languages: whatever no question takes is told on the page; what is kept in the end
    are the answers given."""
    form, path = asked(name)
    given = []
    for language in LANGUAGES:
        for seed in range(3):
            robot = Robot(app, form, language, Random(seed))
            first, *_ = robot.play(path, wrong=seed == 0)
            assert form.screens[0].title[language] in html.unescape(first)
            assert [tried for tried in robot.refused if tried[2:] != (422, True)] == []
            given.append((language, sorted(robot.answers.items())))
    kept = [(row["language"], sorted(row["answers"].items())) for row in stored(Intake)]
    assert sorted(kept) == sorted(given)


LOADED = [on(questionnaires.load(path), TODAY) for path in EVERY.values()]
VALUES = st.sampled_from([0, 1, 2, 3, 9, 19363, 20260710, 20260231, 2**31 - 1])


@settings(max_examples=300)
@given(st.data())
def test_a_device_may_send_anything_and_only_what_the_form_leads_to_is_taken(data):
    form = data.draw(st.sampled_from(LOADED))
    items = st.sampled_from([item.id for item in form.items] or ["none"])
    answers = data.draw(st.dictionaries(items, VALUES, max_size=6))
    try:
        check_answers(form, answers)
    except SubmissionFault as fault:
        assert str(fault).startswith("answers.")
        return
    given_ = {name: value for name, value in answers.items() if form.by_id[name].takes(value)}
    assert route(form, answers).answers == given_


def test_a_device_is_told_what_is_not_asked_and_what_does_not_hold():
    by_name = {form.form: form for form in LOADED}
    for name, answers, why in (
        ("show-screen", {"paid": 2, "fee": 5, "clear": 1}, "answers.fee: is not asked after"),
        ("show-screen", {"paid": 1, "clear": 1}, "answers.fee: is compulsory"),
        ("number", {"visits": 61}, "answers.visits: 61 is not a number from 0 to 60"),
        ("date", {"visited": 20260231}, "is not a day such as 20260731"),
        ("show-option", {"online": 2, "way": 3}, "answers.way: is not asked after"),
        (
            "check",
            {"sent": 20260705, "promised": 20260704, "trips": 1},
            "answers.promised: promised >= sent does not hold",
        ),
    ):
        with pytest.raises(SubmissionFault, match=re.escape(why)):
            check_answers(by_name[name], answers)


def at_first(app, path: str, language: str = "en") -> Citizen:
    citizen = Citizen(app)
    citizen.open(f"{path}?lang={language}")
    citizen.press()
    return citizen


def test_without_script_a_page_comes_back_with_the_question_its_answers_led_to(app, asked, stored):
    _, path = asked("show_question")
    citizen = at_first(app, path)
    assert citizen.text.count(" hidden>") == 2
    assert citizen.press(online="1").status_code == 200
    assert "led to a further question" in citizen.text and citizen.text.count(" hidden>") == 1
    assert citizen.press().status_code == 422  # it was to be seen, and is compulsory
    citizen.press(helped="1")
    assert citizen.press(times="2").status_code == 200
    assert citizen.page.typed["form-step"] == "3"  # nothing of the second page is asked
    citizen.press()
    assert [row["answers"] for row in stored(Intake)] == [{"online": 1, "helped": 1, "times": 2}]


def test_an_answer_to_what_is_no_longer_asked_is_dropped(app, asked, stored):
    _, path = asked("show_screen")
    citizen = at_first(app, path)
    citizen.press(paid="1")
    citizen.press(fee="5000")
    citizen.press("back")
    citizen.press("back")
    citizen.press(paid="2")
    assert citizen.page.typed["form-step"] == "3" and citizen.page.typed["fee"] == "5000"
    citizen.press(clear="1")
    citizen.press()
    assert [row["answers"] for row in stored(Intake)] == [{"paid": 2, "clear": 1}]


def test_an_option_is_offered_only_after_the_answer_that_it_needs(app, asked):
    _, path = asked("show_option")
    for online, offered in (("1", ["1", "2", "3"]), ("2", ["1", "2"])):
        citizen = at_first(app, path)
        citizen.press(online=online)
        assert citizen.page.offered["way"] == citizen.page.offered["trouble"] == offered


def test_a_check_that_does_not_hold_says_its_message(app, asked):
    _, path = asked("check")
    sent = {"sent-d": "5", "sent-m": "7", "sent-y": "2026", "trips": "0"}
    promised = {"promised-d": "4", "promised-m": "7", "promised-y": "2026"}
    citizen = at_first(app, path)
    assert citizen.press(**sent, **promised, wants=["1", "2", "3"]).status_code == 422
    for said in ("cannot be before the day", "at least once", "at most two"):
        assert citizen.text.count(said) == (3 if "two" in said else 2)
    assert (
        citizen.press(**{**promised, "promised-d": "9"}, trips="1", wants=["1"]).status_code == 200
    )


def test_earlier_answers_are_repeated_in_the_language_of_the_page(app, asked):
    _, path = asked("piping")
    given = {
        "service": "1",
        "visits": "1000",
        "visited-d": "5",
        "visited-m": "7",
        "visited-y": "2026",
    }
    citizen = at_first(app, path, "vi")
    citizen.press(**given, ways=["1", "2"])
    assert "Về khai sinh</h1>" in citizen.text
    assert "Ông/Bà biết tin qua báo chí, loa phường." in citizen.text
    assert "Việc khai sinh có dễ không?" in citizen.text
    assert "1.000 lần, lần cuối ngày 05/7/2026" in citizen.text
    citizen.press("en")
    assert "Was a birth registration easy?" in citizen.text
    assert "1,000 visits, the last on 5 July 2026" in citizen.text


def test_words_go_the_way_of_a_comment_and_never_into_the_response(app, asked, stored):
    _, path = asked("other")
    citizen = at_first(app, path)
    words = {"why-other": "Xin giấy phép", "need-other": "Ổ cắm điện"}
    citizen.press(why="2", need=["1"], **words)
    citizen.press(comment="Cảm ơn")
    assert citizen.send(citizen.filled()).status_code in (200, 303)
    [row] = stored(Intake)
    assert row["answers"] == {"why": 2, "need_1": 1, "need_2": 2, "need_3": 2}
    kept = {(one["question"], one["text"]) for one in stored(PendingComment)}
    assert kept == {("why", "Xin giấy phép"), (None, "Cảm ơn")}  # need: 3 was not chosen
    assert len({one["id"] for one in stored(PendingComment)}) == 2


def test_nothing_visited_is_an_answer_of_its_own(app, asked, stored):
    _, path = asked("number")
    citizen = at_first(app, path)
    assert citizen.press(visits="").status_code == 422
    for wrong in ("-1", "61", "1.5", "１"):
        assert citizen.press(visits=wrong).status_code == 422
    assert citizen.press(visits=" 0 ").status_code == 200
    citizen.press()
    assert [row["answers"] for row in stored(Intake)] == [{"visits": 0}]


def test_a_commune_is_picked_among_those_of_the_province(app, asked, stored):
    _, path = asked("place")
    citizen = at_first(app, path)
    assert citizen.page.offered["home"] == ["", "18880", "19363"]
    assert citizen.press(home="1").status_code == 422
    citizen.press(home="19363")
    citizen.press()
    assert [row["answers"] for row in stored(Intake)] == [{"home": 19363}]


def day(name: str, value: date) -> dict[str, str]:
    return {
        f"{name}-d": str(value.day),
        f"{name}-m": str(value.month),
        f"{name}-y": str(value.year),
    }


def test_a_day_bounded_by_today_follows_the_day_of_answering(app, asked, stored, at):
    _, path = asked("date_today")
    citizen = at_first(app, path)
    july, next_day = TODAY, TODAY + timedelta(days=1)
    assert citizen.press(**day("received", next_day)).status_code == 422
    assert f"from 1 January 2020 to {july.day} {july:%B %Y}" in citizen.text
    assert citizen.press(**day("received", july), **day("appointed", july)).status_code == 200
    citizen.press("back")
    at.now = JULY + timedelta(days=1)
    assert citizen.press(**day("received", next_day)).status_code == 422  # the appointment is over
    assert citizen.press(**day("appointed", next_day)).status_code == 200
    citizen.press()
    [row] = stored(Intake)
    assert row["answers"] == {"received": as_integer(next_day), "appointed": as_integer(next_day)}
