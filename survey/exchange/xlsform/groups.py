"""The rows of a survey, in their groups, as the screens of a form."""

from typing import Any

from questionnaires.expressions import ConditionFault, parse
from questionnaires.trees import Condition
from survey.exchange.fidelity import N_, Ledger
from survey.exchange.xlsform.grids import HEADER, Grids, is_grid, sequences
from survey.exchange.xlsform.heard import Hearing, Unsayable, hear, joined, short
from survey.exchange.xlsform.pages import Pages
from survey.exchange.xlsform.questions import LEFT, Questions, alias_of
from survey.exchange.xlsform.rows import Line
from survey.exchange.xlsform.tree import Node
from survey.exchange.xlsform.xpath import parts

Table = dict[str, Any]
ONCE = N_("It is asked once: nothing is asked again and again here.")
IN_PLACE = N_("Groups inside a page are not kept: its questions stand on the page.")
NEVER = N_("The condition never holds; it is always shown here.")
NO_ONE_PLACE = N_("A wording of the group has no place here.")


class Groups:
    """Walks the tree of a survey and fills the pages."""

    def __init__(self, questions: Questions, pages: Pages, ledger: Ledger) -> None:
        self.questions = questions
        self.grids = Grids(questions)
        self.pages = pages
        self.ledger = ledger
        self.introduction: dict[str, str] = {}
        self.inner: list[Condition] = []
        self._others: dict[str, str] = {}  # relevant of a row for words, to what it belongs to

    def walk(self, nodes: list[Node], above: Condition | None = None) -> None:
        for one in sequences(nodes):
            if isinstance(one, list):
                self._table(one)
            elif one.kind:
                self._group(one, above)
            else:
                self._question(one)

    def _table(self, nodes: list[Node]) -> None:
        """A row that labels the columns, and those below it."""
        head, lines = nodes[0], nodes[1:]
        if not lines or not is_grid(lines, self.questions):
            for node in nodes:
                self._question(node)
            return
        self._turn(head.line, [node.line for node in lines])
        when = self.when(head.line)
        question = self.grids.of(head.line, lines, self.pages.title, self.pages.number)
        head.line.near("type", HEADER)
        self._add(question, when)

    def _group(self, node: Node, above: Condition | None) -> None:
        line = node.line
        line.keep("type", "name")
        if node.kind == "repeat":
            line.near("type", ONCE)
            line.drop("repeat_count", ONCE)
        if node.looks("table-list") and is_grid(node.inside, self.questions):
            self._turn(line, [one.line for one in node.inside])
            when = self.when(line)
            title = self.questions.wording.of(line, "label", node.name)
            self._add(self.grids.of(line, node.inside, title, self.pages.number), when)
            return
        self._left(node)
        if self.pages.together:
            self._inside(node)
        else:
            self._screens(node, above)

    def _left(self, node: Node) -> None:
        """What a group says and a screen does not."""
        if node.looks("field-list", "table-list"):
            node.line.keep("appearance")
        else:
            node.line.drop("appearance", LEFT["appearance"])
        for key in ("hint", "image", "audio", "required", "constraint", "constraint_message"):
            node.line.drop(key, NO_ONE_PLACE)
        for key, why in LEFT.items():
            if key != "appearance":
                node.line.drop(key, why)

    def _inside(self, node: Node) -> None:
        """A group on a page: its words become a note, its condition that of its questions."""
        node.line.near("type", IN_PLACE)
        when = self.when(node.line)
        if "label" in node.line.cells:
            named = self.questions.named(node.line, node.name, [])
            text = self.questions.wording.of(node.line, "label")
            if text:
                self._add({**named, "kind": "note", "text": text, "required": False}, when)
        self.inner += [when] if when is not None else []
        self.walk(node.inside)
        if when is not None:
            self.inner.pop()

    def _screens(self, node: Node, above: Condition | None) -> None:
        line = node.line
        outer = self.pages.state()
        self.pages.turn()
        when = self.when(line, above)
        title = self.questions.wording.of(line, "label")
        id = self.pages.open(
            node.name or "group", title, when, own=line.get("sipas_id"),
            together=node.looks("field-list"),
        )  # fmt: skip
        self.pages.head |= alias_of(line, node.name, id)
        line.keep("sipas_id", "sipas_alias", "sipas_kind", "sipas_show_when")
        self.walk(node.inside, when)
        self.pages.back(outer)

    def _question(self, node: Node) -> None:
        line = node.line
        own = line.get("sipas_kind")
        if own == "introduction" and self._introduced(line):
            return
        if own == "other" and line.get("relevant") in self._others:
            line.keep(*line.cells)
            return
        self._turn(line, [])
        when = self.when(line)
        question = self.questions.of(line, node.type, lambda: self.pages.number)
        if question is not None:
            self._add(question, when)
            for option in question.get("options", []):
                if option.get("other"):
                    choice = self.questions.known[node.name].choices[option["code"]]
                    self._others[f"selected(${{{node.name}}}, '{choice}')"] = node.name

    def _introduced(self, line: Line) -> bool:
        words = self.questions.wording.of(line, "label")
        if not words:
            return False
        if self.pages.outside:
            if self.introduction or self.pages.screens:
                return False
            self.introduction = words
        elif not self.pages.introduce(words):
            return False
        line.keep(*line.cells)
        return True

    def _turn(self, line: Line, more: list[Line]) -> None:
        """Another page, where something here needs an answer that must be on an earlier one."""
        awaited = self.questions.wording.names(line, "label", "hint")
        awaited |= self.questions.selects.awaited(line)
        known = self.questions.known
        if any(name in known and known[name].page == self.pages.number for name in awaited):
            self.pages.turn_for(line.place)

    def _add(self, question: Table, when: Condition | None) -> None:
        said = joined("and", [*self.inner, *([when] if when is not None else [])])
        if not isinstance(said, bool):
            try:
                question["show_when"] = str(short(said))
            except Unsayable as fault:
                line = self.questions.lines[question["id"]]
                line.drop("relevant", fault.why, **fault.values)
        self.pages.add(question)

    def when(self, line: Line, above: Condition | None = None) -> Condition | None:
        """When a row is shown; None is always. above: what must hold anyway."""
        said = [above] if above is not None else []
        if "relevant" in line.cells:
            line.keep("relevant")
            own = self._own(line)
            said += [own] if own is not None else self._heard(line)
        found = joined("and", list(said))
        if isinstance(found, bool):
            return None
        try:
            return short(found)
        except Unsayable as fault:
            line.drop("relevant", fault.why, **fault.values)
            return above

    def _own(self, line: Line) -> Condition | None:
        """Our own words for the condition, where they still mean what the file says."""
        own = line.get("sipas_show_when")
        try:
            if own and self.questions.speech.says(own) == line.get("relevant"):
                return parse(own)
        except (ConditionFault, KeyError):  # it speaks of what is no longer there
            return None
        return None

    def _heard(self, line: Line) -> list[Condition]:
        said: list[Condition] = []
        faults: list[Unsayable] = []
        try:
            found = parts(hear(line.get("relevant")), "and")
        except Unsayable as fault:
            line.drop("relevant", fault.why, **fault.values)
            return []
        for part in found:
            try:
                one = Hearing(self.questions.known).condition(part)
            except Unsayable as fault:
                faults.append(fault)
                continue
            if one is False:
                line.near("relevant", NEVER)
            elif not isinstance(one, bool):
                said.append(one)
        if faults:  # without a part that cannot be said, it is shown more often
            tell = line.near if said else line.drop
            tell("relevant", faults[0].why, **faults[0].values)
        return said
