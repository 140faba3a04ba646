"""How much a form asks of whoever answers it: answers, pages, words, and about how long."""

from collections.abc import Collection
from dataclasses import dataclass

from questionnaires.features import PIPE
from questionnaires.model import Question, Questionnaire, Words

WORDS_A_MINUTE = (
    180  # read silently by an adult; of Vietnamese, syllables, as they are written apart
)
SECONDS_AN_ANSWER = 3  # to choose it, once read
SECONDS_A_QUESTION = 8  # by which the privacy notice promises a duration


@dataclass(frozen=True)
class Effort:
    """answers: questions, and lines of a grid. words: read once each."""

    answers: int
    screens: int
    words: int

    @property
    def minutes(self) -> float:
        return self.words / WORDS_A_MINUTE + self.answers * SECONDS_AN_ANSWER / 60

    @property
    def promised(self) -> int:
        """The minutes that the privacy notice speaks of."""
        return max(1, round(self.answers * SECONDS_A_QUESTION / 60))


def effort(form: Questionnaire, language: str, asked: Collection[str]) -> Effort:
    """What the questions of these ids ask for; the notice and the comment are not counted.

    A scale is read once on a screen, however many questions share it there.
    """
    answers = screens = words = 0
    for screen in form.screens:
        questions = [question for question in screen.questions if question.id in asked]
        if not questions:
            continue
        screens += 1
        answers += sum(_answers(question) for question in questions)
        words += _count(screen.title, language) + _count(screen.introduction, language)
        words += sum(_own_words(question, language) for question in questions)
        lists = dict.fromkeys(question.options for question in questions)
        words += sum(_count(option.text, language) for each in lists for option in each)
    return Effort(answers, screens, words)


def _answers(question: Question) -> int:
    return 0 if question.kind == "note" else len(question.rows) or 1


def _own_words(question: Question, language: str) -> int:
    texts = [question.text, question.hint, question.unit, *(row.text for row in question.rows)]
    return sum(_count(text, language) for text in texts)


def _count(words: Words, language: str) -> int:
    return len(PIPE.sub("x", words.get(language, "")).split())
