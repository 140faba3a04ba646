"""A LimeSurvey survey as a form, and what became of every part of its file."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from questionnaires.expressions import parse
from questionnaires.trees import counted, names, sets
from survey.exchange.fidelity import N_, Ledger, Report
from survey.exchange.incoming import Ids, plain
from survey.exchange.lss import carrier
from survey.exchange.lss.arrays import KINDS
from survey.exchange.lss.joining import Found, fitting, joined
from survey.exchange.lss.kinds import Maker, Table
from survey.exchange.lss.limits import limit
from survey.exchange.lss.logic import Logic
from survey.exchange.lss.mended import Told
from survey.exchange.lss.script import Both, ScriptFault, Text, Tree, Variable
from survey.exchange.lss.settings import account_settings, newest_notice, one_page
from survey.exchange.lss.source import Cell, Source, Thing, all_places, source_of
from survey.exchange.lss.structure import Row
from survey.exchange.lss.tables import tables_of
from survey.exchange.lss.variables import Variables
from survey.exchange.lss.wording import Wordings
from survey.exchange.mend import mend
from survey.exchange.reading.refusal import Refusal
from survey.exchange.reading.xml import tree
from survey.text import fold

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,8})?")
_NOTHING = N_("%(file)s: nothing is left to ask: no question of the survey can be asked here.")
_HIDDEN = N_("It is hidden from people, or never shown: it is left out.")
_EMPTY = N_("No question of the group is asked here.")
_SAID = N_("The expression beside it says the same, and is read.")
_METHOD = N_("The comparison “%(method)s” has no counterpart in a condition.")
_SOFT = N_("People may leave it empty, as they may there after a reminder.")
_NEVER_WORDS = N_("Words are never compulsory here.")
_PERSONAL = N_("What is personal can always be left empty here.")
_SAME_PAGE = N_("It speaks of the same page; what is offered is known when a page begins.")
_ORPHAN = N_("It belongs to nothing in the file, or stands there twice.")
_TITLE = {"vi": "Phiếu khảo sát", "en": "Survey"}


def read(data: bytes, name: str) -> tuple[Mapping[str, Any], Report]:
    """The form's document and the report. Raises Refusal when the file is no survey."""
    tables = tables_of(tree(data, name), name)
    source = source_of(tables)
    ledger = Ledger(source.parts.all)
    whole = carrier.carried(tables, ledger, source.parts)
    if whole is not None:
        return whole, ledger.report()
    document = _Reader(source, ledger).document()
    if not any(
        question["kind"] != "note" for s in document["screens"] for question in s["questions"]
    ):
        raise Refusal(_NOTHING, file=name)
    return document, ledger.report()


class _Reader:
    def __init__(self, source: Source, ledger: Ledger) -> None:
        self.source = source
        self.ledger = ledger
        read = [one for one in source.languages if _LANGUAGE.fullmatch(one)]
        self.languages = list(dict.fromkeys((*read, "vi", "en")))
        main = "en" if "en" in read or not read else read[0]
        self.variables = Variables()
        self.wordings = Wordings(self.languages, main, ledger, self.variables)
        self.maker = Maker(source, self.wordings, ledger)
        self.told = Told(ledger)
        self.screen_ids = Ids("page")
        self.conditions: dict[str, list[tuple[Row, str]]] = {}
        for row, place in source.conditions:
            self.conditions.setdefault(row.get("qid", ""), []).append((row, place))

    def document(self) -> Table:
        codes = [q.row.get("title", "") for group in self.source.groups for q in group.questions]
        self.variables.expect(codes)
        self.wordings.piping = not one_page(self.source)
        screens = [self._screen(group) for group in self.source.groups]
        head = self._head()
        made = {**head, "screens": [screen for screen in screens if screen["questions"]]}
        if self.maker.scales:
            made["scales"] = self.maker.scales
        account_settings(self.source, self.ledger)
        for place in self.source.orphans:
            self.ledger.dropped(place, _ORPHAN)
        if made["screens"]:
            mend(made, self.told)
        return made

    def _head(self) -> Table:
        words = self.source.words
        title = self.wordings.plain(words.get("surveyls_title", {}), "survey title")
        title = title or self.maker.given(_TITLE)
        welcome = [
            self.wordings.plain(words.get(key, {}), key)
            for key in ("surveyls_description", "surveyls_welcometext")
        ]
        said = [one for one in welcome if one]
        introduction = {
            one: " ".join(dict.fromkeys(text[one] for text in said)) for one in self.languages
        }
        name = re.sub(r"[^a-z0-9]+", "-", fold(title[self.wordings.main])).strip("-")[:40]
        name = name.strip("-") or "survey"
        number = self.source.settings.get("sid", "").strip()
        head: Table = {
            "form": name if name[0].isalpha() else f"survey-{name}",
            "version": 1,
            "languages": self.languages,
            "paging": "one-page" if one_page(self.source) else "screens",
            "status": "draft",
            "source": plain(f"LimeSurvey {number}"),
            "notice": newest_notice(),
            "title": title,
        }
        return head | ({"introduction": introduction} if said else {})

    def _screen(self, group: Thing) -> Table:
        """A page for a group, without questions when none of them is asked."""
        when = self._when(group.fields.get("grelevance"), Logic(self.variables))
        asked: list[Table] = []
        if when is False:
            self._leave(group, _HIDDEN)
            return {"questions": asked}
        if self.wordings.piping:
            self.variables.new_page()
        names = group.words.get("group_name", {})
        title = self.wordings.words(names, group.name, self.maker.given({"vi": group.name.replace(
            "group", "Phần"), "en": group.name.replace("group", "Part")}))  # fmt: skip
        introduction = self.wordings.optional(
            group.words.get("description", {}), f"{group.name} description"
        )
        for question in group.questions:
            asked += self._asked(question)
        if not asked:
            self.ledger.dropped(group.place, _EMPTY)
        else:
            self.ledger.kept(group.place)
        screen: Table = {"id": self.screen_ids.new(title[self.wordings.main]), "title": title}
        if introduction:
            screen["introduction"] = introduction
        if isinstance(when, str):
            screen["show_when"] = when
            self.told.at(screen["id"], "show_when", group.fields["grelevance"].place)
        return {**screen, "questions": asked}

    def _leave(self, thing: Thing, why: str) -> None:
        for place in all_places(thing):
            self.ledger.dropped(place, why)

    def _when(self, cell: Cell | None, logic: Logic) -> str | bool:
        """The condition of a field; True when there is none or it cannot be kept, which is told."""
        if cell is None:
            return True
        try:
            found = logic.read(cell.text)
        except ScriptFault as fault:
            self.ledger.dropped(cell.place, fault.why, **fault.values)
            return True
        self.ledger.kept(cell.place)
        return found if isinstance(found, bool) else str(found)

    def _asked(self, question: Thing) -> list[Table]:
        logic = Logic(self.variables)
        hidden = question.attribute("hidden")
        when = self._when(question.fields.get("relevance"), logic)
        if "relevance" in question.fields:
            for _, place in self.conditions.get(question.key, ()):
                self.ledger.approximated(place, _SAID)
        else:
            when = self._rows(question, logic)
        if when is False or (hidden and hidden.text.strip() == "1"):
            self._leave(question, _HIDDEN)
            return []
        made = self.maker.made(question, KINDS)
        if not made:
            return []
        self._required(question, made)
        if "relevance" in question.fields:
            place = question.fields["relevance"].place
        else:
            place = next((p for _, p in self.conditions.get(question.key, ())), question.place)
        for one in made:
            if isinstance(when, str):
                one["show_when"] = when
            self.told.at(one["id"], "show_when", place)
            self.told.at(one["id"], "", question.place)
        limit(self.maker, question, made)
        self._offered(question, made[0])
        return made

    def _offered(self, question: Thing, made: Table) -> None:
        """When the rows of a multiple question are offered."""
        if made["kind"] != "multiple" or len(made["options"]) < len(question.rows):
            return
        for row, option in zip(question.rows, made["options"], strict=False):
            cell = row.fields.get("relevance")
            when = self._when(cell, Logic(self.variables))
            if cell is None or not isinstance(when, str):
                continue
            tree = parse(when)
            if {*names(tree), *counted(tree), *sets(tree)} <= self.variables.answered:
                option["show_when"] = when
            else:
                self.ledger.dropped(cell.place, _SAME_PAGE)

    def _required(self, question: Thing, made: Sequence[Table]) -> None:
        cell = question.fields.get("mandatory")
        if cell is None:
            return
        if cell.text.strip() != "Y":
            self.ledger.approximated(cell.place, _SOFT)
            return
        self.ledger.kept(cell.place)
        for one in made:
            if one["kind"] == "text":
                self.ledger.dropped(cell.place, _NEVER_WORDS)
            elif "data_class" in one:
                self.ledger.dropped(cell.place, _PERSONAL)
            elif one["kind"] != "note":
                one["required"] = True

    def _rows(self, question: Thing, logic: Logic) -> str | bool:
        """The old way: a row for each comparison; those of one field are alternatives, the fields
        of a scenario hold together, and so do one scenario or another."""
        rows = self.conditions.get(question.key, [])
        if not rows:
            return True
        scenarios: dict[str, dict[str, list[Found]]] = {}
        for row, place in rows:
            try:
                found = _compared(row, logic)
            except ScriptFault as fault:
                for _, each in rows:
                    self.ledger.dropped(each, fault.why, **fault.values)
                return True
            field = row.get("cfieldname", "")
            scenarios.setdefault(row.get("scenario", ""), {}).setdefault(field, []).append(found)
            self.ledger.kept(place)
        try:
            whole = fitting(
                joined("||", (
                    joined("&&", (joined("||", values) for values in fields.values()))
                    for fields in scenarios.values()
                ))
            )  # fmt: skip
        except ScriptFault as fault:
            for _, each in rows:
                self.ledger.dropped(each, fault.why, **fault.values)
            return True
        return whole if isinstance(whole, bool) else str(whole)


def _compared(row: Row, logic: Logic) -> Found:
    """What one row of the old table says."""
    method = row.get("method", "").strip() or "=="
    field = row.get("cfieldname", "").lstrip("+").strip("{}")
    if method not in ("==", "!=", "<", "<=", ">", ">="):
        raise ScriptFault(_METHOD, method=method)
    value = row.get("value", "").strip()
    right: Tree = Text(value)
    if value.startswith("@") and value.endswith("@") and len(value) > 2:
        right = Variable(value.strip("@"))
    return logic.condition(Both(method, Variable(field), right), f"{field} {method} {value}")
