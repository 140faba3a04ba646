"""Texts that are like others, and themes of many."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.feedback.text.likeness import opposed, similar, themes
from survey.text import fold

OTHERS = [
    "Phải chờ lâu ở quầy số 3",
    "Thu phí đúng quy định",
    "Máy lấy số bị hỏng",
    "quầy số 3 chờ lâu quá, phải chờ cả buổi",
    "",
]


def test_the_same_said_in_other_words_comes_first():
    found = similar("Chờ lâu quá ở quầy số 3", OTHERS, limit=2)
    assert [one.index for one in found] == [0, 3]
    assert all(85 <= one.score <= 100 and not one.opposed for one in found)


def test_a_text_that_says_the_contrary_is_alike_and_says_so():
    (found,) = similar("Thu phí sai quy định", OTHERS, limit=1)
    assert found.index == 1 and found.score > 80 and found.opposed


@pytest.mark.parametrize(
    ("one", "other", "turned"),
    [
        ("Cán bộ rất tận tình", "Cán bộ không tận tình", True),
        ("Làm nhanh", "Làm chậm", True),
        ("Không đúng hẹn", "Chưa đúng hẹn", False),
        ("Thiếu ghế ngồi", "Phòng thiếu ghế", False),
        ("Trả kết quả sớm", "tra ket qua tre", True),
    ],
)
def test_words_that_turn_the_meaning_are_seen(one, other, turned):
    assert opposed(one, other) is opposed(other, one) is turned


@pytest.mark.parametrize("change", [fold, str.upper, lambda t: unicodedata.normalize("NFD", t)])
def test_accents_and_case_make_no_difference(change):
    assert similar(change("Chờ lâu quá"), OTHERS, limit=3) == similar(
        "Chờ lâu quá", OTHERS, limit=3
    )


def test_what_is_unlike_is_left_out_and_nothing_is_like_nothing():
    assert similar("xyz", OTHERS, limit=5) == []
    assert similar("  ", OTHERS, limit=5) == []
    assert len(similar("chờ lâu", ["chờ lâu"] * 10, limit=4)) == 4


TEXTS = [
    "Máy lấy số bị hỏng từ thứ hai", "Máy lấy số hỏng rồi", "may lay so hong", "Trễ hẹn ba ngày",
    "Hồ sơ trễ hẹn", "Tre hen mai", "Bãi giữ xe xa trung tâm", "Giữ xe xa quá", "Chỗ giữ xe xa",
]  # fmt: skip


def test_themes_are_topics_and_words_that_several_texts_share():
    found = themes(TEXTS)
    topics = {theme.topic: theme.texts for theme in found if theme.topic}
    words = {theme.words: theme.texts for theme in found if theme.words}
    assert topics["late"] == (3, 4, 5)
    assert topics["equipment"][:3] == (0, 1, 2)
    assert words["giữ xe"] == (6, 7, 8)
    assert "xe xa" not in words  # the same texts under another name


def test_themes_are_the_same_every_time_and_need_several_texts():
    assert themes(TEXTS) == themes(list(TEXTS))
    assert themes(TEXTS[:2]) == themes([]) == []
    rng = random.Random(1)
    many = [rng.choice(TEXTS) for _ in range(500)]
    assert len(themes(many, most=4)) == 4


@given(st.text(max_size=100), st.lists(st.text(max_size=50), max_size=8))
def test_any_texts_can_be_compared(text, others):
    found = similar(text, others, limit=3)
    assert len(found) <= 3
    assert all(60 <= one.score <= 100 and 0 <= one.index < len(others) for one in found)
    assert all(max(theme.texts) < len(others) for theme in themes(others))
