"""A condition in words says the same as the condition, as far as anybody with a pen needs it."""

import pytest
from hypothesis import assume, given, settings

from questionnaires.expressions import parse
from questionnaires.trees import sets
from survey.exchange.paper.numbers import labels
from survey.exchange.paper.said import Teller
from survey.exchange.paper.sheet import words_of
from tests.exchange.test_schema import EVERY
from tests.questionnaires.conditions_made import SEVERAL, conditions


def told(condition, language="vi"):
    return Teller(EVERY, labels(EVERY), words_of(language), language).told(condition)


@pytest.mark.parametrize(
    ("condition", "vi", "en"),
    [
        ("q1 == 1", "câu 1 chọn “Có”", "you chose “Yes” in question 1"),
        ("q3 != 2", "câu 3 chọn “Không”", "you chose “No” in question 3"),
        ("c1_1 <= 4", "câu 7, dòng 1 chọn ô khác “Không rõ”",
         "you chose something other than “Not sure” in question 7, row 1"),
        ("c1_2 in [4, 6]", "câu 7, dòng 2 chọn ô khác “Kém”",
         "you chose something other than “Bad” in question 7, row 2"),
        ("not q1 == 1", "câu 1 không chọn “Có”", "you did not choose “Yes” in question 1"),
        ("3 in c2", "câu 8 có chọn “Quạt”", "you chose “A fan” in question 8"),
        ("not 3 in c2", "câu 8 không chọn “Quạt”", "you did not choose “A fan” in question 8"),
        ("c2_5 == 2", "câu 8 không chọn “Nước”", "you did not choose “Water” in question 8"),
        ("1 in c1", "câu 7 có dòng chọn “Kém”", "you chose “Bad” in a row of question 7"),
        ("answered(q1, c2)", "Ông/Bà có trả lời câu 1 và câu 8",
         "you answered question 1 and question 8"),
        ("not answered(visits)", "Ông/Bà để trống câu 4", "you left question 4 empty"),
        ("visits > 3", "số ghi ở câu 4 lớn hơn 3", "the number in question 4 is more than 3"),
        ("3 < visits", "số ghi ở câu 4 lớn hơn 3", "the number in question 4 is more than 3"),
        ("constructor >= 2026-07-01", "ngày ghi ở câu 5 từ 01/07/2026 trở đi",
         "the day in question 5 is not before 01/07/2026"),
        ("count(c2) > 1", "số ô đã chọn ở câu 8 lớn hơn 1",
         "the number of boxes chosen in question 8 is more than 1"),
        ("q2 + visits >= 5", "số ghi ở câu 2 cộng số ghi ở câu 4 từ 5 trở lên",
         "the number in question 2 plus the number in question 4 is at least 5"),
        ("visits in [1, 2]", "số ghi ở câu 4 là một trong các số 1, 2",
         "the number in question 4 is one of 1, 2"),
        ("q1 == 1 and (q3 == 2 or visits == 0)",
         "câu 1 chọn “Có” và (câu 3 chọn “Có” hoặc số ghi ở câu 4 bằng 0)",
         "you chose “Yes” in question 1 and (you chose “Yes” in question 3 or the number in "
         "question 4 is 0)"),
        ("not (q1 == 1 and q3 == 2)",
         "không phải trường hợp (câu 1 chọn “Có” và câu 3 chọn “Có”)",
         "it is not the case that (you chose “Yes” in question 1 and you chose “Yes” in "
         "question 3)"),
    ],
)  # fmt: skip
def test_a_condition_in_words(condition, vi, en):
    assert told(parse(condition)) == vi
    assert told(parse(condition), "en") == en


@settings(max_examples=300)
@given(conditions)
def test_every_condition_can_be_told(tree):
    assume(set(sets(tree)) <= set(SEVERAL))
    for language in ("vi", "en"):
        sentence = told(tree, language)
        assert sentence and "{" not in sentence


def test_both_languages_have_the_same_words():
    vi, en = words_of("vi"), words_of("en")
    assert vi.keys() == en.keys()
    assert vi["compare"].keys() == en["compare"].keys() == vi["days"].keys() == en["days"].keys()
    assert words_of("km") is vi
