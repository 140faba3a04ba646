"""What is not the same in two versions of a form, change by change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from questionnaires import facts
from questionnaires.facts import BREAKS, CARE, DIFFERENT, HARMLESS, ORDER, Facts, Name
from questionnaires.model import Questionnaire


@dataclass(frozen=True)
class Pair:
    """An item of the earlier form and the one of the later form that measures the same thing.

    indicator: what both measure; empty where they only have the same id.
    grade: how their wordings were graded, empty where nobody did.
    recoded: the codes of one are turned into those of the other before they are compared.
    """

    before: str
    after: str
    indicator: str = ""
    grade: str = ""
    recoded: bool = False


@dataclass(frozen=True)
class Change:
    """One thing that is not as it was.

    what: a name of `facts.WEIGHTS`, or one of item_added, item_removed, question_added,
        question_removed, id, order, graded, languages, factor_label, data_class and the like.
    effect: of `facts.EFFECTS`.
    before, after: texts; empty where there was or is nothing.
    items: the items it is about, by their later ids; empty when it is about no figure.
    where: id of the question, screen or factor it is about when there are no items.
    language: of a wording; code: of an option, or the number of a check; else empty and 0.
    """

    what: str
    effect: str
    before: str
    after: str
    items: tuple[str, ...] = ()
    where: str = ""
    language: str = ""
    code: int = 0


def of_form(before: Questionnaire, after: Questionnaire) -> list[Change]:
    made = _differences(before, after, facts.of_form(before), facts.of_form(after))
    if before.languages != after.languages:
        lost = set(before.languages) - set(after.languages)
        told = (", ".join(before.languages), ", ".join(after.languages))
        made.append(Change("languages", CARE if lost else HARMLESS, *told))
    screens = {screen.id: screen for screen in before.screens}
    for screen in after.screens:
        if screen.id in screens:
            old = facts.of_screen(screens[screen.id])
            made += _differences(before, after, old, facts.of_screen(screen), where=screen.id)
    return made


def _differences(
    before: Questionnaire,
    after: Questionnaire,
    old: Facts,
    new: Facts,
    *,
    where: str = "",
    items: tuple[str, ...] = (),
) -> list[Change]:
    """A change for each fact that is not the same, in the languages that both forms have."""
    both = {"", *before.languages} & {"", *after.languages}
    first = after.languages[0]
    return [
        Change(
            name.what,
            facts.weight(name, first),
            old.get(name, ""),
            new.get(name, ""),
            items,
            where,
            name.language,
            name.code,
        )
        for name in dict.fromkeys([*old, *new])
        if old.get(name, "") != new.get(name, "") and name.language in both
    ]


def of_items(
    before: Questionnaire, after: Questionnaire, pairs: Mapping[str, Pair]
) -> list[Change]:
    """The changes of all paired items; what is the same change in several is told once."""
    old, new = _places(before), _places(after)
    found: dict[Change, list[str]] = {}
    for name, pair in pairs.items():
        made = _differences(before, after, old[pair.before], new[name])
        for change in (*_graded(pair), *(_fitting(one, made, pair) for one in made)):
            if change is not None:
                found.setdefault(change, []).append(name)
    return [replace(change, items=tuple(names)) for change, names in found.items()]


def _graded(pair: Pair) -> list[Change]:
    made = []
    if pair.before != pair.after:
        made.append(Change("id", HARMLESS, pair.before, pair.after))
    if pair.grade == DIFFERENT:
        made.append(Change("graded", BREAKS, pair.indicator, DIFFERENT))
    return made


def _fitting(change: Change, beside: list[Change], pair: Pair) -> Change | None:
    """The change as it weighs beside the others; None where another one tells it already."""
    told = {one.what for one in beside}
    if change.what == "option_order" and _set(change.before) != _set(change.after):
        if "codes" in told:
            return None
        return Change("options", CARE, change.before, change.after)
    if change.what == "option_text" and not (change.before and change.after) and "codes" in told:
        return None
    if pair.recoded and change.what in facts.SCALE and change.effect == BREAKS:
        return Change(change.what, CARE, change.before, change.after)
    return change


def _set(codes: str) -> set[str]:
    return set(codes.split(", "))


def _places(form: Questionnaire) -> dict[str, Facts]:
    """The facts of every item by its id."""
    return {
        item.id: facts.of_item(item, question, screen)
        for screen in form.screens
        for question in screen.questions
        for item in question.items
    }


def come_and_gone(
    before: Questionnaire, after: Questionnaire, pairs: Mapping[str, Pair]
) -> list[Change]:
    first = after.languages[0]
    kept = {pair.before for pair in pairs.values()}
    gone = [
        Change("item_removed", BREAKS, _said(item.label, first), "", (item.id,))
        for item in before.items
        if item.id not in kept
    ]
    come = [
        Change("item_added", HARMLESS, "", _said(item.label, first), (item.id,))
        for item in after.items
        if item.id not in pairs
    ]
    return [*gone, *come]


def _said(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or next(iter(words.values()))


def of_questions(before: Questionnaire, after: Questionnaire) -> list[Change]:
    """Changes of the questions that make no item."""
    old, new = _itemless(before), _itemless(after)
    made = []
    for name in [*old, *(name for name in new if name not in old)]:
        text = Name("text", 0, after.languages[0])
        if name not in new:
            made.append(Change("question_removed", CARE, old[name].get(text, ""), "", (), name))
        elif name not in old:
            made.append(Change("question_added", CARE, "", new[name].get(text, ""), (), name))
        else:
            made += _differences(before, after, old[name], new[name], where=name)
    return made


def _itemless(form: Questionnaire) -> dict[str, Facts]:
    return {
        question.id: facts.of_question(question, screen)
        for screen in form.screens
        for question in screen.questions
        if not question.items
    }


def order(before: Questionnaire, after: Questionnaire, pairs: Mapping[str, Pair]) -> list[Change]:
    """The items that must be moved to come from one order to the other: as few as can be."""
    was = {item.id: place for place, item in enumerate(before.items)}
    names = [item.id for item in after.items if item.id in pairs]
    places = [was[pairs[name].before] for name in names]
    stay = _rising(places)
    return [
        Change("order", ORDER, str(place + 1), str(list(after.by_id).index(name) + 1), (name,))
        for name, place in zip(names, places, strict=True)
        if place not in stay
    ]


def _rising(places: list[int]) -> set[int]:
    """The longest run of places that already follow one another."""
    best: list[list[int]] = []  # best[n]: the run of n + 1 places that ends lowest
    for place in places:
        at = next((n for n, run in enumerate(best) if run[-1] >= place), len(best))
        run = [*(best[at - 1] if at else []), place]
        best[at : at + 1] = [run]
    return set(best[-1]) if best else set()
