"""A limit may be the day of answering, which a form is told when it is asked."""

from datetime import date
from pathlib import Path

import questionnaires
from questionnaires.today import on

FORM = Path(__file__).parent / "feature_forms" / "date_today.toml"
JULY = date(2026, 7, 10)


def test_a_day_until_today_is_taken_up_to_the_day_of_answering():
    form = on(questionnaires.load(FORM), JULY)
    received, appointed = form.by_id["received"], form.by_id["appointed"]
    assert [received.takes(day) for day in (20191231, 20200101, 20260710, 20260711)] == [
        False, True, True, False,
    ]  # fmt: skip
    assert [appointed.takes(day) for day in (20260709, 20260710, 21991231)] == [False, True, True]


def test_what_waited_in_a_device_may_be_from_any_day_since_the_round_opened():
    form = on(questionnaires.load(FORM), JULY, earliest=date(2026, 7, 1))
    assert [form.by_id["appointed"].takes(day) for day in (20260630, 20260701)] == [False, True]
    assert not form.by_id["received"].takes(20260711)


def test_the_canonical_text_says_today_on_whichever_day_it_is_written():
    form = questionnaires.load(FORM)
    text = questionnaires.canonical(form)
    assert '"max":"today","min":"2020-01-01"' in text
    assert '"max":"2199-12-31","min":"today"' in text
    assert questionnaires.canonical(on(form, JULY)) == text
    assert questionnaires.from_canonical(text) == form


def test_a_form_without_such_a_limit_stays_itself():
    form = questionnaires.load("one-stop-ward@1")
    assert on(form, JULY) is form
