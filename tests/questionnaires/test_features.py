"""Conditions, checks, piping, limits: what a form may say, and what is refused with a remedy."""

import pytest

import questionnaires
from questionnaires import QuestionnaireError
from questionnaires.conditions import broken, route
from tests.questionnaires.written import HEAD, asked, form, option, screen, words

OTHER, BOTH = "other = true", "dont_know = true\nnot_applicable = true"
CHECK = '[[screens.questions.check]]\nholds = "1 == 1"\n'
TWO = option(1) + option(2)
WITH_OTHER = option(1) + option(2, "other = true") + option(9, "dont_know = true")
HASHES = {
    "one-stop-ward@1": "2e3cc5744e60699008c05f3d7964528fe25faa02017a00f4f66a684666695b54",
    "sipas-1001-ward-2026@1": "478dad8cadf41995e8e9e186a41a3c945bc92e5f6d69b4fb0222b009cb0c6a60",
    "sipas-2022@1": "0e0afd59cccc01b509c393855cc30ec50b56218612f5d3d3fc3962c7fc768495",
    "sipas-2640@1": "2fbddccbd93225615b545238075f3e613e6db86d56df3017dabf2d3b12055a01",
}
PERSONAL = 'data_class = "personal"\nlegal_basis = "Luật 91/2025/QH15"\nretention_months = 24'
WHOLE = (
    screen(
        "zero",
        asked("q1", "single", 'alias = "Q1"', options=WITH_OTHER),
        more='alias = "Group A"',
    ),
    screen(
        "first",
        asked("c2", "multiple", options=TWO + option(3, 'show_when = "q1 == 2"\nalias = "third"')),
        asked("visits", "number", "min = 0\nmax = 50\n" + words("unit", "lần", "times")),
        asked("day", "date", 'min = 2026-01-01\nmax = 2026-12-31\nshow_when = "visits > 0"'),
        asked(
            "paid",
            "number",
            'show_when = "answered(day)"',
            '[[screens.questions.check]]\nholds = "paid >= visits"\n'
            + words("message", "Ít hơn số lần.", "Fewer than the visits."),
        ),
    ),
    screen(
        "second",
        asked("home", "place", PERSONAL),
        asked("why", "text", 'picture = "desk.png"\n' + words("picture_alt", "Quầy", "A counter")),
        asked("note", "note", 'audio.vi = "note.vi.mp3"\naudio.en = "note.en.mp3"'),
        more='show_when = "count(c2) >= 2 or 3 in c2"\n' + words("introduction", "{q1}", "{q1}"),
    ),
)  # fmt: skip


@pytest.mark.parametrize("name", HASHES)
def test_a_form_without_the_new_features_keeps_its_canonical_text(name):
    assert questionnaires.sha256(questionnaires.load(name)) == HASHES[name]


def test_a_form_with_every_feature_comes_back_equal_from_its_canonical_text():
    whole = form(*WHOLE)
    again = questionnaires.from_canonical(questionnaires.canonical(whole))
    assert again == whole and hash(again) == hash(whole)
    assert questionnaires.canonical(again) == questionnaires.canonical(whole)
    for one, other in zip(again.questions, whole.questions, strict=True):
        assert (one.unit, one.audio, one.picture_alt, one.checks) == (
            other.unit, other.audio, other.picture_alt, other.checks,
        )  # fmt: skip
        assert [c.message for c in one.checks] == [c.message for c in other.checks]


def test_numbers_days_and_places_are_integers_within_limits():
    by_id = form(*WHOLE).by_id
    assert [by_id[name].kind for name in ("visits", "day", "home", "q1")] == [
        "number", "date", "place", "codes",
    ]  # fmt: skip
    assert by_id["visits"].takes(0) and by_id["visits"].takes(50)
    assert not by_id["visits"].takes(51) and not by_id["visits"].takes(-1)
    assert by_id["day"].takes(20260731) and not by_id["day"].takes(20260732)
    assert not by_id["day"].takes(20250731)
    assert by_id["home"].takes(19333) and not by_id["home"].takes(0)


def test_an_option_that_is_no_opinion_counts_as_missing_and_stands_alone():
    q1 = form(*WHOLE).by_question["q1"]
    assert q1.scale.missing == (9,)
    assert q1.other.code == 2
    [*_, none] = (
        form(screen("a", asked("c", "multiple", options=WITH_OTHER))).by_question["c"].options
    )
    assert none.exclusive and not q1.options[2].exclusive


def test_what_is_not_asked_is_no_answer_and_counts_as_none_further_on():
    whole = form(*WHOLE)
    given = {"q1": 1, "c2_1": 2, "c2_2": 2, "c2_3": 1, "visits": 0, "day": 20260731, "paid": 3}
    way = route(whole, {**given, "home": 19333})
    assert way.questions == {"q1", "c2", "visits"}
    assert way.answers == {"q1": 1, "visits": 0}  # the option 3 was not offered
    way = route(whole, {**given, "q1": 2, "visits": 2, "home": 19333})
    assert way.questions == {"q1", "c2", "visits", "day", "paid", "home", "why", "note"}
    assert way.values["c2"] == [3]


def test_a_check_speaks_only_when_all_it_names_is_answered():
    paid = form(*WHOLE).by_question["paid"]
    assert broken(paid, {"visits": 2}) == []
    assert broken(paid, {"visits": 2, "paid": 2}) == []
    [check] = broken(paid, {"visits": 2, "paid": 1})
    assert check.message["en"] == "Fewer than the visits."


REFUSED = {
    "asked later": asked("a", "yesno", 'show_when = "b == 1"') + asked("b", "yesno"),
    "which no answer has": asked("a", "yesno", 'show_when = "gone == 1"'),
    "cannot be read: “b”": asked("a", "yesno", 'show_when = "a == 1 b"'),
    "has several codes": asked("c", "multiple", options=TWO)
    + asked("a", "yesno", 'show_when = "c == 1"'),
    "has one answer": asked("c", "yesno") + asked("a", "yesno", 'show_when = "1 in c"'),
    "asked on the same page": asked("b", "yesno")
    + asked("a", "single", options=TWO + option(3, 'show_when = "b == 1"')),
    "of an earlier page": asked("a", "yesno") + asked("b", "yesno", words("hint", "{a}", "{a}")),
    "a brace stands alone": asked("a", "yesno", words("hint", "a } b", "a")),
    "do not repeat the same answers": asked("a", "yesno", words("hint", "{x}", "y")),
    "takes no “min”": asked("a", "yesno", "min = 1"),
    "takes no “unit”": asked("a", "date", words("unit", "ngày", "days")),
    "cannot be the “min” of a number": asked("a", "number", "min = 2026-01-01"),
    "cannot be the “max” of a date": asked("a", "date", "max = 5"),
    "greater than the greatest": asked("a", "number", "min = 5\nmax = 4"),
    "“min” has the wrong kind of value": asked("a", "number", "min = -1"),
    "where somebody lives is personal": asked("a", "place"),
    "a text can be compulsory": asked("a", "text", "required = true"),
    "more than one option asks": asked("a", "single", options=option(1, OTHER) + option(2, OTHER)),
    "both not_applicable and dont_know": asked("a", "single", options=TWO + option(3, BOTH)),
    "go together": asked("a", "yesno", 'picture = "a.png"'),
    "“picture” has the wrong kind": asked("a", "yesno", 'picture = "../a.png"'),
    "not the name of such a file": asked("a", "yesno", 'audio.vi = "A.mp3"\naudio.en = "a.mp3"'),
    "takes no “check”": asked("a", "note", options=CHECK + words("message", "a", "a")),
    "takes no “options”": asked("a", "number", options=TWO),
    "is not a kind": asked("a", "ranking"),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_what_cannot_be_asked_is_refused_with_its_line_and_a_remedy(why):
    with pytest.raises(QuestionnaireError) as refused:
        form(screen("only", REFUSED[why]))
    found = [problem for problem in refused.value.problems if why in problem.what]
    assert found and all(one.line and one.remedy for one in found), refused.value


def test_an_option_of_a_shared_scale_has_no_words_and_no_condition_of_its_own():
    scale = "[[scales.s.options]]\ncode = {}\ntext.vi = 'a'\ntext.en = 'a'\n{}\n"
    written = scale.format(1, "other = true") + scale.format(2, 'show_when = "1 == 1"')
    rows = "[[screens.questions.rows]]\n" + words("text", "Dòng", "Row")
    with pytest.raises(QuestionnaireError) as refused:
        form(screen("only", asked("a", "grid", 'scale = "s"', rows)), head=HEAD + written)
    assert sum("option of a scale takes no" in one.what for one in refused.value.problems) == 2
