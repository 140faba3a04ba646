"""Limits that are the day of answering: `max = "today"` becomes a day when a form is asked."""

from dataclasses import replace
from datetime import date

from questionnaires.model import TODAY, Item, Question, Questionnaire, as_integer


def on(questionnaire: Questionnaire, day: date, *, earliest: date | None = None) -> Questionnaire:
    """The form as it is asked on a day; itself when no limit of it is the day of answering.

    earliest: answers may have been given since then, and were sent on `day`; a lower limit is
        then that day.
    """
    if not any(item.today for item in questionnaire.items):
        return questionnaire
    most = as_integer(day)
    least = as_integer(earliest or day)
    screens = tuple(
        replace(screen, questions=tuple(_question(q, least, most) for q in screen.questions))
        for screen in questionnaire.screens
    )
    return replace(questionnaire, screens=screens)


def _question(question: Question, least: int, most: int) -> Question:
    if not any(item.today for item in question.items):
        return question
    return replace(question, items=tuple(_item(item, least, most) for item in question.items))


def _item(item: Item, least: int, most: int) -> Item:
    return replace(
        item,
        least=least if "min" in item.today else item.least,
        most=most if "max" in item.today else item.most,
    )


def limits(item: Item) -> tuple[int | str, int | str]:
    """The least and the greatest answer as a form says them: an integer, or `today`."""
    least, most = item.least, item.most
    return TODAY if "min" in item.today else least, TODAY if "max" in item.today else most
