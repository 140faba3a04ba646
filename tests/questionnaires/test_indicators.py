"""An installation maps its own forms to indicators, and never contradicts the platform."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import questionnaires
from questionnaires import Indicator, Measure, QuestionnaireError
from questionnaires.indicators import between, matched, with_own
from tests.questionnaires.written import HEAD, asked, form, screen, words

LABEL = words("label", "Thời gian chờ", "Time waited")
FEE = words("label", "Phí, lệ phí đúng quy định", "Fees as the rules provide")
FIVE = ((1, "Rất tệ", "Very bad"), (2, "Tệ", "Bad"), (3, "Vừa", "Fair"), (4, "Tốt", "Good"),
        (5, "Rất tốt", "Very good"))  # fmt: skip
THREE = ((1, "Tốt", "Good"), (2, "Vừa", "Fair"), (3, "Tệ", "Bad"), (9, "Không rõ", "Unsure"))


def rated(name: str, options, satisfied: str, missing: str = "[]"):
    """A form of one rated item, q1, on a scale of its own."""
    scale = f"[scales.s]\nsatisfied = {satisfied}\nmissing = {missing}\n" + "".join(
        f"[[scales.s.options]]\ncode = {code}\n{words('text', vi, en)}" for code, vi, en in options
    )
    factor = f'[[factors]]\nid = "f"\nitems = ["q1"]\n{words("label", "Yếu tố", "Factor")}'
    head = HEAD.replace('"small"', f'"{name}"') + scale
    return form(screen("only", asked("q1", "rating", 'scale = "s"')), factor, head=head)


FORMS = {
    one.name: one
    for one in (
        rated("counter", FIVE, "[4, 5]"),
        rated("faces", THREE, "[1]", "[9]"),
        form(screen("only", asked("q1", "number")), head=HEAD.replace('"small"', '"days"')),
    )
}


@pytest.fixture
def own(tmp_path):
    """`own(*items, id=…)`: the indicators with an own file of one indicator."""

    def read(*items: str, id: str = "QT.waiting", label: str = LABEL):
        lines = "".join(f"  {{ {item} }},\n" for item in items)
        file = tmp_path / "indicators.toml"
        text = f'[[indicators]]\nid = "{id}"\n{label}items = [\n{lines}]\n'
        file.write_text(text, encoding="utf-8")
        return {one.id: one for one in with_own(file, FORMS.get)}

    return read


REFERENCE = 'form = "counter@1", item = "q1", grade = "same"'


def faces(recode: str, grade: str = "reworded") -> str:
    return f'form = "faces@1", item = "q1", grade = "{grade}", recode = {recode}'


def test_an_own_indicator_stands_beside_those_of_the_platform(own):
    found = own(REFERENCE, faces("{ 1 = 5, 2 = 3, 3 = 1 }"))
    assert list(found)[:-1] == [one.id for one in questionnaires.indicators()]
    waiting = found["QT.waiting"]
    assert waiting.reference == Measure("counter@1", "q1", "same")
    assert waiting.in_form("faces@1").recode == {1: 5, 2: 3, 3: 1}


def test_an_own_item_joins_an_indicator_of_the_platform_and_its_reference_stays(own):
    item = 'form = "counter@1", item = "q1", grade = "same"'
    fee = own(item, id="SIPAS.service.procedure.fee", label=FEE)["SIPAS.service.procedure.fee"]
    assert fee.reference.form == "sipas-2022@1"
    assert [one.form for one in fee.items][-1] == "counter@1"


FAULTS = {
    "a code left out": ((REFERENCE, faces("{ 1 = 5, 2 = 3 }")), ":7: ", "leaves out 3"),
    "a missing code that becomes an opinion": (
        (REFERENCE, faces("{ 1 = 5, 2 = 3, 3 = 1, 9 = 3 }")),
        ":7: ",
        "opinion of 9, which means no opinion",
    ),
    "a code that is not on the scale": (
        (REFERENCE, faces("{ 1 = 5, 2 = 3, 3 = 1, 4 = 1 }")),
        ":7: ",
        "speaks of 4",
    ),
    "a code that the reference has not": (
        (REFERENCE, faces("{ 1 = 5, 2 = 3, 3 = 7 }")),
        ":7: ",
        "gives 7, which is no opinion",
    ),
    "another scale and no recode": (
        (REFERENCE, 'form = "faces@1", item = "q1", grade = "reworded"'),
        ":7: ",
        "satisfied 1) is not the reference's",
    ),
    "a recode of the reference": (
        (REFERENCE + ", recode = { 1 = 1 }",),
        ":6: ",
        "the reference item has a recode",
    ),
    "a number": (
        (REFERENCE, 'form = "days@1", item = "q1", grade = "reworded"'),
        ":7: ",
        "has no scale",
    ),
    "a recode of a number": (
        (REFERENCE, 'form = "days@1", item = "q1", grade = "different", recode = { 1 = 1 }'),
        ":7: ",
        "has no codes",
    ),
    "a recode of words": (
        (REFERENCE, faces("{ good = 5 }")),
        ":7: ",
        "what codes become",
    ),
    "an unknown form": (
        (REFERENCE, 'form = "nowhere@1", item = "q1", grade = "same"'),
        ":7: ",
        "no form “nowhere@1”",
    ),
    "an unknown item": (
        (REFERENCE, 'form = "faces@1", item = "q7", grade = "same"'),
        ":7: ",
        "has no item “q7”",
    ),
    "two items of one form": (
        (REFERENCE, 'form = "counter@1", item = "q2", grade = "reworded"'),
        ":7: ",
        "another item of counter@1",
    ),
    "no reference": (
        ('form = "counter@1", item = "q1", grade = "reworded"',),
        ":5: ",
        "no item is graded “same”",
    ),
    "an item of the platform's": (
        (REFERENCE, 'form = "sipas-2022@1", item = "c9_21", grade = "same"'),
        ":7: ",
        "measures SIPAS.service.procedure.fee already",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_own_file_is_told_with_its_line_and_remedy(own, name):
    items, line, what = FAULTS[name]
    with pytest.raises(QuestionnaireError, match=re.escape(what)) as told:
        own(*items)
    (problem,) = told.value.problems
    assert f"indicators.toml{line}" in str(problem) and problem.remedy.endswith(".")


def test_an_own_file_cannot_rename_what_the_platform_names(own):
    with pytest.raises(QuestionnaireError, match="not the one of the platform, “Phí, lệ phí"):
        own(REFERENCE, id="SIPAS.service.procedure.fee")


def test_an_own_file_cannot_grade_anew_what_the_platform_graded(own):
    item = 'form = "sipas-2640@1", item = "q8", grade = "same"'
    with pytest.raises(QuestionnaireError, match="stands twice"):
        own(item, id="SIPAS.service.procedure.fee", label=FEE)


def test_a_different_scale_needs_no_recode_where_nothing_is_compared(own):
    found = own(REFERENCE, 'form = "faces@1", item = "q1", grade = "different"')
    assert found["QT.waiting"].in_form("faces@1").grade == "different"


def test_two_wordings_are_as_far_apart_as_the_worse_of_them():
    same, reworded, other = (Measure(f"{g}@1", "q1", g) for g in ("same", "reworded", "different"))
    assert between(same, reworded) == between(reworded, same) == "reworded"
    assert between(other, reworded) == "different"
    assert between(other, other) == between(reworded, reworded) == "same"


def test_items_of_two_forms_are_matched_by_what_they_measure():
    pairs = {
        pair.indicator: pair
        for pair in matched(questionnaires.indicators(), "sipas-2022@1", "sipas-1001-ward-2026@1")
    }
    fee = pairs["SIPAS.service.procedure.fee"]
    assert (fee.before, fee.after, fee.grade) == ("c9_21", "c9_29", "reworded")
    assert pairs["SIPAS.policy.content.economy"].grade == "different"


def test_the_first_item_graded_same_is_the_reference():
    one = Indicator("x", {}, (Measure("a@1", "q", "reworded"), Measure("b@1", "q", "same"),
                              Measure("c@1", "q", "same")))  # fmt: skip
    assert one.reference.form == "b@1"


@pytest.mark.parametrize(
    "text",
    ["", "[[indicators]]", "a = " + "[" * 50_000, "a = " + "9" * 10_000, "indicators = [1]", "[["],
)
def test_whatever_stands_in_the_own_file_is_told_and_not_crashed_into(tmp_path, text):
    file = tmp_path / "indicators.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(QuestionnaireError, match="indicators.toml:"):
        with_own(file, FORMS.get)
    with pytest.raises(QuestionnaireError, match="cannot be read"):
        with_own(tmp_path, FORMS.get)


BROKEN_WORDS = ("0", "-1", "true", '""', "[]", "{}", "{ 1 = 0 }", "{ x = 5 }", "1979-05-27", "nan")
WHOLE = (
    f'[[indicators]]\nid = "QT.waiting"\n{LABEL}items = [\n  {{ {REFERENCE} }},\n'
    f"  {{ {faces('{ 1 = 5, 2 = 3, 3 = 1 }')} }},\n]\n"
)


@given(st.data())
def test_a_changed_own_file_is_told_its_faults_and_never_breaks_the_reader(tmp_path_factory, data):
    parts = re.split(r"(?<== )([^,\n}]+)", WHOLE)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(parts) // 2 - 1)) * 2 + 1
        parts[at] = data.draw(st.sampled_from(BROKEN_WORDS))
    file = tmp_path_factory.getbasetemp() / "indicators.toml"
    file.write_text("".join(parts), encoding="utf-8")
    try:
        with_own(file, FORMS.get)
    except QuestionnaireError as error:
        assert all(one.line and one.what and one.remedy for one in error.problems)
