"""The screens of a form as its rows come: groups open them, and some questions need a new one."""

from typing import Any

from questionnaires.trees import Condition
from survey.exchange.fidelity import N_, Ledger
from survey.exchange.incoming import Ids

MOST = 12  # answers on a screen that no group holds together
TURNED = N_("It repeats or awaits an answer of the same page, so a new page begins here.")
NO_GROUP = N_("Questions outside groups stand on pages with the title of the form.")
Table = dict[str, Any]
_BRACES = str.maketrans("{}", "()")  # in the title of a screen they would repeat an answer


class Pages:
    """`number` is that of the page that is being filled; it rises whenever another begins."""

    def __init__(self, ledger: Ledger, title: dict[str, str]) -> None:
        self.ledger = ledger
        self.title = {code: text.translate(_BRACES) for code, text in title.items()}
        self.screens: list[Table] = []
        self.number = 1
        self.together = False
        self._ids = Ids("s")
        self.head: Table = {}
        self._name = ""
        self._open: Table | None = None
        self.open()

    def open(
        self,
        name: str = "",
        title: dict[str, str] | None = None,
        when: Condition | None = None,
        *,
        own: str = "",
        together: bool = False,
    ) -> str:
        """From now on questions belong to this group; without a name, to none. Its id.

        own: the id that it has in a form of ours.
        """
        wanted = own or name
        self._name = (self._ids.own(wanted) if own else self._ids.new(wanted)) if wanted else ""
        self.head = {"title": dict(title or self.title)}
        if when is not None:
            self.head["show_when"] = str(when)
        self._first, self._plain = True, not name
        self.together = together
        self.turn()
        return self._name

    @property
    def outside(self) -> bool:
        """Whether questions belong to no group now."""
        return self._plain

    def state(self) -> tuple[Any, ...]:
        """The group that is being filled, to come back to."""
        return (self._name, self.head, self._first, self._plain, self.together)

    def back(self, state: tuple[Any, ...]) -> None:
        """From now on questions belong to that group again, on another page."""
        self._name, self.head, self._first, self._plain, self.together = state
        self.turn()

    def turn(self) -> None:
        """Another page of the same group begins with the next question."""
        self._open = None
        self.number += 1

    def turn_for(self, place: str) -> None:
        if self._open is not None:
            self.ledger.added("page", place, TURNED)
        self.turn()

    def add(self, question: Table) -> None:
        many = self._open is not None and len(self._open["questions"]) >= MOST
        if self._open is None or (many and not self.together):
            if many:
                self.turn()
            self._open = self._screen()
            self.screens.append(self._open)
        self._open["questions"].append(question)

    def introduce(self, words: dict[str, str]) -> bool:
        """Give the page that is about to begin an introduction; False when it has begun."""
        if self._open is not None or not self._first:
            return False
        self.head["introduction"] = words
        return True

    def _screen(self) -> Table:
        if self._plain and self._first:
            self.ledger.added("screen", "survey", NO_GROUP)
            self._name = self._ids.new("page")
        id = self._name if self._first else self._ids.new(self._name)
        screen = {"id": id, **self.head}
        self._first = False
        self.head = {k: dict(v) if isinstance(v, dict) else v for k, v in self.head.items()}
        for key in ("introduction", "alias"):
            self.head.pop(key, None)
        return {**screen, "questions": []}
