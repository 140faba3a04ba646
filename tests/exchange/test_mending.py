"""What the linter would refuse in a form from elsewhere is changed as little as can be."""

import copy

import pytest

from questionnaires.lint import ERROR, lint
from questionnaires.written import as_toml
from survey.exchange.mend import mend


def words(text):
    return {"vi": text, "en": text}


def options(*texts):
    return [{"code": code, "text": words(text)} for code, text in enumerate(texts, 1)]


FORM = {
    "form": "mended", "version": 1, "languages": ["vi", "en"], "paging": "screens",
    "status": "draft", "source": "Written for this test", "notice": "2026-01",
    "title": words("Title"),
    "screens": [
        {"id": "first", "title": words("First"), "questions": [
            {"id": "q1", "kind": "single", "text": words("Which?"), "options": options("A", "B")},
            {"id": "age", "kind": "number", "text": words("How many?")},
        ]},
        {"id": "second", "title": words("Second"), "questions": [
            {"id": "q2", "kind": "yesno", "text": words("So?")},
        ]},
    ],
}  # fmt: skip


class Told(list):
    def dropped(self, question, why, **values):
        self.append((question, "question", why % values))

    def changed(self, question, what, why, **values):
        self.append((question, what, why % values))


@pytest.fixture
def form():
    return copy.deepcopy(FORM)


def mended(form):
    told = Told()
    mend(form, told)
    found = lint(as_toml(form), "a.toml")
    assert [str(one) for one in found if one.severity == ERROR] == []
    return told


def test_a_sound_form_is_left_as_it_is(form):
    assert mended(form) == [] and form == FORM


@pytest.mark.parametrize("condition", ["q1 == 7", "q1 == 1 and q1 == 2", "age < 5 and age > 9"])
def test_a_condition_that_never_holds_is_left_out(form, condition):
    form["screens"][1]["questions"][0]["show_when"] = condition
    [(question, what, _)] = mended(form)
    assert (question, what) == ("q2", "show_when")
    assert "show_when" not in form["screens"][1]["questions"][0]


def test_what_asks_for_a_person_goes_with_all_that_speaks_of_it(form):
    form["screens"][0]["questions"][1]["text"] = words("Số điện thoại")
    form["screens"][1] |= {"show_when": "age > 3", "title": words("{age} times")}
    form["screens"][1]["questions"][0]["show_when"] = "answered(age)"
    told = mended(form)
    assert {(question, what) for question, what, _ in told} >= {
        ("age", "question"), ("q2", "show_when"),
    }  # fmt: skip
    assert [q["id"] for q in form["screens"][0]["questions"]] == ["q1"]
    assert "show_when" not in form["screens"][1]
    assert form["screens"][1]["title"] == words("… times")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("thời\u200b gian", "thời gian"),
        ("Ðiểm", "Điểm"),
        ("Вопрос １", "Vopros 1"),
        ("Xin chờ ????", "Xin chờ …"),
        ("a" * 4100, "a" * 3999 + "…"),
    ],
)
def test_letters_that_do_not_belong_are_replaced(form, text, left):
    form["screens"][0]["questions"][0]["text"] = words(text)
    told = mended(form)
    assert form["screens"][0]["questions"][0]["text"] == words(left)
    assert {(question, what) for question, what, _ in told} == {("q1", "wording")}


def test_options_with_the_same_words_are_numbered(form):
    form["screens"][0]["questions"][0]["options"] = options("A", "A")
    mended(form)
    texts = [one["text"] for one in form["screens"][0]["questions"][0]["options"]]
    assert texts == [words("A"), words("A (2)")]


def test_a_check_that_nothing_fulfils_is_left_out(form):
    check = {"holds": "age > 9 and age < 3", "message": words("No")}
    form["screens"][0]["questions"][1]["check"] = [check]
    [(question, what, _)] = mended(form)
    assert (question, what) == ("age", "check")
