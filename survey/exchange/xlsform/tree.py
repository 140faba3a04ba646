"""The rows of a survey in their groups and repeats."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from survey.exchange.fidelity import N_
from survey.exchange.reading.refusal import Refusal
from survey.exchange.xlsform.rows import Line

DEEPEST = 20
_BEGIN = re.compile(r"begin[ _]+(group|repeat|loop|lgroup|looped group)\b.*")
_END = re.compile(r"end[ _]+(group|repeat|loop|lgroup|looped group)\b.*")
NO_TYPE = N_("The row has no type.")
DISABLED = N_("The row is disabled.")


@dataclass
class Node:
    """A row with what is inside it. kind: group, repeat, or empty for a question; type: of it."""

    line: Line
    kind: str = ""
    type: str = ""
    inside: "list[Node]" = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.line.get("name")

    def looks(self, *words: str) -> bool:
        """Whether its appearance has one of the words."""
        return bool(set(words) & set(self.line.get("appearance").lower().split()))


def tree(lines: Iterable[Line]) -> list[Node]:
    """The rows at the top, the others inside them. Raises Refusal when a group is left open."""
    top = Node(Line("survey", 0, None))  # type: ignore[arg-type]  # holds the others, has no cell
    open_ = [top]
    for line in lines:
        type_ = " ".join(line.get("type").split())
        words = type_.lower()
        if line.get("disabled").lower() in ("yes", "true", "true()"):
            line.drop_all(DISABLED)
        elif not type_:
            line.drop_all(NO_TYPE)
        elif begins := _BEGIN.fullmatch(words):
            kind = "group" if begins[1] == "group" else "repeat"
            open_[-1].inside.append(Node(line, kind, words))
            open_.append(open_[-1].inside[-1])
            _shallow(open_, line)
        elif _END.fullmatch(words):
            _close(open_, line)
        else:
            open_[-1].inside.append(Node(line, "", type_))
    if len(open_) > 1:
        why = N_("%(place)s: the group “%(name)s” has no end.")
        raise Refusal(why, place=open_[-1].line.place, name=open_[-1].name)
    return top.inside


def _shallow(open_: list[Node], line: Line) -> None:
    if len(open_) > DEEPEST:
        why = N_("%(place)s: groups stand inside each other more than %(n)s deep.")
        raise Refusal(why, place=line.place, n=str(DEEPEST))


def _close(open_: list[Node], line: Line) -> None:
    if len(open_) == 1:
        raise Refusal(N_("%(place)s: a group ends that was not begun."), place=line.place)
    open_.pop()
    line.keep("type", "name")
