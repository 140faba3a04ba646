"""XLSForms of other people come in: what they say is kept, or told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.document import document
from questionnaires.lint import lint
from questionnaires.lint.rule import ERROR
from questionnaires.written import as_toml
from survey.exchange.fidelity import APPROXIMATED, DROPPED, KEPT
from survey.exchange.reading.refusal import Refusal
from survey.exchange.wishes import Wishes
from survey.exchange.xlsform.write import write
from tests.exchange.test_xlsform_out import cells
from tests.exchange.workbooks import YES_NO, form_of, refused, whys, workbook

LANGUAGES = ("label::Tiếng Việt (vi)", "label::English (en)", "label::Français (fr)")
HEAD = ("type", "name", *LANGUAGES, "relevant", "constraint", "required", "appearance")


def row(type_, name="", vi="", en="", fr="", **more):
    words = dict(zip(LANGUAGES, (vi, en, fr), strict=True))
    filled = {"type": type_, "name": name, **words, **more}
    return tuple(filled.get(key) or None for key in HEAD)


DOCUMENTED = (
    HEAD,
    row("begin_group", "Visit", "Chuyến đi", "Your visit", "Votre visite"),
    row("select_one service", "Q1", "Việc gì?", "Which business?", "Quelle démarche ?",
        required="yes"),
    row("select_one yes_no", "Q2", "Có hẹn không?", "By appointment?", "Sur rendez-vous ?",
        relevant="${Q1} = 'land'"),
    row("select_multiple trouble", "Q3", "Khó khăn gì?", "What was difficult?", "Difficultés ?",
        relevant="selected(${Q1}, 'birth') or ${Q2} != ''"),
    row("end_group"),
    row("begin_group", "After", "Sau đó", "Afterwards", "Après",
        relevant="not(selected(${Q3}, 'none'))"),
    row("integer", "Days", "Mấy ngày?", "How many days?", "Combien de jours ?",
        constraint=". >= 1 and . <= 365"),
    row("date", "Sent", "Nộp ngày nào?", "Sent on which day?", "Quel jour ?"),
    row("text", "Better", "Cần tốt hơn?", "What should be better?", "À améliorer ?"),
    row("note", "Thanks", "Xin cảm ơn", "Thank you", "Merci"),
    row("end_group"),
    row("begin_group", "Grid", "Đánh giá", "Your ratings", "Votre avis", appearance="table-list"),
    row("select_one mood", "Room", "Phòng chờ", "The room", "La salle"),
    row("select_one mood", "Staff", "Nhân viên", "The staff", "Le personnel"),
    row("end_group"),
)  # fmt: skip
CHOICES = (
    ("list_name", "name", *LANGUAGES),
    ("service", "birth", "Khai sinh", "A birth", "Naissance"),
    ("service", "land", "Đất đai", "Land", "Terrain"),
    ("yes_no", "yes", "Có", "Yes", "Oui"),
    ("yes_no", "no", "Không", "No", "Non"),
    ("trouble", "wait", "Chờ lâu", "The wait", "L’attente"),
    ("trouble", "none", "Không có", "Nothing", "Rien"),
    ("mood", "1", "Kém", "Bad", "Mauvais"),
    ("mood", "2", "Tốt", "Good", "Bon"),
)


def simple(*rows, head=("type", "name", "label"), choices=(), **more):
    uses = any("yes_no" in row[0] for row in rows)
    return form_of(workbook((head, *rows), choices or (YES_NO if uses else ()), **more))


def asked(form):
    return {question.alias or question.id: question for question in form.questions}


def test_the_documented_set_goes_in_and_out_with_its_names_types_words_choices_and_conditions():
    form, report = form_of(workbook(DOCUMENTED, CHOICES))
    data, _ = write(form, Wishes())
    rows = {one["name"]: one for one in cells(data, "survey") if one["type"] != "end_group"}
    listed = {}
    for one in cells(data, "choices"):
        listed.setdefault(one["list_name"], []).append([one["name"], *(one[k] for k in LANGUAGES)])
    for before in DOCUMENTED[1:]:
        told = {k: v for k, v in zip(HEAD, before, strict=True) if v}
        if told["type"] == "end_group":
            continue
        after = rows[told["name"]]
        assert after["type"].split()[0] == told["type"].split()[0]
        assert [after[k] for k in LANGUAGES] == [told[k] for k in LANGUAGES]
        assert after.get("required") == told.get("required")
        if " " in told["type"]:
            options = [list(c[1:]) for c in CHOICES if c[0] == told["type"].split()[1]]
            assert listed[after["type"].split()[1]] == options
    assert rows["Q2"]["relevant"] == "${Q1} = 'land'"
    assert rows["Q3"]["relevant"] == "${Q1} = 'birth' or ${Q2} != ''"
    assert rows["After"]["relevant"] == "not(selected(${Q3}, 'none'))"
    assert rows["Days"]["constraint"] == ". >= 1 and . <= 365"
    assert report.of(DROPPED) == []
    again, _ = form_of(data)
    assert document(again) == {**document(form), "source": form.source}


def test_every_cell_of_a_file_is_in_the_report():
    _, report = form_of(workbook(DOCUMENTED, CHOICES))
    filled = sum(1 for sheet in (DOCUMENTED, CHOICES) for r in sheet[1:] for c in r if c)
    assert sum("!" in n.place and n.place[-1].isdigit() for n in report.of(KEPT)) > filled * 0.8
    places = [n.place for n in report.notes if n.place.startswith(("survey!", "choices!"))]
    cells_told = {place for place in places if " " not in place and place[-1].isdigit()}
    assert len(cells_told) >= filled


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("default", "5", "not filled in"), ("calculation", "1 + 1", "not filled in"),
        ("guidance_hint", "Read it aloud", "interviewers"), ("appearance", "minimal", "looks"),
        ("media::video", "a.mp4", "no videos"), ("read_only", "yes", "not filled in"),
        ("my_own_column", "x", "Nothing in a questionnaire"),
        ("constraint", "regex(., 'a')", "cannot say"), ("relevant", "${n} >", "cannot be read"),
        ("required", "${n} = 1", "hang on other answers"),
        ("media::image", "A picture.tiff", "cannot be that of a picture"),
    ],
)  # fmt: skip
def test_a_column_that_cannot_be_kept_is_told_at_its_cell(column, value, why):
    head = ("type", "name", "label", column)
    rows = (("integer", "n", "How many?"), ("integer", "m", "And then?", value))
    if column == "relevant":
        rows = (("integer", "n", "How many?"), ("integer", "m", "And then?", "pulldata('a', 'b')"))
        why = "cannot say"
    _, report = simple(*rows, head=head)
    assert why in whys(report, DROPPED)["survey!D3"]
    _, without = simple(*(r[:3] for r in rows))
    assert without.of(DROPPED) == []


@pytest.mark.parametrize(
    ("type_", "why"),
    [
        ("start", "no person, device or hour"), ("deviceid", "no person, device or hour"),
        ("username", "no person, device or hour"), ("audit", "no person, device or hour"),
        ("geopoint", "standing"), ("image", "No pictures"), ("barcode", "No pictures"),
        ("hidden", "people were not asked"),
    ],
)  # fmt: skip
def test_a_type_that_is_not_asked_is_dropped_with_its_reason(type_, why):
    name = "audit" if type_ == "audit" else "x"
    label = None if type_ == "audit" else "Something"
    form, report = simple(("integer", "n", "How many?"), (type_, name, label))
    assert [one.id for one in form.questions] == ["n"]
    assert why in whys(report, DROPPED)["survey!A3"]


@pytest.mark.parametrize(
    ("type_", "kind", "why"),
    [
        ("decimal", "number", "whole"), ("time", "text", "in words"),
        ("datetime", "date", "Only the day"), ("acknowledge", "note", "nothing to tick"),
        ("rank yes_no", "multiple", "its order is not"), ("range", "number", "whole"),
    ],
)  # fmt: skip
def test_a_type_that_is_nearly_there_is_approximated(type_, kind, why):
    form, report = simple(("integer", "n", "How many?"), (type_, "x", "Something"))
    assert form.by_question["x"].kind == kind
    assert why in whys(report, APPROXIMATED)["survey!A3"]


def test_questions_under_several_groups_stand_on_pages_that_wait_for_all_of_them():
    head = ("type", "name", "label", "relevant")
    form, _ = simple(
        ("select_one yes_no", "a", "A?"),
        ("begin group", "outer", "Outer", "${a} = 'yes'"),
        ("integer", "b", "B?"),
        ("begin group", "inner", "Inner", "${b} > 3"),
        ("integer", "c", "C?"),
        ("end group",),
        ("integer", "d", "D?"),
        ("end group",),
        head=head,
    )
    shown = [(s.title["en"], str(s.show_when), [q.id for q in s.questions]) for s in form.screens]
    assert shown == [
        ("A form", "None", ["a"]), ("Outer", "a == 1", ["b"]),
        ("Inner", "a == 1 and b > 3", ["c"]), ("Outer", "a == 1", ["d"]),
    ]  # fmt: skip


def test_a_repeat_is_asked_once_and_told():
    form, report = simple(
        ("begin repeat", "child", "A child"), ("integer", "age", "How many years?"),
        ("end repeat",),
    )  # fmt: skip
    assert [q.id for q in form.questions] == ["age"]
    assert "asked once" in whys(report, APPROXIMATED)["survey!A2"]


def test_choices_that_hang_on_an_earlier_one_wait_for_it_on_the_next_page():
    choices = (
        ("list_name", "name", "label", "province"),
        ("province", "qt", "Quảng Trị"), ("province", "hn", "Hà Nội"),
        ("ward", "dh", "Đồng Hới", "qt"), ("ward", "ba", "Ba Đình", "hn"),
        ("ward", "hk", "Hoàn Kiếm", "hn"),
    )  # fmt: skip
    form, report = simple(
        ("select_one province", "p", "Tỉnh nào?"),
        ("select_one ward", "w", "Phường nào?", "province = ${p}"),
        head=("type", "name", "label", "choice_filter"),
        choices=choices,
    )
    assert [len(screen.questions) for screen in form.screens] == [1, 1]
    said = [str(option.show_when) for option in form.by_question["w"].options]
    assert said == ["p == 1", "p == 2", "p == 2"]
    assert "choice filters" in whys(report, APPROXIMATED)["choices!D4"]
    assert form.languages == ("vi", "en"), "the words are Vietnamese"


def test_a_label_repeats_an_answer_of_an_earlier_page_only():
    form, report = simple(
        ("select_one yes_no", "a", "A?"),
        ("text", "t", "Anything else?"),
        ("note", "n", "You said ${a} and ${t}"),
    )
    assert form.by_question["n"].text["en"] == "You said {a} and …"
    assert "“t” cannot be repeated" in whys(report, APPROXIMATED)["survey!C4"]


def test_or_other_becomes_an_option_that_asks_for_words():
    form, _ = simple(("select_one yes_no or_other", "a", "A?"))
    assert [o.text["vi"] for o in form.by_question["a"].options if o.other] == ["Khác"]


def test_yes_and_no_are_the_kind_yesno_only_when_they_are_nothing_else():
    form, _ = simple(("select_one yes_no", "a", "A?"))
    assert form.by_question["a"].kind == "yesno"
    maybe = (*YES_NO, ("yes_no", "maybe", "Maybe"))
    form, _ = simple(("select_one yes_no", "a", "A?"), choices=maybe)
    assert form.by_question["a"].kind == "single"
    form, _ = form_of(workbook(DOCUMENTED, CHOICES))
    assert asked(form)["Q2"].kind == "single", "it has a third language"


def test_a_list_of_one_is_a_yes_or_no_and_a_list_of_too_many_is_words():
    one = (("list_name", "name", "label"), ("ok", "ok", "I agree"))
    form, report = simple(("select_multiple ok", "a", "Do you agree?"), choices=one)
    assert form.by_question["a"].text["en"] == "Do you agree? — I agree"
    assert "yes or no" in whys(report, APPROXIMATED)["survey!A2"]
    many = (("list_name", "name", "label"), *(("l", f"n{i}", f"Number {i}") for i in range(200)))
    form, report = simple(("select_one l", "a", "Which?"), choices=many)
    assert form.by_question["a"].kind == "text"
    assert "at most 127" in whys(report, APPROXIMATED)["survey!A2"]


def test_a_check_keeps_its_message_and_what_stands_alone_stands_alone():
    choices = (YES_NO[0], ("l", "a", "This"), ("l", "b", "That"), ("l", "none", "Nothing"))
    form, report = simple(
        ("select_multiple l", "m", "Which?", "not(selected(., 'none') and count-selected(.) > 1)"),
        ("select_multiple l", "few", "Which two?", "count-selected(.) <= 2", "At most two"),
        ("integer", "age", "How many years?", ". > 17 and . < 120 and . != 99", "Not 99"),
        head=("type", "name", "label", "constraint", "constraint_message"),
        choices=choices,
    )
    assert [o.exclusive for o in form.by_question["m"].options] == [False, False, True]
    [check] = form.by_question["few"].checks
    assert (str(check.holds), check.message["en"]) == ("count(few) <= 2", "At most two")
    age = form.by_question["age"]
    assert (age.items[0].least, age.items[0].most) == (18, 119)
    assert str(age.checks[0].holds) == "not age == 99"
    assert report.of(DROPPED) == []


def test_what_asks_who_somebody_is_is_left_out_with_all_that_speaks_of_it():
    form, report = simple(
        ("integer", "phone", "What is your phone number?"),
        ("integer", "n", "How many?", "${phone} > 1"),
        head=("type", "name", "label", "relevant"),
    )
    assert [q.id for q in form.questions] == ["n"] and form.questions[0].show_when is None
    assert "who the person is" in whys(report, DROPPED)["survey!C2"]
    assert any("left out" in note.why for note in report.of(APPROXIMATED))


def test_labels_that_are_the_same_or_in_other_letters_are_mended_and_told():
    choices = (("list_name", "name", "label"), ("l", "a", "Same"), ("l", "b", "Same"),
               ("l", "c", "Пример"))  # fmt: skip
    form, report = simple(("select_one l", "a", "Which ???"), choices=choices)
    assert [o.text["en"] for o in form.questions[0].options] == ["Same", "Same (2)", "Primer"]
    assert form.questions[0].text["en"] == "Which …"
    assert {n.feature for n in report.of(APPROXIMATED)} >= {"wording"}
    text = as_toml(document(form))
    assert [f for f in lint(text, "x.toml") if f.severity == ERROR] == []


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([("begin group", "g", "G"), ("integer", "n", "N?")], "has no end"),
        ([("integer", "n", "N?"), ("end group",)], "was not begun"),
        ([("select_one nowhere", "n", "N?")], "pyxform"),
        ([("integer", "n", "N?"), ("integer", "n", "N again?")], "pyxform"),
        ([("integer", None, "N?")], "pyxform"),
        ([("geopoint", "n", "Where?")], "Nothing in the file can be asked"),
        ([("note", "n", "Hello")], "Nothing in the file can be asked"),
    ],
)
def test_a_form_that_is_none_is_refused_with_the_reason(rows, why):
    assert why in refused(workbook((("type", "name", "label"), *rows)))


def test_two_columns_of_one_name_are_refused():
    head = ("type", "name", "label", "label")
    assert "two columns named “label”" in refused(workbook((head, ("text", "a", "A", "B"))))


def test_a_file_without_a_survey_is_refused():
    assert "“survey”" in refused(workbook((), Questions=(("type", "name"), ("text", "a"))))


def test_sheets_and_settings_that_nothing_reads_are_told():
    settings = (("form_title", "form_id", "version", "public_key"),
                ("A form", "A Form/2", "2024.1", "abc"))  # fmt: skip
    form, report = simple(("integer", "n", "N?"), settings=settings, notes=(("x",), ("y",)))
    assert form.name == "a-form-2@1"
    assert whys(report, DROPPED)["sheet notes"] and whys(report, DROPPED)["settings!D2"]
    near = whys(report, APPROXIMATED)
    assert "a-form-2" in near["settings!B2"] and "from 1 to 127" in near["settings!C2"]


ODD = ("", "yes", "${Q1}", "${", "{x}", "<b>x</b>", "0", "-5", "select_one yes_no", "begin group",
       "end group", "calculate", "rank yes_no", "selected(${Q1}, 'birth')", ". > 5 and . < 3",
       "((((",
       "Привет", "ð x", "xxx ???", "a" * 5000, "18 - 5 tuổi", "What is your name?", "a\u202eb",
       "grid", "rating", "other", "label", "list-nolabel", "Grid", "\x07")  # fmt: skip


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(ODD)), min_size=1, max_size=6))
def test_whatever_somebody_writes_into_cells_is_a_sound_form_or_refused(changes):
    sheets = [[list(one) for one in sheet] for sheet in (DOCUMENTED, CHOICES)]
    cells_ = [(r, c) for sheet in sheets for r in sheet[1:] for c in range(len(r))]
    for place, text in changes:
        line, column = cells_[place % len(cells_)]
        line[column] = text
    try:
        form, report = form_of(workbook(*sheets))
    except Refusal as refusal:
        assert refusal.why % refusal.values
        return
    assert report.notes
    found = lint(as_toml(document(form)), "x.toml")
    assert [str(one) for one in found if one.severity == ERROR] == []
    assert document(form_of(write(form, Wishes())[0])[0]) == document(form)
