"""Earlier answers in the words of the form: `{q1}` in a wording is the label that was chosen."""

from collections.abc import Iterable, Iterator, Mapping

from questionnaires.conditions import Route
from questionnaires.features import PIPE
from questionnaires.model import Item, Option, Questionnaire, day_of
from survey.i18n import DEFAULT, number
from survey.i18n import day as official

NOTHING = "…"  # a form that repeats an answer asks only those who gave it; others see this


class Said:
    """Fills wordings in one language with the answers of one way through a form."""

    def __init__(
        self, questionnaire: Questionnaire, way: Route, language: str, communes: Mapping[str, str]
    ) -> None:
        self.questionnaire = questionnaire
        self.way = way
        self.language = language
        self.communes = communes

    def fill(self, text: str) -> str:
        """The text with each {name} replaced by the answer to it."""
        return PIPE.sub(lambda found: self.answer(found[1]) or NOTHING, text)

    def answer(self, name: str) -> str:
        """The words of an answer to an item or a question; empty without one."""
        item = self.questionnaire.by_id.get(name)
        if item is not None:
            return self._of(item)
        return ", ".join(self._several(name))

    def _several(self, name: str) -> Iterator[str]:
        question = self.questionnaire.by_question.get(name)
        found = self.way.values.get(name)
        if question is not None and isinstance(found, list):
            for code in found:
                yield self._label(question.options, code)

    def _of(self, item: Item) -> str:
        value = self.way.answers.get(item.id)
        if value is None:
            return ""
        if item.kind == "number":
            unit = self.questionnaire.by_question[item.question_id].unit.get(self.language, "")
            return f"{number(value, self.language)} {unit}".strip()
        if item.kind == "date":
            found = day_of(value)
            return official(found, self.language) if found else ""
        if item.kind == "place":
            return self.communes.get(str(value), str(value))
        return self._label(item.options, value)

    def _label(self, options: Iterable[Option], code: int) -> str:
        return next((label_of(o, self.language) for o in options if o.code == code), "")


def label_of(option: Option, language: str) -> str:
    """The words of an option; of yes and no, which are ours, in Vietnamese where we lack them."""
    return option.text.get(language) or option.text[DEFAULT]
