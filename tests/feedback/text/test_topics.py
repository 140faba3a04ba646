"""Suggested topics of texts, and signs that another law holds."""

import tomllib
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.feedback.text.lists import FOLDER
from survey.feedback.text.topics import OTHER, sensitive, suggested_topics, topics
from survey.feedback.words import TOPIC_WORDS
from survey.text import fold

LABELLED = tomllib.loads((Path(__file__).parent / "labelled.toml").read_text("utf-8"))


def first(text: str) -> str:
    return suggested_topics(text)[0].code


def test_most_texts_have_their_topic_first_or_second():
    """Written beside the lexicon, by the same hand: a real inbox may do worse."""
    rows = [(code, text) for code, texts in LABELLED["topic"].items() for text in texts]
    firsts = [(code, text) for code, text in rows if first(text) != code]
    near = [
        (code, text)
        for code, text in rows
        if code not in [one.code for one in suggested_topics(text)[:2]]
    ]
    print(*firsts, sep="\n")
    assert len(rows) >= 100
    assert 1 - len(firsts) / len(rows) >= 0.85
    assert 1 - len(near) / len(rows) >= 0.93


@pytest.mark.parametrize("change", [fold, str.upper, lambda t: unicodedata.normalize("NFD", t)])
def test_topics_do_not_depend_on_how_a_text_is_written(change):
    for texts in LABELLED["topic"].values():
        for text in texts:
            assert suggested_topics(change(text)) == suggested_topics(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Cán bộ rất tận tình", "praise"),
        ("Cán bộ không tận tình", "attitude"),
        ("Cán bộ chưa được nhiệt tình", "attitude"),
        ("Không những tận tình mà còn vui vẻ", "praise"),
        ("Kết quả đúng hẹn", "praise"),
        ("Kết quả không đúng hẹn", "late"),
        ("Không phải là không tận tình", "praise"),
    ],
)
def test_what_is_denied_does_not_count(text, code):
    assert first(text) == code


def test_a_topic_says_which_words_spoke_for_it():
    (one,) = suggested_topics("Trễ hẹn ba ngày.")
    assert (one.code, one.score, one.words) == ("late", 1.0, ("tre hen",))


def test_what_speaks_for_nothing_is_something_else():
    assert [one.code for one in suggested_topics("abc xyz")] == [OTHER]
    assert suggested_topics("  ") == []


@pytest.mark.parametrize(("code", "texts"), LABELLED["sensitive"].items())
def test_signs_of_another_law_are_seen(code, texts):
    for text in texts:
        assert [one.code for one in sensitive(text)][:1] == [code], text


@pytest.mark.parametrize("text", LABELLED["ordinary"])
def test_ordinary_feedback_shows_no_such_sign(text):
    assert sensitive(text) == []


def test_every_topic_has_its_words_in_both_languages_and_at_the_desk():
    codes = [topic.code for topic in topics()]
    assert len(codes) == len(set(codes)) == 13
    assert all(topic.names["vi"] and topic.names["en"] for topic in topics())
    assert set(codes) == set(TOPIC_WORDS)


def test_no_list_says_the_same_word_for_two_topics_twice():
    tables = tomllib.loads((FOLDER / "topics.toml").read_text("utf-8"))
    for one in tables["topic"] + tables["sensitive"]:
        words = [word.strip() for line in one["words"].split("\n") for word in line.split(";")]
        words = [word for word in words if word]
        assert [word for word in words if words.count(word) > 1] == [], one["code"]
        assert all(word == fold(word) for word in words)


@given(st.text(max_size=200))
def test_any_text_has_topics_with_shares(text):
    found = suggested_topics(text)
    assert all(0 <= one.score <= 1 for one in found)
    assert sum(one.score for one in found) == pytest.approx(1) or [one.code for one in found] in (
        [], [OTHER],
    )  # fmt: skip
