"""What is typed or chosen to give some answers, and what no question takes."""

from collections.abc import Iterator, Mapping

from questionnaires import Question
from questionnaires.conditions import CHOSEN
from questionnaires.model import GREATEST, day_of

Typed = dict[str, list[str]]
PARTS = ("d", "m", "y")
TOO_LONG = "Cán bộ hướng dẫn tận tình. " * 200
FAR = "77"  # a code that no form has


def reply(question: Question, answers: Mapping[str, int]) -> Typed:
    """Field to values, of one question; without an answer its fields are empty."""
    match question.kind:
        case "text":
            return {question.id: [f"Lời viết {question.id}"]}
        case "note":
            return {}
        case "date":
            day = day_of(answers.get(question.id, 0))
            parts = [str(n) for n in (day.day, day.month, day.year)] if day else ["", "", ""]
            return {f"{question.id}-{p}": [text] for p, text in zip(PARTS, parts, strict=True)}
        case "multiple":
            chosen = [o.code for o in question.choices if _is_chosen(question, o.code, answers)]
            typed = {question.id: [str(code) for code in chosen]}
        case "number" | "place":
            return {question.id: [str(answers.get(question.id, ""))]}
        case _:
            given = ((item.id, answers.get(item.id)) for item in question.items)
            typed = {name: [str(code)] if code else [] for name, code in given}
            chosen = [answers.get(question.id, 0)]
    if question.other:
        other = question.other.code in chosen
        typed[f"{question.id}-other"] = [f"Điều khác {question.id}"] if other else [""]
    return typed


def _is_chosen(question: Question, code: int, answers: Mapping[str, int]) -> bool:
    return answers.get(f"{question.id}_{code}") == CHOSEN


def faulty(question: Question) -> Iterator[Typed]:
    """Replies that the question does not take, whatever else is answered."""
    empty = reply(question, {})
    if question.required and question.items:
        yield empty
    match question.kind:
        case "number":
            [item] = question.items
            yield from ({question.id: [text]} for text in ("-1", "1.5", "không", "１", "9" * 13))
            if item.least > 0:
                yield {question.id: [str(item.least - 1)]}
            yield {question.id: [str(item.most + 1)]}
        case "date":
            [item] = question.items
            for parts in (("31", "2", "2026"), ("", "2", "2026"), ("a", "b", "c")):
                yield {f"{question.id}-{p}": [text] for p, text in zip(PARTS, parts, strict=True)}
            yield from (
                reply(question, {question.id: value})
                for value in (item.least - 10_000, item.most + 10_000)
                if day_of(value)
            )
        case "text":
            yield {question.id: [TOO_LONG]}
        case "place":
            yield from ({question.id: [text]} for text in ("1", str(GREATEST), "Đông Hà"))
        case "multiple":
            yield {question.id: [FAR]}
            alone = [str(o.code) for o in question.choices if o.exclusive]
            others = [str(o.code) for o in question.choices if not o.exclusive and not o.show_when]
            if alone and others:
                yield {question.id: [alone[0], others[0]]}
        case "rating" | "single" | "yesno" | "grid":
            yield from ({item.id: [FAR]} for item in question.items)
