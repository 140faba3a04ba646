"""What appears and disappears on one page while it is answered.

Without JavaScript the page shows what the answers known so far lead to, and comes back once when
answers on it led to more. With it, `static/js/questions.js` shows and hides at once.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from questionnaires.conditions import Route, holds
from questionnaires.model import Question, Screen
from questionnaires.trees import Condition, as_json, counted, names, sets


def _spoken_of(condition: Condition | None) -> set[str]:
    if condition is None:
        return set()
    return {*names(condition), *counted(condition), *sets(condition)}


@dataclass(frozen=True)
class Live:
    """The screens of one page, and the way that answers lead to so far."""

    screens: Sequence[Screen]
    way: Route

    def _pairs(self) -> Iterator[tuple[Screen, Question]]:
        for screen in self.screens:
            for question in screen.questions:
                yield screen, question

    @cached_property
    def _here(self) -> set[str]:
        """The names of answers given on the page."""
        asked = [question for _, question in self._pairs()]
        return {q.id for q in asked} | {item.id for q in asked for item in q.items}

    @cached_property
    def appearing(self) -> frozenset[str]:
        """Ids of the questions whose conditions speak of answers on the page."""
        return frozenset(
            question.id
            for screen, question in self._pairs()
            if (_spoken_of(screen.show_when) | _spoken_of(question.show_when)) & self._here
        )

    @cached_property
    def held(self) -> tuple[Question, ...]:
        """The questions that the page holds, whether they are to be seen yet or not."""
        return tuple(
            question
            for _, question in self._pairs()
            if question.id in self.way.questions or question.id in self.appearing
        )

    def holds(self, screen: Screen) -> bool:
        """Whether the page holds anything of a screen."""
        return any(question in self.held for question in screen.questions)

    def is_seen(self, asked: Screen | Question) -> bool:
        """Whether a screen or a question is to be seen when the page opens."""
        if isinstance(asked, Question):
            return asked.id in self.way.questions
        return holds(asked.show_when, self.way.values)

    @property
    def seen(self) -> str:
        """Ids of the appearing questions that are to be seen when the page opens."""
        return " ".join(q.id for q in self.held if q.id in self.appearing & self.way.questions)

    @property
    def values(self) -> str:
        """JSON: the answers of other pages that conditions on this one speak of."""
        spoken = set()
        for screen, question in self._pairs():
            spoken |= _spoken_of(screen.show_when) | _spoken_of(question.show_when)
        elsewhere = spoken - self._here
        return json.dumps({n: v for n, v in self.way.values.items() if n in elsewhere})

    def when(self, asked: Screen | Question) -> str:
        """JSON: the tree of a condition; empty without one."""
        return "" if asked.show_when is None else json.dumps(as_json(asked.show_when))
