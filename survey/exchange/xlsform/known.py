"""What conditions may speak of: the questions of a form, by their names in an XLSForm."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ONE = ("rating", "single", "yesno")


@dataclass(frozen=True)
class Asked:
    """A question as conditions see it.

    id, kind: of the question in our form; a row of a grid is a `single` of its own.
    name: of the row in the XLSForm. choices: code to the name of the choice.
    question: id of the question that has it; differs from `id` for the rows of a grid.
    page: which page it stands on.
    """

    id: str
    kind: str
    name: str
    choices: Mapping[int, str] = field(default_factory=dict)
    question: str = ""
    page: int = 0

    def codes(self, value: str) -> list[int]:
        """The codes of the choices of a name; none when there is no such choice."""
        return [code for code, name in self.choices.items() if name == value]

    @property
    def numeric(self) -> bool:
        """Whether the names of its choices are their codes."""
        return all(name == str(code) for code, name in self.choices.items())
