"""What expressions can name of the questions read so far, and what conditions call it here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

OPTION, CODES, NUMBER, DATE, SEVERAL, WORDS = (
    "option", "codes", "number", "date", "several", "words",
)  # fmt: skip


@dataclass(frozen=True)
class Named:
    """One variable.

    kind: `codes` one of some codes; `option` whether an option of a question with several is
    chosen; `number`; `date`; `several` the options or rows together; `words`, which no condition
    can speak of.
    name: of the item or question here. codes: LimeSurvey's answer codes and ours.
    """

    kind: str
    name: str
    codes: Mapping[str, int] = field(default_factory=dict, hash=False)
    code: int = 0


class Variables:
    """Everything named so far; `earlier` is what a page that begins now may repeat."""

    def __init__(self) -> None:
        self._named: dict[str, Named] = {}
        self._later: set[str] = set()
        self.earlier: frozenset[str] = frozenset()
        self.answered: frozenset[str] = frozenset()  # the same as they are called here

    def expect(self, names: Sequence[str]) -> None:
        """Codes of all questions, so that one that is asked later is told from one unknown."""
        self._later |= set(names)

    def add(self, names: Sequence[str], named: Named) -> None:
        for name in names:
            self._named.setdefault(name, named)

    def get(self, name: str) -> Named | None:
        return self._named.get(name)

    def later(self, name: str) -> bool:
        return name in self._later and name not in self._named

    def new_page(self) -> None:
        self.earlier = frozenset(self._named)
        self.answered = frozenset(named.name for named in self._named.values())

    def of(self, question: str) -> Iterator[Named]:
        """The options or rows of a question with several."""
        for named in dict.fromkeys(self._named.values()):
            if named.kind == OPTION and named.name == question:
                yield named
