"""Questions whose answers are chosen: their options, and which of them are offered when."""

from dataclasses import dataclass, field
from typing import Any

from questionnaires.expressions import ConditionFault
from survey.exchange.fidelity import N_
from survey.exchange.incoming import MOST_CODES
from survey.exchange.xlsform.heard import Hearing, Said, Unsayable, hear, short
from survey.exchange.xlsform.known import Asked
from survey.exchange.xlsform.lists import Choice, Lists
from survey.exchange.xlsform.rows import Line
from survey.exchange.xlsform.spoken import Speech
from survey.exchange.xlsform.types import Type
from survey.exchange.xlsform.xpath import Call, Column, Tree, Two, columns_filled, fields

Table = dict[str, Any]
TOO_MANY = N_("A list has at most %(n)s choices here, so it is asked in words.")
NO_CHOICES = N_("It has no choices.")
ONE_CHOICE = N_("There is one choice, so it is asked as yes or no.")
RANKED = N_("What is chosen is kept, its order is not.")
NEVER_OFFERED = N_("A choice whose filter never holds was left out.")
FORMS = {"yes": {"vi": "có", "en": "yes"}, "no": {"vi": "không", "en": "no"}}


@dataclass
class Chosen:
    """What a question offers. kind: of ours. names: code to the name of the choice."""

    kind: str
    options: list[Table] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    more: Table = field(default_factory=dict)
    suffix: dict[str, str] = field(default_factory=dict)


class Selects:
    """Makes the options of questions. `known` grows as the form is read."""

    def __init__(self, lists: Lists, known: dict[str, Asked], speech: Speech) -> None:
        self.lists = lists
        self.known = known
        self.speech = speech
        self.filtered: dict[str, set[str]] = {}

    def of(self, line: Line, type_: Type) -> Chosen:
        """What becomes of the question; kind is empty when it has no choices at all."""
        found = self.lists.choices(type_.list)
        if type_.or_other:
            found = self.lists.with_other(found)
        if type_.ranked:
            line.near("type", RANKED)
        own = line.get("sipas_kind")
        conditions: list[Said] = []
        if "choice_filter" in line.cells:
            conditions = self._filtered(line, type_.list, found)
            if False in conditions:
                line.near("choice_filter", NEVER_OFFERED)
            pairs = [p for p in zip(found, conditions, strict=True) if p[1] is not False]
            found, conditions = [p[0] for p in pairs], [p[1] for p in pairs]
        if not found:
            return Chosen("")
        if len(found) > MOST_CODES:
            line.near("type", TOO_MANY, n=str(MOST_CODES))
            return Chosen("text")
        if len(found) == 1:
            line.near("type", ONE_CHOICE)
            return Chosen("yesno", names={1: found[0].name}, suffix=found[0].table["text"])
        if yes_no(found, type_, own):
            return Chosen("yesno", names={1: found[0].name, 2: found[1].name})
        if own == "rating" and type_.kind == "single":
            scale = self.lists.scale(type_.list)
            if self.lists.scales[scale].get("satisfied"):
                names = _names(self.lists.scales[scale]["options"], found)
                return Chosen("rating", names=names, more={"scale": scale})
        return self._with(type_.kind, found, conditions)

    def _with(self, kind: str, found: list[Choice], conditions: list[Said]) -> Chosen:
        options = self.lists.options(found)
        for option, said, choice in zip(options, conditions, found, strict=False):
            if not isinstance(said, bool):
                option["show_when"] = self._own(choice, str(short(said)))
        others = 0
        for option in options:
            others += bool(option.get("other"))
            if kind == "single":
                option.pop("exclusive", None)
            if others > 1:
                option.pop("other", None)
        return Chosen(kind, options, _names(options, found))

    def _own(self, choice: Choice, heard: str) -> str:
        """Our own words for a condition where they still mean the same."""
        own = choice.columns.get("sipas_show_when", "")
        try:
            again = Hearing(self.known).condition(hear(self.speech.says(own))) if own else None
        except (ConditionFault, KeyError, Unsayable):
            return heard
        return own if str(again) == heard else heard

    def _filtered(self, line: Line, name: str, found: list[Choice]) -> list[Said]:
        """Of each choice, when it is offered. All always are, where the filter cannot be said."""
        line.keep("choice_filter")
        try:
            tree = hear(line.get("choice_filter"))
            said = []
            for choice in found:
                values = {**choice.columns, "name": choice.name}
                one = Hearing(self.known).condition(columns_filled(tree, values))
                said.append(one if isinstance(one, bool) else short(one))
        except Unsayable as fault:
            line.drop("choice_filter", fault.why, **fault.values)
            return [True] * len(found)
        used = columns(tree) - {"name"}
        self.filtered.setdefault(name, set()).update(used)
        return said

    def awaited(self, line: Line) -> set[str]:
        """The questions that the choice filter of a row speaks of."""
        try:
            return fields(hear(line.get("choice_filter")))
        except Unsayable:
            return set()


def columns(tree: Tree) -> set[str]:
    match tree:
        case Column(name):
            return {name.lower()}
        case Call(_, arguments):
            return set().union(*map(columns, arguments))
        case Two(_, left, right):
            return columns(left) | columns(right)
    return set()


def _names(options: list[Table], found: list[Choice]) -> dict[int, str]:
    return {o["code"]: choice.name for o, choice in zip(options, found, strict=True)}


def yes_no(found: list[Choice], type_: Type, own: str) -> bool:
    """Whether the choices are yes and no and nothing else, in words and names."""
    if type_.kind != "single" or len(found) != 2 or own not in ("", "yesno"):
        return False
    for choice, (name, words) in zip(found, FORMS.items(), strict=True):
        line = choice.line
        if choice.name.lower() != name or line is None or line.cells.keys() & _MORE:
            return False
        said = choice.table["text"]
        looked = words if own else said
        same = all(words.get(c) == said.get(c, "").casefold() for c in looked)
        if not same and not _in_english(choice, words["en"]):
            return False
    return True


_MORE = {"image", "audio", "video", "big-image"}


def _in_english(choice: Choice, word: str) -> bool:
    """Whether the only language that the file has is English, and says so."""
    texts = {text.casefold() for text in choice.table["text"].values()}
    return texts == {word} and set(choice.table["text"]) == {"vi", "en"}
