"""Names, codes, languages and wordings of other tools, as this platform writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.checks import SHAPES
from questionnaires.problems import Faults, Lines
from questionnaires.shapes import IDENTIFIER, ShapeCheck
from survey.exchange.fidelity import Ledger
from survey.exchange.incoming import Ids, codes, in_every_language, language_code, plain


@given(st.lists(st.text(max_size=40), max_size=30))
def test_every_name_gives_an_id_of_its_own(names):
    ids = Ids("q")
    made = [ids.new(name) for name in names]
    assert len(set(made)) == len(made)
    assert all(IDENTIFIER.fullmatch(one) and len(one) <= 28 for one in made)


def test_an_id_is_like_its_name():
    ids = Ids("q")
    names = ("Q1 Fee", "Q1-fee", "12", "Độ tuổi", "day", "and", "w_base", "…")
    assert [ids.new(name) for name in names] == [
        "q1_fee", "q1_fee_2", "q12", "do_tuoi", "day_2", "and_2", "q_w_base", "q",
    ]  # fmt: skip


def test_the_items_of_a_question_have_ids_of_their_own_too():
    ids = Ids("q")
    assert [ids.new("Q1", [1, 2]), ids.new("Q1"), ids.new("Q1 2"), ids.new("q1", [2])] == [
        "q1", "q1_3", "q1_2_2", "q1_4",
    ]  # fmt: skip


def test_codes_are_the_names_where_these_can_be_codes():
    assert codes(["5", "4", "1"]) == [5, 4, 1]
    assert codes(["0", "1"]) == [1, 2]
    assert codes(["1", "1"]) == [1, 2]
    assert codes(["yes", "2"]) == [1, 2]
    assert codes([str(n) for n in range(128)]) is None


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("English (en)", "en"), ("Tiếng Việt (vi)", "vi"), ("vi", "vi"), ("pt-BR", "pt"),
        ("Français", "fr"), ("French", "fr"), ("tiếng Khmer", "km"), ("Chinese (zh-Hans)", "zh"),
        ("de-informal", "de"), ("Klingonese", None), ("default", None), ("", None),
    ],
)  # fmt: skip
def test_languages_are_known_by_their_labels(label, code):
    assert language_code(label) == code


@given(st.text())
def test_plain_words_are_words_that_a_form_takes(text):
    words = plain(text)
    if words:
        faults = Faults("x", Lines())
        option = {"code": 1, "text": {"vi": words, "en": words}}
        ShapeCheck(SHAPES, ("vi", "en"), faults).table("option", option)
        assert faults.problems == []


def test_plain_words_lose_their_marks_and_nothing_else():
    assert plain("<p>Thời gian <b>chờ</b>&nbsp;&amp; đi lại</p>\n<br/>(phút)") == (
        "Thời gian chờ & đi lại (phút)"
    )
    assert plain("thời\u00ad gian\u200b\ufeff chờ\u2028lâu\ufffd") == "thời gian chờ lâu"
    assert plain("**Rất** quan trọng, 3 < 5, 2 * 3 * 4, a_b_c") == (
        "Rất quan trọng, 3 < 5, 2 * 3 * 4, a_b_c"
    )


def test_a_missing_wording_is_told_and_another_stands_for_it():
    ledger = Ledger({})
    words = in_every_language({"en": "Fee", "fr": ""}, ("vi", "en", "fr"), "en", ledger, "q1")
    assert words == {"vi": "Fee", "en": "Fee", "fr": "Fee"}
    said = [note.said for note in ledger.report().notes]
    assert len(said) == 2 and "“vi”" in said[0] and "“en” stands" in said[0]
