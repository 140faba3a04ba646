"""What a question advises when its answer cannot be taken."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import StopValidation

from survey.errors import Words

Advice = tuple[Words, Words]

# Each twice: beside the question, which is read there, and in the summary, which names it.
PICK_LEVEL = (
    _l("Please choose a level for question %(number)s."),
    _l("Please choose a level for question %(number)s: %(question)s"),
)
PICK_LINE = (
    _l("Please choose a level for line %(number)s."),
    _l("Please choose a level for line %(number)s: %(question)s"),
)
PICK_ONE = (_l("Please choose an answer."), _l("Please choose an answer: %(question)s"))
PICK_SOME = (
    _l("Please choose at least one answer."),
    _l("Please choose at least one answer: %(question)s"),
)
PICK_SHOWN = (
    _l("“%(given)s” is not one of the answers. Please choose one of those shown."),
    _l("“%(given)s” is not one of the answers. Please choose one of those shown: %(question)s"),
)
KEEP_ALONE = (
    _l("“%(option)s” cannot go together with another answer. Please keep it, or keep the others."),
    _l(
        "“%(option)s” cannot go together with another answer. Please keep it, or keep the others: "
        "%(question)s"
    ),
)


class Advised(Field):
    """What a field advises when its answer cannot be taken.

    missing: the advice for a compulsory answer left out, with its values but for the question.
    """

    of = "codes"
    summary: str = ""  # the advice as the summary of the page gives it

    def __init__(
        self,
        label: str = "",
        *,
        plain: str,
        missing: Advice,
        number: int = 0,
        compulsory: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.plain = plain
        self.missing = missing
        self.number = number
        self.compulsory = compulsory

    def advise(self, advice: Advice, **values: object) -> str:
        """The sentence for beside the question; `summary` then has the one that names it."""
        beside, named = advice
        self.summary = str(named) % {**values, "question": self.plain}
        return str(beside) % values

    def carried(self) -> list[tuple[str, str]]:
        """Names and values that a page must carry to keep what was typed here."""
        values = self.data if isinstance(self.data, list) else [self.data]
        return [(self.name, value) for value in values if value]

    def answers(self) -> dict[str, int]:
        """Item to integer; nothing where nothing was answered, or nothing that can be taken."""
        return {}

    def refuse_empty(self) -> None:
        if self.compulsory:
            raise StopValidation(self.advise(self.missing, number=self.number))
