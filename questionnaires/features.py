"""What conditions, checks, piping, limits and files of a form must be."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from questionnaires.expressions import parse
from questionnaires.model import TODAY
from questionnaires.problems import Faults, Path
from questionnaires.shapes import Table
from questionnaires.trees import Condition, counted, names, sets
from questionnaires.walk import item_ids, questions

PIPE = re.compile(r"\{([^{}]*)\}")
OWN = {  # keys that only some kinds take
    "min": ("number", "date"),
    "max": ("number", "date"),
    "unit": ("number",),
    "check": ("rating", "single", "multiple", "yesno", "grid", "number", "date", "place"),
}


class FeatureCheck:
    """Walks a form in the order shown. `known` are the names that stand before, item or question:
    `one` for one integer, `several` for several codes."""

    def __init__(self, document: Table, faults: Faults) -> None:
        self.document = document
        self.faults = faults
        self.known: dict[str, str] = {}
        self.every = {name for _, question in questions(document) for name in names_of(question)}

    def run(self) -> None:
        for name, scale in self.document.get("scales", {}).items():
            self._options(("scales", name, "options"), scale["options"], "", of_scale=True)
        for s, screen in enumerate(self.document["screens"]):
            path: Path = ("screens", s)
            self._when(path, screen, "")
            piped = dict(self.known) if self.document["paging"] == "screens" else {}
            for key in ("title", "introduction"):
                self._pipes((*path, key), screen.get(key, {}), "", piped)
            for q, question in enumerate(screen["questions"]):
                self._question((*path, "questions", q), question, piped)

    def _question(self, path: Path, question: Table, piped: dict[str, str]) -> None:
        about = f"question {question['id']}"
        self._when(path, question, about)
        for key in ("text", "hint"):
            self._pipes((*path, key), question.get(key, {}), about, piped)
        self._options((*path, "options"), question.get("options", []), about, before=piped)
        self._own_keys(path, question, about)
        self._personal(path, question, about)
        self.known |= names_of(question)
        for index, check in enumerate(question.get("check", [])):
            self._names((*path, "check", index, "holds"), parse(check["holds"]), about)

    def _when(self, path: Path, table: Table, about: str) -> None:
        if "show_when" in table:
            self._names((*path, "show_when"), parse(table["show_when"]), about)

    def _names(self, path: Path, tree: Condition, about: str) -> None:
        """Each name is known by now, and is of one integer or of several where that is needed."""
        wanted = [(name, "one") for name in names(tree)]
        wanted += [(name, "several") for name in sets(tree)]
        wanted += [(name, "") for name in counted(tree)]
        for name, kind in dict.fromkeys(wanted):
            found = self.known.get(name)
            if found is None:
                self._unknown(path, name, about)
            elif kind and kind != found:
                several = kind == "one"
                what = f"“{name}” has {'several codes' if several else 'one answer'}."
                remedy = (
                    f"Write count({name}) or 1 in {name}." if several else f"Write {name} == 1."
                )
                self.faults.add(path, about, what, remedy)

    def _unknown(self, path: Path, name: str, about: str) -> None:
        if name in self.every:
            what = f"the condition speaks of “{name}”, which is asked later."
            remedy = "Move that question before this one, or use an earlier one."
        else:
            what = f"the condition speaks of “{name}”, which no answer has."
            remedy = "Use the id of an item; texts and notes have no answer that is kept."
        self.faults.add(path, about, what, remedy)

    def _pipes(self, path: Path, words: Table, about: str, piped: dict[str, str]) -> None:
        for language, text in words.items():
            for name in PIPE.findall(text):
                if name not in piped:
                    what = f"“{{{name}}}” is not the answer to a question of an earlier page."
                    remedy = "Use the id of a question asked on an earlier screen."
                    self.faults.add((*path, language), about, what, remedy)
            if set("{}") & set(PIPE.sub("", text)):
                what = "a brace stands alone."
                self.faults.add((*path, language), about, what, "Write {q1}, or leave it out.")
        if len({tuple(sorted(PIPE.findall(text))) for text in words.values()}) > 1:
            what = "the languages do not repeat the same answers."
            self.faults.add(path, about, what, "Use the same {…} in every language.")

    def _options(
        self,
        path: Path,
        options: Iterable[Any],
        about: str,
        *,
        of_scale: bool = False,
        before: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`before` are the names of earlier pages: what is offered is known when a page is made."""
        others = 0
        for index, option in enumerate(options):
            here = (*path, index)
            others += option.get("other", False)
            if option.get("not_applicable") and option.get("dont_know"):
                what = "an option is both not_applicable and dont_know."
                self.faults.add(here, about, what, "Keep one of the two.")
            for key in ("other", "show_when"):
                if of_scale and option.get(key):
                    what = f"an option of a scale takes no “{key}”."
                    remedy = "Use the kind single, whose options are its own."
                    self.faults.add((*here, key), about, what, remedy)
            self._when(here, {} if of_scale else option, about)
            said = parse(option.get("show_when", "1 == 1"))
            for name in dict.fromkeys((*names(said), *counted(said), *sets(said))):
                if name in self.known and name not in before and not of_scale:
                    what = f"the condition of an option speaks of “{name}”, asked on the same page."
                    remedy = "Ask that on an earlier screen, in a form with paging = “screens”."
                    self.faults.add((*here, "show_when"), about, what, remedy)
        if others > 1:
            what = "more than one option asks to say which."
            self.faults.add(path, about, what, "Keep “other” at one of them.")

    def _own_keys(self, path: Path, question: Table, about: str) -> None:
        kind = question["kind"]
        for key, kinds in OWN.items():
            if key in question and kind not in kinds:
                what = f"a {kind} question takes no “{key}”."
                self.faults.add((*path, key), about, what, f"Remove {key}.")
            elif key in ("min", "max") and key in question:
                self._bound((*path, key), question[key], kind, about)
        pair = [question[key] for key in ("min", "max") if key in question]
        alike = TODAY not in pair and len({type(one) for one in pair}) == 1
        if alike and pair != sorted(pair):
            what = "the least allowed is greater than the greatest."
            self.faults.add((*path, "min"), about, what, "Exchange min and max.")
        if ("picture" in question) != ("picture_alt" in question):
            what = "a picture and the words that say what it shows go together."
            self.faults.add(path, about, what, "Give both picture and picture_alt, or none.")

    def _bound(self, path: Path, value: Any, kind: str, about: str) -> None:
        if isinstance(value, int) != (kind == "number"):
            day = 'a day such as 2026-07-01, or "today"'
            wanted = "a whole number" if kind == "number" else day
            what = f"{value} cannot be the “{path[-1]}” of a {kind}."
            self.faults.add(path, about, what, f"Write {wanted}.")

    def _personal(self, path: Path, question: Table, about: str) -> None:
        kind, data_class = question["kind"], question.get("data_class", "none")
        if kind == "place" and data_class == "none":
            what = "where somebody lives is personal."
            self.faults.add(path, about, what, 'Write data_class = "personal".')
        if kind == "text" and question.get("required"):
            what = "a text can be compulsory in no form: it does not enter the response."
            self.faults.add((*path, "required"), about, what, "Write required = false.")


def names_of(question: Table) -> dict[str, str]:
    """The names that conditions may use of a question: its items, and itself."""
    found = dict.fromkeys(item_ids(question), "one")
    if question["kind"] in ("multiple", "grid"):
        found[question["id"]] = "several"
    return found
