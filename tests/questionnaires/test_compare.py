"""Two versions of a form: what changed is told once, and what it does to figures is graded."""

import json
from copy import deepcopy

import pytest

import questionnaires
from questionnaires import Pair, compare
from questionnaires.indicators import matched
from tests.questionnaires.written import HEAD, asked, form, option, screen, words

SCALE = "[scales.s]\nsatisfied = [3]\nmissing = [9]\n" + "".join(
    f"[[scales.s.options]]\ncode = {code}\n{words('text', f'Mức {code}', f'Level {code}')}"
    for code in (1, 2, 3, 9)
)
ROWS = "".join(
    f"[[screens.questions.rows]]\nnumber = {n}\n{words('text', f'Dòng {n}', f'Row {n}')}"
    for n in (1, 2, 3)
)
CHECK = (
    '[[screens.questions.check]]\nholds = "days <= 90"\n'
    'message.vi = "Xin xem lại."\nmessage.en = "Please look again."\n'
)
WHOLE = form(
    screen(
        "first",
        asked("q1", "rating", 'scale = "s"'),
        asked("q2", "rating", 'scale = "s"'),
        asked("c1", "grid", 'scale = "s"', ROWS),
        asked("days", "number", "min = 0\nmax = 99\n" + words("unit", "ngày", "days"), CHECK),
    ),
    screen(
        "second",
        asked("age", "single", 'data_class = "personal"', option(1) + option(2)),
        asked("wish", "multiple", "", option(1) + option(2) + option(3, "exclusive = true")),
        asked("say", "text"),
        asked("read", "note", words("hint", "Xin nghĩ lại", "Please think")),
        asked("poor", "yesno", 'data_class = "sensitive"\nlegal_basis = "Điều 9"'),
        more='show_when = "q1 != 9"',
    ),
    f'[[factors]]\nid = "f"\nitems = ["q1", "q2"]\n{words("label", "Một", "One")}'
    f'[[factors]]\nid = "g"\nitems = ["c1_1", "c1_2", "c1_3"]\n{words("label", "Hai", "Two")}',
    head=HEAD + SCALE,
)


def changed(*path_and_value):
    """The whole form with one value of its document replaced; None removes it."""
    *path, value = path_and_value
    table = json.loads(questionnaires.canonical(WHOLE))
    held = table
    for key in path[:-1]:
        held = held[key]
    if value is None:
        del held[path[-1]]
    else:
        held[path[-1]] = deepcopy(value)
    return questionnaires.from_canonical(json.dumps(table))


Q1 = ("screens", 0, "questions", 0)
GRID = ("screens", 0, "questions", 2)
DAYS = ("screens", 0, "questions", 3)
AGE = ("screens", 1, "questions", 0)
WISH = ("screens", 1, "questions", 1)
TEXT = ("screens", 1, "questions", 2)
NOTE = ("screens", 1, "questions", 3)
POOR = ("screens", 1, "questions", 4)
ONE = {  # what changes: (path and value, name of the change, effect, items, grade of the whole)
    "the wording": ((*Q1, "text", "vi", "Khác"), "text", "reworded", ("q1",), "reworded"),
    "a translation": ((*Q1, "text", "en", "Other"), "text", "translation", ("q1",), "same"),
    "a row": ((*GRID, "rows", 1, "text", "vi", "Khác"), "text", "reworded", ("c1_2",), "reworded"),
    "the stem of a grid": (
        (*GRID, "text", "vi", "Khác"),
        "stem",
        "reworded",
        ("c1_1", "c1_2", "c1_3"),
        "reworded",
    ),
    "the satisfied codes": (
        ("scales", "s", "satisfied", [2, 3]),
        "satisfied",
        "breaks",
        ("q1", "q2", "c1_1", "c1_2", "c1_3"),
        "different",
    ),
    "the missing codes": (
        ("scales", "s", "missing", []),
        "missing",
        "breaks",
        ("q1", "q2", "c1_1", "c1_2", "c1_3"),
        "different",
    ),
    "a code": ((*AGE, "options", 1, "code", 3), "codes", "breaks", ("age",), "different"),
    "an option": (
        (*AGE, "options", 1, "text", "vi", "Khác"),
        "option_text",
        "reworded",
        ("age",),
        "reworded",
    ),
    "the unit": ((*DAYS, "unit", "vi", "tuần"), "unit", "breaks", ("days",), "different"),
    "a limit": ((*DAYS, "max", 60), "limits", "care", ("days",), "reworded"),
    "a check": (
        (*DAYS, "check", 0, "holds", "days <= 80"),
        "checks",
        "care",
        ("days",),
        "reworded",
    ),
    "what a check says": (
        (*DAYS, "check", 0, "message", "vi", "Xin sửa."),
        "check_message",
        "harmless",
        ("days",),
        "same",
    ),
    "who is asked": (
        ("screens", 1, "show_when", "q1 == 3"),
        "show_when",
        "breaks",
        ("age", "wish_1", "wish_2", "wish_3", "poor"),
        "different",
    ),
    "whether it is compulsory": (
        (*Q1, "required", False),
        "required",
        "care",
        ("q1",),
        "reworded",
    ),
    "the data class": ((*AGE, "data_class", "none"), "data_class", "harmless", ("age",), "same"),
    "the basis in law": (
        (*POOR, "legal_basis", "Điều 10"),
        "legal_basis",
        "harmless",
        ("poor",),
        "same",
    ),
    "how long it is kept": (
        (*POOR, "retention_months", 24),
        "retention_months",
        "harmless",
        ("poor",),
        "same",
    ),
    "a hint": (
        (*NOTE, "hint", "vi", "Nghĩ"),
        "hint",
        "reworded",
        (),
        "same",
    ),
    "the mark": ((*Q1, "mark", "idea"), "mark", "harmless", ("q1",), "same"),
    "the source": (("source", "Elsewhere"), "source", "harmless", (), "same"),
    "the status": (("status", "compared"), "status", "harmless", (), "same"),
    "the paging": (("paging", "one-page"), "paging", "order", (), "same"),
    "the title": (("title", "vi", "Tên khác"), "title", "care", (), "same"),
    "the title of a screen": (
        ("screens", 0, "title", "vi", "Khác"),
        "screen_title",
        "care",
        (),
        "same",
    ),
    "a text to be written": ((*TEXT, "text", "vi", "Khác"), "text", "reworded", (), "same"),
    "a note": ((*NOTE, "hint", "en", "Think"), "hint", "translation", (), "same"),
    "an option of several": (
        (*WISH, "options", 1, "text", "vi", "Khác"),
        "text",
        "reworded",
        ("wish_2",),
        "reworded",
    ),
    "what excludes the others": (
        (*WISH, "options", 2, "exclusive", None),
        "option_exclusive",
        "care",
        ("wish_1", "wish_2", "wish_3"),
        "reworded",
    ),
    "the order of options": (
        (
            *AGE,
            "options",
            [
                json.loads(questionnaires.canonical(WHOLE))["screens"][1]["questions"][0][
                    "options"
                ][place]
                for place in (1, 0)
            ],
        ),  # fmt: skip
        "option_order",
        "order",
        ("age",),
        "same",
    ),
    "a factor's label": (
        ("factors", 0, "label", "vi", "Khác"),
        "factor_label",
        "harmless",
        (),
        "same",
    ),
    "an alias": ((*Q1, "alias", "Q1a"), "alias", "harmless", ("q1",), "same"),
    "an alias of a row": (
        (*GRID, "rows", 0, "alias", "a"),
        "row_alias",
        "harmless",
        ("c1_1",),
        "same",
    ),  # fmt: skip
    "an alias of an option": (
        (*AGE, "options", 0, "alias", "a"),
        "option_alias",
        "harmless",
        ("age",),
        "same",
    ),  # fmt: skip
    "an alias of a scale": (
        ("scales", "s", "alias", "a"),
        "scale_alias",
        "harmless",
        ("q1", "q2", "c1_1", "c1_2", "c1_3"),
        "same",
    ),
    "an alias of a screen": (("screens", 0, "alias", "a"), "alias", "harmless", (), "same"),
}


@pytest.mark.parametrize("name", ONE)
def test_one_change_is_told_once_with_what_it_does(name):
    path, what, effect, items, grade = ONE[name]
    after = changed(*path)
    told = compare(WHOLE, after)
    found = [one for one in told.changes if one.what == what and (one.items or not items)]
    assert [(one.effect, one.items) for one in found] == [(effect, items)]
    assert told.grade == grade and told.breaks == (grade == "different")
    back = compare(after, WHOLE)
    assert back.grade == grade
    assert (back.changes[0].before, back.changes[0].after) == (
        told.changes[0].after,
        told.changes[0].before,
    )


def test_a_form_beside_itself_has_no_change():
    for name in questionnaires.shipped():
        told = compare(questionnaires.load(name), questionnaires.load(name))
        assert (told.changes, told.grade, told.index) == ((), "same", "same")


def leaves(value, path=()):
    """Every value of a document with its path."""
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(one, (*path, key))
    else:
        yield path, value


DOCUMENT = json.loads(questionnaires.canonical(WHOLE))
SILENT = {"form", "version", "notice"}  # the name itself; and there is one notice


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (path, value)
        for path, value in leaves(DOCUMENT)
        if isinstance(value, str) and path[-1] in ("vi", "en", "source") and path[0] not in SILENT
    ],
    ids=lambda one: ".".join(map(str, one)) if isinstance(one, tuple) else "",
)
def test_no_word_of_a_form_changes_in_silence(path, value):
    assert compare(WHOLE, changed(*path, value + " nữa")).changes


FULL = form(
    screen(
        "only",
        asked("q1", "rating", 'scale = "s"\nalias = "a"'),
        asked("day", "date", 'min = 2026-01-01\nmax = "today"'),
        asked(
            "why",
            "single",
            'picture = "why.png"\nretention_months = 24\n'
            + words("picture_alt", "Hình", "A picture")
            + 'audio.vi = "a.mp3"\naudio.en = "b.mp3"',
            option(1, "other = true\nalias = 'b'") + option(2) + option(3, "dont_know = true"),
        ),
        asked("much", "multiple", "", option(1) + option(2, "not_applicable = true")),
        more='alias = "c"',
    ),
    f'[[factors]]\nid = "f"\nitems = ["q1"]\n{words("label", "Một", "One")}',
    head=HEAD + words("remark", "Nhận xét", "A remark") + SCALE,
)
OTHERS = (True, False, None, 1, 2, 5, 30, "x", "x.png", "x.mp3", "yesno", "idea", "personal",
          "compared", "one-page", "today", "2026-02-02", [1], [2, 3], [9], [])  # fmt: skip


def mutations(whole):
    """Every form that comes of replacing or removing one value of a form's document."""
    text = questionnaires.canonical(whole)
    document = json.loads(text)
    paths = [path for path, _ in leaves(document)]
    paths += [("scales", "s", "satisfied"), ("scales", "s", "missing")]
    paths += [(*path[:-1], key) for path in paths for key in ("dont_know", "not_applicable")
              if path[-1] == "code"]  # fmt: skip
    for path in paths:
        for other in OTHERS:
            table = json.loads(text)
            held = table
            for key in path[:-1]:
                held = held[key]
            if other is None and isinstance(held, dict):
                held.pop(path[-1], None)
            else:
                held[path[-1]] = other
            try:
                form_ = questionnaires.from_canonical(json.dumps(table))
            except questionnaires.QuestionnaireError:
                continue
            if questionnaires.canonical(form_) != text and path[0] not in ("form", "version"):
                yield path, other, form_


@pytest.mark.parametrize("whole", [WHOLE, FULL], ids=["whole", "full"])
def test_nothing_that_makes_another_hash_is_passed_over_in_silence(whole):
    found = list(mutations(whole))
    assert len(found) > 150
    silent = [(path, other) for path, other, form_ in found if not compare(whole, form_).changes]
    assert silent == []


def test_an_item_that_went_breaks_its_factor_and_the_index():
    table = deepcopy(DOCUMENT)
    del table["screens"][0]["questions"][1]
    table["factors"][0]["items"] = ["q1"]
    told = compare(WHOLE, questionnaires.from_canonical(json.dumps(table)))
    assert [(one.what, one.items, one.before) for one in told.changes] == [
        ("item_removed", ("q2",), "Câu q2"),
        ("factor_items", (), "q1, q2"),
    ]
    graded = {one.before or one.after: one.grade for one in told.factors}
    assert graded == {"f": "different", "g": "same"}
    assert (told.index, told.breaks) == ("different", True)


def test_an_unrated_item_that_came_breaks_nothing():
    table = deepcopy(DOCUMENT)
    table["screens"][1]["questions"].append(
        {"id": "more", "kind": "yesno", "text": {"vi": "Thêm", "en": "More"}}
    )
    told = compare(WHOLE, questionnaires.from_canonical(json.dumps(table)))
    assert [(one.what, one.effect, one.items) for one in told.changes] == [
        ("item_added", "harmless", ("more",))
    ]
    assert told.grade == "same"


def test_an_item_moved_to_another_factor_breaks_both_and_the_index():
    table = deepcopy(DOCUMENT)
    table["factors"][0]["items"] = ["q1"]
    table["factors"][1]["items"] = ["q2", "c1_1", "c1_2", "c1_3"]
    told = compare(WHOLE, questionnaires.from_canonical(json.dumps(table)))
    assert {one.grade for one in told.items} == {"same"}
    assert [one.grade for one in told.factors] == ["different", "different"]
    assert told.index == "different"


def test_as_few_items_as_can_be_are_told_to_have_moved():
    table = deepcopy(DOCUMENT)
    asked_ = table["screens"][0]["questions"]
    asked_.append(asked_.pop(0))
    told = compare(WHOLE, questionnaires.from_canonical(json.dumps(table)))
    assert [(one.what, one.items, one.before, one.after) for one in told.changes] == [
        ("order", ("q1",), "1", "6")
    ]
    assert told.grade == "same"


def test_a_language_that_came_changes_no_wording():
    table = json.loads(json.dumps(DOCUMENT).replace('"vi": ', '"fr": "Nouveau", "vi": '))
    table["languages"] = ["vi", "en", "fr"]
    told = compare(WHOLE, questionnaires.from_canonical(json.dumps(table)))
    assert [(one.what, one.effect) for one in told.changes] == [("languages", "harmless")]
    back = compare(questionnaires.from_canonical(json.dumps(table)), WHOLE)
    assert [(one.what, one.effect) for one in back.changes] == [("languages", "care")]


def test_a_recoded_scale_is_told_and_breaks_no_item():
    after = changed("scales", "s", "satisfied", [1])
    pairs = [Pair("q1", "q1", "x", "reworded", recoded=True)]
    told = compare(WHOLE, after, pairs)
    graded = {one.after: one.grade for one in told.items}
    assert (graded["q1"], graded["q2"]) == ("reworded", "different")


def test_the_forms_of_2022_and_2026_are_paired_by_what_their_items_measure():
    before, after = map(questionnaires.load, ("sipas-2022@1", "sipas-1001-ward-2026@1"))
    pairs = matched(questionnaires.indicators(), before.name, after.name)
    told = compare(before, after, pairs)
    graded = {one.before: (one.after, one.grade) for one in told.items if one.before}
    assert graded["c9_21"] == ("c9_29", "reworded")
    assert graded["c9_5"] == ("c9_5", "different")
    assert told.breaks
