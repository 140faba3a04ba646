"""A LimeSurvey survey becomes a form that the loader and the linter take, and nothing is silent."""

import pytest

from questionnaires.document import document as whole
from questionnaires.lint import ERROR, lint
from questionnaires.written import as_toml
from survey.exchange.formats import built
from survey.exchange.lss.read import read
from survey.exchange.lss.structure import TYPES
from tests.exchange.lss.made import asked, notes, one, question, survey

YES = {"A1": "One", "A2": "Two"}
ROWS = {"SQ001": "First", "SQ002": "Second"}
ALL = [
    question("q5", "5"),
    question("qL", "L", answers=YES, other="Y"),
    question("qD", "!", answers={"1": "One", "2": "Two"}),
    question("qO", "O", answers=YES),
    question("qM", "M", rows=ROWS, other="Y", attributes={"exclude_all_others": "SQ002"}),
    question("qP", "P", rows=ROWS),
    question("qY", "Y", mandatory="Y"),
    question("qG", "G"),
    question("qN", "N", attributes={"num_value_int_only": "1"}),
    question("qK", "K", rows=ROWS),
    question("qDate", "D", attributes={"date_min": "2026-01-01"}),
    question("qS", "S"), question("qT", "T"), question("qU", "U"),
    question("qQ", "Q", rows=ROWS),
    question("qX", "X"),
    question("qA", "A", rows=ROWS), question("qB", "B", rows=ROWS), question("qC", "C", rows=ROWS),
    question("qE", "E", rows=ROWS), question("qF", "F", rows=ROWS, answers=YES),
    question("qH", "H", rows=ROWS, answers=YES),
    question("q1", "1", rows=ROWS, answers=YES, second={"B1": "Low", "B2": "High"},
             attributes={"dualscale_headerA": "Now", "dualscale_headerB": "Before"}),
    question("qColon", ":", rows=ROWS, columns={"C1": "Left", "C2": "Right"}),
    question("qTicks", ":", rows=ROWS, columns={"C1": "Left", "C2": "Right"},
             attributes={"multiflexible_checkbox": "1"}),
    question("qSemi", ";", rows=ROWS, columns={"C1": "Left", "C2": "Right"}),
    question("qR", "R", answers=YES),
    question("qI", "I"), question("qFile", "|"), question("qStar", "*"),
]  # fmt: skip
KINDS = {
    "q5": ["single"], "qL": ["single"], "qD": ["single"], "qO": ["single", "text"],
    "qM": ["multiple"], "qP": ["multiple"], "qY": ["yesno"], "qG": ["single"], "qN": ["number"],
    "qK": ["number", "number"], "qDate": ["date"], "qS": ["text"], "qT": ["text"], "qU": ["text"],
    "qQ": ["text", "text"], "qX": ["note"], "qA": ["grid"], "qB": ["grid"], "qC": ["grid"],
    "qE": ["grid"], "qF": ["grid"], "qH": ["grid"], "q1": ["grid", "grid"],
    "qColon": ["number"] * 4, "qTicks": ["multiple", "multiple"], "qSemi": ["text", "text"],
    "qR": ["grid"], "qI": [], "qFile": [], "qStar": [],
}  # fmt: skip


def clean(document):
    """The form, after loader and linter found no error."""
    form = built(document, "a.lss")
    found = [str(one) for one in lint(as_toml(whole(form)), "a.toml") if one.severity == ERROR]
    assert found == []
    return form


def test_every_type_is_tried_here():
    assert {one["type"] for one in ALL} == set(TYPES)


@pytest.mark.parametrize("given", ALL, ids=lambda given: given["title"])
@pytest.mark.parametrize("old", [False, True], ids=["today", "before version 4"])
def test_each_type_becomes_what_the_documentation_says(given, old):
    document, report = one(given, question("last", "Y"), old=old)
    kinds = [q["kind"] for q in asked(document)]
    assert kinds == [*KINDS[given["title"]], "yesno"]
    told = notes(report)[f"{given['title']} type"][0]
    same = given["type"] in "LMYDTXFABCEN"
    assert told == ("dropped" if not kinds[:-1] else "kept" if same else "approximated")
    clean(document)


def test_both_shapes_of_the_file_make_the_same_form():
    new, old = read(survey(("Part", *ALL)), "a.lss"), read(survey(("Part", *ALL), old=True), "a")
    assert new[0] == old[0]
    form = clean(new[0])
    assert form.languages == ("en", "vi")
    assert form.by_question["ql"].text == {"en": "Words of qL", "vi": "Words of qL (vi)"}


def test_codes_and_words_are_kept_in_every_language():
    document, report = one(
        question("Q01", "L", {"en": "Which?", "vi": "Cái nào?", "km": "មួយណា?"},
                 answers={"A2": {"en": "Two", "vi": "Hai", "km": "ពីរ"},
                          "A1": {"en": "One", "vi": "Một", "km": "មួយ"}}, other="Y",
                 attributes={"other_replace_text": {"en": "Else", "vi": "Thứ khác", "km": "ផ្សេង"}}),
        question("Q02", "F", {"en": "Rate", "vi": "Đánh giá", "km": "វាយតម្លៃ"},
                 rows={"5": {"en": "Fee", "vi": "Phí", "km": "ថ្លៃ"}},
                 answers={"1": {"en": "Bad", "vi": "Kém", "km": "អន់"},
                          "9": {"en": "Good", "vi": "Tốt", "km": "ល្អ"}}),
        languages=("en", "vi", "km"),
    )  # fmt: skip
    form = clean(document)
    first, second = form.questions
    assert (first.id, first.alias, first.text["km"]) == ("q01", "Q01", "មួយណា?")
    assert [(o.code, o.alias, o.text["vi"], o.other) for o in first.options] == [
        (1, "A2", "Hai", False), (2, "A1", "Một", False), (3, "", "Thứ khác", True),
    ]  # fmt: skip
    assert [(r.number, r.alias, r.text["km"]) for r in second.rows] == [(5, "", "ថ្លៃ")]
    assert second.scale.codes == (1, 9)
    assert not [n for n in report.notes if n.feature == "wording"]


def test_a_missing_language_is_filled_and_told():
    document, report = one(question("Q01", "Y", {"fr": "Bien ?"}), languages=("fr",))
    [q] = asked(document)
    assert document["languages"] == ["fr", "vi", "en"]
    assert q["text"] == {"fr": "Bien ?", "vi": "Bien ?", "en": "Bien ?"}
    told = [n.why % n.values for n in report.notes if n.place == "Q01"]
    assert "There is no wording in “vi”: the one in “fr” stands for it." in told


def test_limits_and_validations_are_kept_where_they_can():
    document, report = one(
        question("least", "N", attributes={"min_num_value_n": "0.5", "suffix": {
            "en": "days", "vi": "ngày"}}),
        question("most", "N", attributes={
            "num_value_int_only": "1", "min_num_value_n": "least", "max_num_value_n": "-2",
            "em_validation_q": "is_empty(least.NAOK) or this > least + 1",
            "em_validation_q_tip": {"en": "More!", "vi": "Thêm!"}}),
        question("when", "D", attributes={"date_min": "2026", "date_max": "today",
                                          "date_format": "dd/mm/yyyy HH:MM"}),
        question("some", "M", rows={"a": "A", "b": "B", "c": "C"},
                 attributes={"min_answers": "2", "max_answers": "least"}),
        question("words", "T", attributes={"em_validation_q": "strlen(this) > 3"}),
    )  # fmt: skip
    form = clean(document)
    least, most, when = (form.by_id[id] for id in ("least", "most", "when"))
    assert (least.least, least.most) == (1, 2**31 - 1)
    assert form.by_question["least"].unit == {"en": "days", "vi": "ngày"}
    assert [str(c.holds) for c in form.by_question["most"].checks] == [
        "most >= least", "most > least + 1",
    ]  # fmt: skip
    assert form.by_question["most"].checks[1].message == {"en": "More!", "vi": "Thêm!"}
    assert (when.least, when.today) == (20260101, ("max",)) and most.most == 0
    assert [str(c.holds) for c in form.by_question["some"].checks] == ["count(some) >= 2"]
    told = notes(report)
    assert told["some max_answers"][0] == told["words em_validation_q"][0] == "dropped"
    assert "without the hour" in told["when type"][2]


def test_settings_of_privacy_and_persons_are_told_as_dropped():
    _, report = one(
        question("Q1", "Y"),
        settings={"anonymized": "N", "ipaddr": "Y", "datestamp": "Y", "admin": "An", "format": "S"},
        words={"surveyls_endtext": "Bye", "surveyls_email_invite": "Come"},
        tables={"quota": [{"id": "1", "name": "men"}], "themes": [{"config": "x"}],
                "new_table": [{"a": "b"}], "question_attributes": [
                    {"qid": "1", "attribute": "brand_new", "value": "7"},
                    {"qid": "99", "attribute": "hidden", "value": "1"}]},
    )  # fmt: skip
    told = notes(report)
    for field in ("anonymized", "ipaddr", "datestamp"):
        assert told[f"survey {field}"][0] == "dropped" and "anonymous" in told[f"survey {field}"][2]
    assert "names" in told["survey admin"][2]
    assert told["survey format"][0] == "approximated"
    assert "thanks" in told["survey surveyls_endtext (en)"][2]
    assert "Letters" in told["survey surveyls_email_invite (vi)"][2]
    assert "Quotas" in told["quota 1"][2] and "look" in told["themes 1"][2]
    assert "Nothing in a questionnaire" in report_of(report, "new_table 1")
    assert "Nothing in a questionnaire" in report_of(report, "Q1 brand_new")
    assert "belongs to nothing" in told["99 hidden"][2]


def report_of(report, place):
    [note] = [n for n in report.notes if n.place == place]
    assert note.outcome == "dropped"
    return note.why


def test_what_must_be_answered_there_and_not_here_is_told():
    document, report = one(
        question("Q1", "Y", mandatory="Y"), question("Q2", "Y", mandatory="S"),
        question("Q3", "G", mandatory="Y"), question("Q4", "T", mandatory="Y"),
    )  # fmt: skip
    form = clean(document)
    assert [q.required for q in form.questions] == [True, False, False, False]
    told = notes(report)
    assert [told[f"Q{n} mandatory"][0] for n in range(1, 5)] == [
        "kept", "approximated", "dropped", "dropped",
    ]  # fmt: skip


def test_rows_of_nobody_rows_twice_and_other_languages_are_told():
    data = survey(("Part", question("Q1", "Y", {"en": "Yes?", "vi": "Có?"})))
    row = b"<qid>1</qid><gid>1</gid><parent_qid>0</parent_qid><type>Y</type><title>Q1</title>"
    data = data.replace(b"</rows>\n</questions>", b"<row>" + row + b"</row></rows>\n</questions>")
    more = "<row><qid>%s</qid><question>Word</question><language>%s</language></row>"
    l10ns = b"</rows>\n</question_l10ns>"
    said = (more % ("1", "fr") + more % ("9", "en")).encode()
    document, report = read(data.replace(l10ns, said + l10ns), "a.lss")
    assert [q["text"] for q in asked(document)] == [{"en": "Yes?", "vi": "Có?"}]
    told = notes(report)
    assert "stands there twice" in told["Q1 #2"][2]
    assert "no language of the form" in told["Q1 question (fr)"][2]
    assert "belongs to nothing" in told["question_l10ns 9 (en)"][2]


def test_what_is_asked_of_a_person_is_left_out_with_what_depends_on_it():
    document, report = read(
        survey(
            ("A", question("name", "S", "What is your full name?"), question("Q1", "N")),
            ("B", question("Q2", "Y", "{name.shown}, is it so?", relevance="!is_empty(name)"),
             question("Q3", "Y", relevance="Q1 > 3 and Q1 < 2")),
        ), "a.lss",
    )  # fmt: skip
    form = clean(document)
    assert [q.id for q in form.questions] == ["q1", "q2", "q3"]
    assert not form.by_question["q3"].show_when
    assert notes(report)["name"][0] == notes(report)["Q3 relevance"][0] == "dropped"


def test_the_same_words_twice_get_their_codes():
    document, _ = one(question("Q1", "L", answers={"a": "Same", "b": "Same"}),
                      question("Q2", "A", rows={"a": "Row", "b": "Row"}))  # fmt: skip
    form = clean(document)
    assert [o.text["en"] for o in form.questions[0].options] == ["Same", "Same (b)"]
    assert [r.text["en"] for r in form.questions[1].rows] == ["Row", "Row (b)"]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (question("Q1", "L", answers={}), "no options"),
        (question("Q1", "L", answers={f"A{n}": f"Option {n}" for n in range(200)}), "127"),
        (question("Q1", "M", rows={}), "no options"),
        (question("Q1", "A", rows={}), "no options"),
        (question("Q1", "F", rows={f"r{n}": f"Row {n}" for n in range(200)}, answers=YES), "127"),
        (question("Q1", "K", rows={f"r{n}": f"Row {n}" for n in range(70)}), "more than 60"),
        (question("Q1", "Z"), "“Z” is not known"),
    ],
)
def test_what_cannot_be_asked_is_left_out_with_the_reason(given, why):
    document, report = one(given, question("last", "Y"))
    assert [q["id"] for q in asked(document)] == ["last"]
    assert why in notes(report)["Q1"][2]
    clean(document)


def test_one_box_to_tick_is_a_question_with_yes_and_no():
    document, _ = one(question("agree", "M", "Consent", rows={"ok": "I agree"}),
                      question("next", "Y", relevance='agree_ok.NAOK == "Y"'))  # fmt: skip
    form = clean(document)
    assert form.questions[0].kind == "yesno" and "I agree" in form.questions[0].text["en"]
    assert str(form.questions[1].show_when) == "agree == 1"
