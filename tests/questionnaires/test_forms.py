"""The shipped forms are what the decisions and the ward forms ask, whole and in both languages."""

import unicodedata

import pytest

import questionnaires
from questionnaires import Questionnaire

NAMES = ("one-stop-ward@1", "sipas-1001-ward-2026@1", "sipas-2022@1", "sipas-2640@1")
FACTORS = {  # rated items of each innermost factor, in order
    "one-stop-ward@1": (3, 2, 4),
    "sipas-2640@1": (4, 5, 6, 3, 4),
    "sipas-2022@1": (2, 2, 8, 2, 4, 4, 5, 3, 3),
    "sipas-1001-ward-2026@1": (2, 2, 9, 10, 3, 4, 3, 3, 3),
}


@pytest.fixture(params=NAMES)
def form(request: pytest.FixtureRequest) -> Questionnaire:
    return questionnaires.load(request.param)


def all_words(form: Questionnaire):
    yield form.title
    yield from filter(None, (form.introduction, form.remark))
    for screen in form.screens:
        yield screen.title
        yield from filter(None, [screen.introduction])
        for question in screen.questions:
            yield question.text
            yield from filter(None, [question.hint])
            yield from (option.text for option in question.options)
            yield from (row.text for row in question.rows)
            yield from (item.label for item in question.items)
    yield from (inner.label for factor in form.factors for inner in factor.walk())


def test_four_forms_are_shipped():
    assert tuple(questionnaires.shipped()) == NAMES


def test_each_form_has_the_name_of_its_file_and_a_notice(form):
    assert questionnaires.shipped()[form.name].stem == form.name
    assert form.notice in questionnaires.notices()


def test_each_form_rates_what_its_decision_counts(form):
    rated = {"one-stop-ward@1": 9, "sipas-2640@1": 22, "sipas-2022@1": 33}
    assert len(form.rated) == rated.get(form.name, 39)
    assert tuple(len(leaf.items) for leaf in form.leaves) == FACTORS[form.name]


def test_every_rated_item_is_compulsory_and_in_one_factor(form):
    assert all(item.required and item.factor for item in form.rated)
    in_factors = [item for leaf in form.leaves for item in leaf.items]
    assert sorted(in_factors) == sorted(item.id for item in form.rated)


def test_every_wording_is_there_in_vietnamese_and_english_in_composed_letters(form):
    for words in all_words(form):
        assert set(words) == {"vi", "en"}
        for text in words.values():
            assert text.strip() and unicodedata.is_normalized("NFC", text)


def test_nobody_must_tell_who_they_are(form):
    about = [item for item in form.items if item.data_class != "none"]
    assert {"sex", "age", "education"} <= {item.id for item in about}
    assert not any(item.required for item in about)


def test_the_ethnic_group_is_sensitive():
    for name in ("sipas-2022@1", "sipas-1001-ward-2026@1"):
        assert questionnaires.load(name).by_id["ethnicity"].data_class == "sensitive"


def test_no_form_pretends_to_have_been_compared_with_its_decision(form):
    assert form.status == "draft"
    assert not form.wording_compared
    assert all(item.source for item in form.items)


def test_the_short_counter_form_shows_five_first_and_one_factor_a_screen():
    form = questionnaires.load("one-stop-ward@1")
    assert form.by_id["q1"].codes == (5, 4, 3, 2, 1)
    screens = [tuple(item.id for q in s.questions for item in q.items) for s in form.screens]
    assert screens[:3] == [leaf.items for leaf in form.leaves]
    assert {item.mark for item in form.items} == {"copied"}


def test_the_form_of_2022_keeps_what_was_printed():
    form = questionnaires.load("sipas-2022@1")
    ages = [option.text["vi"] for option in form.by_id["age"].options]
    assert ages[:2] == ["18 - 25 tuổi", "25 - 34 tuổi"]
    tenth = [item.id for item in form.items if item.question_id == "c10"]
    assert tenth == [f"c10_{n}" for n in (1, 2, 3, 4, 5, 6, 7, 9, 10)]
    assert form.by_id["c10_1"].codes == (3, 2, 1)
    assert form.by_id["c9_21"].label["vi"] == "Mức phí/lệ phí người dân phải nộp là đúng quy định."


def test_the_marks_of_the_22_criteria_say_how_each_wording_is_known():
    marks = [item.mark for item in questionnaires.load("sipas-2640@1").rated]
    counted = {mark: marks.count(mark) for mark in ("copied", "shortened", "idea", "recalled")}
    assert counted == {"copied": 7, "shortened": 4, "idea": 4, "recalled": 7}


def test_a_question_with_many_answers_is_one_item_an_option():
    form = questionnaires.load("sipas-1001-ward-2026@1")
    channels = [item for item in form.items if item.question_id == "c2"]
    assert [item.id for item in channels] == [f"c2_{n}" for n in range(1, 8)]
    assert {item.codes for item in channels} == {(1, 2)}


def test_every_rated_item_measures_exactly_one_indicator():
    measured = [(m.form, m.item) for one in questionnaires.indicators() for m in one.items]
    rated = [(name, item.id) for name in NAMES for item in questionnaires.load(name).rated]
    assert sorted(measured) == sorted(rated)


def test_the_fee_is_one_indicator_in_three_wordings():
    named = {one.id: one for one in questionnaires.indicators()}
    fee = named["SIPAS.service.procedure.fee"]
    assert [(m.form, m.item, m.grade) for m in fee.items] == [
        ("sipas-2022@1", "c9_21", "same"),
        ("sipas-1001-ward-2026@1", "c9_29", "reworded"),
        ("sipas-2640@1", "q8", "reworded"),
    ]
    assert fee.in_form("one-stop-ward@1") is None


def test_the_notice_names_who_asks_and_whom_to_ask():
    notice = questionnaires.notice("2026-01").filled(
        organiser="UBND xã Đakrông", contact="0233 000 000"
    )
    texts = [notice.summary, *(section.text for section in notice.sections)]
    for language in ("vi", "en"):
        whole = " ".join(words[language] for words in texts)
        assert "UBND xã Đakrông" in whole and "0233 000 000" in whole and "90" in whole
        assert "{" not in whole


def test_an_unknown_notice_is_refused_by_name():
    with pytest.raises(questionnaires.QuestionnaireError, match="no such notice.*2026-01"):
        questionnaires.notice("1999-01")
