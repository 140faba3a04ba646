"""All the answers that matter to a condition, tried one after the other.

Of each question that a condition speaks of, or that decides whether such a question is asked, a few
answers stand for all: none, and those on either side of every number named. Where that would not
be everything, or too much, nothing is said.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations, product
from math import prod

from questionnaires.conditions import Values, evaluate, route
from questionnaires.model import Item, Question, Questionnaire, Screen, as_integer, day_of
from questionnaires.trees import (
    Among,
    Comparison,
    Condition,
    Count,
    Figure,
    Joined,
    Name,
    Not,
    Number,
    counted,
    names,
    sets,
)

MOST_AT_ONCE, MOST_AT_ALL, MOST_SUBSETS = 1500, 60_000, 7
MOST_DECIDING = MOST_AT_ONCE.bit_length() - 1  # questions; each has two answers or more
CHOSEN, NOT_CHOSEN = 1, 2
Answers = Mapping[str, int]


@dataclass(frozen=True)
class Outcome:
    """What the last of some conditions comes to.

    free: when everything may be answered. reached: together with the conditions before it, on the
    ways through the form that answers lead to.
    """

    free: frozenset[bool]
    reached: frozenset[bool]


class Worlds:
    """The answers that a form can be given, as far as its conditions look at them."""

    def __init__(self, form: Questionnaire) -> None:
        self.form = form
        self.left = MOST_AT_ALL
        self.known: dict[tuple[Condition, ...], Outcome | None] = {}
        self.home: dict[str, Question] = {}
        self.screen: dict[str, Screen] = {}
        for screen in form.screens:
            for question in screen.questions:
                self.screen[question.id] = screen
                self.home[question.id] = question
                self.home |= dict.fromkeys((item.id for item in question.items), question)

    def outcome(self, *trees: Condition) -> Outcome | None:
        """What the last tree comes to; None when there are too many answers to try them all."""
        if trees not in self.known:
            self.known[trees] = self._outcome(trees)
        return self.known[trees]

    def _outcome(self, trees: tuple[Condition, ...]) -> Outcome | None:
        asked = self._asked(trees)
        if len(asked) > MOST_DECIDING:
            return None
        every = [*trees, *(tree for question in asked for tree in self._deciding(question))]
        sides = _Sides(every)
        answers = [list(self._answers(question, sides)) for question in asked]
        many = prod(map(len, answers))
        if sides.open or not all(answers) or many > min(MOST_AT_ONCE, self.left):
            return None
        self.left -= many
        bound, unbound = self._part(asked), self._part(asked, unbound=True)
        free: set[bool] = set()
        reached: set[bool] = set()
        for chosen in product(*answers):
            given = {item: code for one in chosen for item, code in one.items()}
            values: Values = route(bound, given).values
            reached.add(all(evaluate(tree, values) for tree in trees))
            if len(every) > 1:
                free.add(evaluate(trees[-1], route(unbound, given).values))
        return Outcome(frozenset(free if len(every) > 1 else reached), frozenset(reached))

    def _asked(self, trees: Sequence[Condition]) -> list[Question]:
        """The questions that decide, in the order of the form; not all, when they are too many."""
        found: dict[str, Question] = {}
        waiting = list(trees)
        while waiting and len(found) <= MOST_DECIDING:
            tree = waiting.pop()
            for name in (*names(tree), *counted(tree), *sets(tree)):
                question = self.home[name]
                if question.id not in found:
                    found[question.id] = question
                    waiting += self._deciding(question)
        place = {id: index for index, id in enumerate(self.screen)} if len(found) > 1 else {}
        return sorted(found.values(), key=lambda question: place.get(question.id, 0))

    def _deciding(self, question: Question) -> Iterator[Condition]:
        held = [self.screen[question.id].show_when, question.show_when]
        held += [option.show_when for option in question.options]
        yield from (tree for tree in held if tree is not None)

    def _part(self, asked: list[Question], *, unbound: bool = False) -> Questionnaire:
        """The form with these questions only; unbound, all of them are always asked."""
        screens = []
        for question in asked:
            screen = self.screen[question.id]
            kept = _unbound(question) if unbound else question
            when = None if unbound else screen.show_when
            screens.append(replace(screen, questions=(kept,), show_when=when))
        return replace(self.form, screens=tuple(screens))

    def _answers(self, question: Question, sides: "_Sides") -> Iterator[Answers]:
        """The answers to one question that stand for all; none at all when that cannot be said."""
        if question.kind == "multiple":
            yield from _chosen(question, sides)
            return
        whole = question.id in sides.named and question.kind == "grid"
        looked = [item for item in question.items if whole or item.id in sides.named]
        mentioned = sides.of[question.id] if whole else set()
        points: list[list[int | None]] = [
            [None, *_points(item, sides.of.get(item.id, set()) | mentioned)] for item in looked
        ]
        if prod(map(len, points)) <= MOST_AT_ONCE:
            for codes in product(*points):
                pairs = zip(looked, codes, strict=True)
                yield {item.id: code for item, code in pairs if code is not None}


class _Sides:
    """Which numbers the conditions hold against which names.

    open: names are held against each other or added, so that no few answers stand for all.
    """

    def __init__(self, trees: list[Condition]) -> None:
        self.of: dict[str, set[int]] = {}
        self.named: set[str] = set()
        self.open = False
        for tree in trees:
            for name in (*names(tree), *counted(tree), *sets(tree)):
                self.named.add(name)
                self.of.setdefault(name, set())
            self._read(tree)

    def _read(self, tree: Condition) -> None:
        match tree:
            case Comparison(_, left, right):
                self._compare(left, right)
            case Among(Name(id), tuple(numbers)):
                self.of[id] |= set(numbers)
            case Among(Number(value), str(of)):
                self.of[of].add(value)
            case Among():
                self.open = True
            case Not(part):
                self._read(part)
            case Joined(_, parts):
                for part in parts:
                    self._read(part)

    def _compare(self, left: Figure, right: Figure) -> None:
        match left, right:
            case (Name(id), Number(value)) | (Number(value), Name(id)):
                self.of[id].add(value)
            case (Number() | Count(), Number() | Count()):
                return
            case _:
                self.open = True


def _unbound(question: Question) -> Question:
    choices = tuple(replace(option, show_when=None) for option in question.choices)
    scale = question.scale
    if scale:
        options = tuple(replace(option, show_when=None) for option in scale.options)
        scale = replace(scale, options=options)
    return replace(question, show_when=None, choices=choices, scale=scale)


def _points(item: Item, numbers: set[int]) -> list[int]:
    """The answers to an item on either side of each number, and at its ends."""
    if not item.wide:
        codes = sorted(item.codes)
        found = {codes[0], codes[-1]}
        for number in numbers:
            found |= {number} & set(codes)
            found |= {max((code for code in codes if code < number), default=codes[0])}
            found |= {min((code for code in codes if code > number), default=codes[-1])}
        return sorted(found)
    beside = (one for number in numbers for one in _beside(item, number))
    return sorted(one for one in {item.least, item.most, *beside} if item.takes(one))


def _beside(item: Item, number: int) -> Iterator[int]:
    day = day_of(number) if item.kind == "date" else None
    if day is None:
        yield from (number - 1, number, number + 1)
    elif day.year in range(2, 9999):
        yield from (as_integer(day + timedelta(days)) for days in (-1, 0, 1))


def _chosen(question: Question, sides: _Sides) -> Iterator[Answers]:
    """None, and each set of options that can be chosen together; nothing when they are many."""
    codes = [option.code for option in question.choices]
    alone = {option.code for option in question.choices if option.exclusive}
    if len(codes) > MOST_SUBSETS:
        return
    yield {}
    for size in range(1, len(codes) + 1):
        for some in combinations(codes, size):
            if size == 1 or not alone & set(some):
                yield {
                    f"{question.id}_{code}": CHOSEN if code in some else NOT_CHOSEN
                    for code in codes
                }
