"""An XLSForm as the document of a form. Runs in a process of its own."""

from typing import Any

from questionnaires.shapes import IDENTIFIER
from questionnaires.walk import item_ids
from questionnaires.walk import questions as asked_in
from survey.exchange.fidelity import N_, Ledger, Report
from survey.exchange.mend import mend
from survey.exchange.reading.refusal import Refusal
from survey.exchange.reading.sheets import Sheet, extras, tell_extras
from survey.exchange.reading.workbook import read_book
from survey.exchange.xlsform import valid
from survey.exchange.xlsform.columns import FACTORS_SHEET, FORM_SHEET, SHEETS, TRANSLATED
from survey.exchange.xlsform.groups import Groups
from survey.exchange.xlsform.known import Asked
from survey.exchange.xlsform.languages import Languages, Wording
from survey.exchange.xlsform.lists import Lists
from survey.exchange.xlsform.pages import Pages
from survey.exchange.xlsform.questions import Questions
from survey.exchange.xlsform.rows import Columns, Line
from survey.exchange.xlsform.selects import Selects
from survey.exchange.xlsform.spoken import Speech
from survey.exchange.xlsform.tree import Node, tree
from survey.exchange.xlsform.whole import factors_of, head_of

Table = dict[str, Any]
NOT_RATED = N_("The factors and scales of the file do not fit together; nothing is rated.")


def read(data: bytes, name: str) -> tuple[Table, Report]:
    """The document and what became of every cell. Raises Refusal."""
    book = read_book(data, SHEETS)
    if "survey" not in book.sheets or not book.sheets["survey"].rows:
        raise Refusal(N_("The file has no sheet named “survey” with something in it."))
    columns = {key: Columns(book.sheets.get(key, Sheet(key))) for key in SHEETS}
    parts = {place: what for one in columns.values() for place, what in one.parts().items()}
    ledger = Ledger(parts | extras(book))
    lines = {key: one.lines(ledger) for key, one in columns.items()}
    nodes = tree(lines["survey"])
    valid.check(book, ledger)
    found = Reading(name, columns, lines, ledger).document(nodes)
    book.told = {place: why for place, why in book.told.items() if place in parts}
    tell_extras(book, ledger)
    return found, ledger.report()


class Reading:
    def __init__(
        self, name: str, columns: dict[str, Columns], lines: dict[str, list[Line]], ledger: Ledger
    ) -> None:
        self.name = name
        self.lines = lines
        self.ledger = ledger
        self.languages = self._languages(columns)
        self.known: dict[str, Asked] = {}
        self.pages: Pages | None = None
        self.wording = Wording(self.languages, self.known, self._page, ledger)
        speech = Speech()
        choices = [*lines["choices"], *lines["external_choices"]]
        self.lists = Lists(choices, self.wording)
        self.selects = Selects(self.lists, self.known, speech)
        self.questions = Questions(self.wording, self.selects, speech, ledger)

    def _page(self) -> int:
        return self.pages.number if self.pages else 0

    def _languages(self, columns: dict[str, Columns]) -> Languages:
        labels = [
            label
            for key in ("survey", "choices", "external_choices")
            for label in columns[key].languages(TRANSLATED)
        ]
        settings = self.lines["settings"]
        default = settings[0].get("default_language") if settings else ""
        unnamed = [line.cells["label"][""].text for line in self.lines["survey"]
                   if "" in line.cells.get("label", {})]  # fmt: skip
        return Languages(dict.fromkeys(labels), default, " ".join(unnamed)[:20_000], self.ledger)

    def document(self, nodes: list[Node]) -> Table:
        own = {line.get("key"): line for line in self.lines[FORM_SHEET]}
        head = head_of(self.lines["settings"], own, self.wording, self.name, self.ledger)
        self.pages = Pages(self.ledger, head["title"])
        groups = Groups(self.questions, self.pages, self.ledger)
        groups.walk(nodes)
        self.lists.own_scales()
        self.lists.finish(self.selects.filtered)
        if groups.introduction:
            head["introduction"] = groups.introduction
        if not self.pages.screens:
            raise Refusal(N_("Nothing in the file can be asked on this platform."))
        factors = factors_of(self.lines[FACTORS_SHEET], self.wording)
        document = {
            **head,
            **({"scales": self.lists.scales} if self.lists.scales else {}),
            "screens": self.pages.screens,
            **({"factors": factors} if factors else {}),
        }
        self._rated(document)
        mend(document, _Told(self))
        self._asks(document)
        return document

    def _asks(self, document: Table) -> None:
        if not any(question["kind"] != "note" for _, question in asked_in(document)):
            raise Refusal(N_("Nothing in the file can be asked on this platform."))

    def _rated(self, document: Table) -> None:
        """Where scales, ratings and factors do not fit together any more, nothing is rated."""
        if not any(scale.get("satisfied") for scale in self.lists.scales.values()):
            document.pop("factors", None)
            return
        if self._fits(document):
            return
        self.ledger.added("factors", FACTORS_SHEET, NOT_RATED)
        document.pop("factors", None)
        scales = document["scales"]
        for question in (one for screen in document["screens"] for one in screen["questions"]):
            if question["kind"] == "rating":
                question["kind"] = "single"
                question["options"] = [dict(o) for o in scales[question.pop("scale")]["options"]]
        for scale in scales.values():
            scale.pop("satisfied", None)

    def _fits(self, document: Table) -> bool:
        scales, rated = document["scales"], dict[str, str]()
        for _, question in asked_in(document):
            scale = question.get("scale", "")
            if scales.get(scale, {}).get("satisfied"):
                rated |= dict.fromkeys(item_ids(question), str(scale))
        leaves: list[str] = []
        named: list[str] = []
        waiting = list(document.get("factors", []))
        while waiting:
            factor = waiting.pop()
            named.append(factor["id"])
            if bool(factor.get("items")) == bool(factor.get("children")):
                return False
            leaves += factor.get("items", [])
            waiting += factor.get("children", [])
        sound = all(
            set(scale["satisfied"]) == set(sorted(_opinions(scale))[-len(scale["satisfied"]) :])
            and set(scale["satisfied"]) != set(_opinions(scale))
            for scale in scales.values()
            if scale.get("satisfied")
        )
        sound = sound and all(map(IDENTIFIER.fullmatch, named)) and "index" not in named
        apart = len(set(named)) == len(named) and not set(named) & set(rated)
        one = len(set(rated.values())) <= 1
        return sorted(leaves) == sorted(rated) and one and sound and apart


def _opinions(scale: Table) -> list[int]:
    return [
        option["code"]
        for option in scale["options"]
        if option["code"] not in scale.get("missing", [])
        and not option.get("not_applicable")
        and not option.get("dont_know")
    ]


class _Told:
    """Tells the ledger what was mended, by the rows that questions came from."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def dropped(self, question: str, why: str, **values: str) -> None:
        self.reading.questions.lines[question].drop_all(why, **values)

    def changed(self, question: str, what: str, why: str, **values: str) -> None:
        line = self.reading.questions.lines.get(question)
        place = line.place if line else "survey"
        self.reading.ledger.added(what, place, why, **values)
