"""Which of LimeSurvey's types a question goes to, and what it is called in its themes."""

from collections.abc import Mapping

from questionnaires.model import Option, Question
from survey.exchange.lss.kinds import GENDER

BY_KIND: Mapping[str, str] = {
    "rating": "L",
    "single": "L",
    "multiple": "M",
    "yesno": "Y",
    "grid": "F",
    "number": "N",
    "date": "D",
    "place": "S",
    "text": "T",
    "note": "X",
}
THEMES: Mapping[str, str] = {
    "L": "listradio",
    "5": "5pointchoice",
    "G": "gender",
    "M": "multiplechoice",
    "Y": "yesno",
    "F": "arrays/array",
    "A": "arrays/5point",
    "B": "arrays/10point",
    "N": "numerical",
    "D": "date",
    "S": "shortfreetext",
    "T": "longfreetext",
    "X": "boilerplate",
}


def type_of(question: Question) -> str:
    """The type: one that has its answers of itself where they are exactly these."""
    if question.kind == "single" and _numbered(question.options, 5):
        return "5"
    if question.kind == "single" and _gender(question):
        return "G"
    if question.kind == "grid" and _numbered(question.options, 5):
        return "A"
    if question.kind == "grid" and _numbered(question.options, 10):
        return "B"
    return BY_KIND[question.kind]


def fixed(question: Question) -> bool:
    """Whether its type has its answers of itself, or has none."""
    return type_of(question) not in ("L", "F")


def _numbered(options: tuple[Option, ...], most: int) -> bool:
    return len(options) == most and all(
        _bare(option) and not option.alias and option.code == n
        and set(option.text.values()) == {str(n)}
        for n, option in enumerate(options, 1)
    )  # fmt: skip


def _gender(question: Question) -> bool:
    return question.data_class == "personal" and [
        (o.code, o.alias, o.text["vi"], o.text["en"]) for o in question.options if _bare(o)
    ] == [(n, code, words["vi"], words["en"]) for n, (code, words) in enumerate(GENDER, 1)]


def _bare(option: Option) -> bool:
    return not (option.exclusive or option.other or option.no_opinion or option.show_when)
