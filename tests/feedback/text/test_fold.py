"""One fold for search: every Vietnamese letter, composed or spelled apart, in either case."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.text import fold, normal
from tests.feedback.text.letters import letters

ALL = list(letters())
WORDS = [
    ("Đồng Hới", "dong hoi"),
    ("ĐƯỜNG", "duong"),
    ("đất đai", "dat dai"),
    ("Nguyễn", "nguyen"),
    ("được cấp sổ đỏ", "duoc cap so do"),
    ("Trễ hẹn giấy tờ", "tre hen giay to"),
    ("huyện Đakrông", "huyen dakrong"),
    ("A Kăn, Rơ Châm H'Yéo", "a kan, ro cham h'yeo"),
    ("khuỷu, khúc khuỷu, nghiêng ngửa", "khuyu, khuc khuyu, nghieng ngua"),
    ("Ðặng", "dang"),  # U+00D0, which old fonts and keyboards write for Đ
]


def test_vietnamese_has_134_letters_beyond_plain_latin():
    assert len({one.letter for one in ALL}) == len(ALL) == 134
    assert all(len(one.letter) == 1 for one in ALL)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.letter)
def test_every_letter_folds_however_it_is_written(one):
    assert fold(one.letter) == one.folded
    for apart in one.apart:
        assert fold(apart) == one.folded
        assert normal(apart) == one.letter
        assert fold(f"tr{apart}n") == f"tr{one.folded}n"


def test_the_table_by_hand_agrees_with_unicode():
    for one in ALL:
        assert unicodedata.normalize("NFD", one.letter) == one.apart[0]


@pytest.mark.parametrize(("word", "folded"), WORDS)
@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_words_fold_in_every_form_and_case(word, folded, form):
    for said in (word, word.lower(), word.upper(), word.title()):
        assert fold(unicodedata.normalize(form, said)) == folded


@given(st.text(max_size=50))
def test_composed_and_spelled_apart_fold_alike(text):
    composed, apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert fold(composed) == fold(apart)


@given(st.text(alphabet=[*(one.letter for one in ALL), *"abc -."], max_size=50))
def test_a_folded_text_is_plain_and_folds_to_itself(text):
    assert fold(text).isascii()
    assert fold(fold(text)) == fold(text)
