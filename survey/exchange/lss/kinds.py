"""One LimeSurvey question as one or more questions here: those that ask for one thing."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from survey.exchange.fidelity import N_, Ledger
from survey.exchange.incoming import Ids, codes
from survey.exchange.lss.codes import alias_of, question_code
from survey.exchange.lss.source import Source, Thing, all_places
from survey.exchange.lss.structure import OTHER, TYPES
from survey.exchange.lss.variables import CODES, DATE, NUMBER, OPTION, SEVERAL, WORDS, Named
from survey.exchange.lss.wording import Wordings

Table = dict[str, Any]
Options = tuple[list[Table], dict[str, int]]
Kind = Callable[["Maker", Thing], list[Table]]
OPEN = "L!MPO"  # types that may have an option for something else
OTHER_WORDS = {"vi": "Khác", "en": "Other"}
GENDER = (("F", {"vi": "Nữ", "en": "Female"}), ("M", {"vi": "Nam", "en": "Male"}))
COMMENT = {"vi": "Xin cho biết thêm", "en": "Please tell more"}
UNKNOWN_TYPE = N_("LimeSurvey's type “%(type)s” is not known here: the question is left out.")
LISTED = N_("A dropdown list is shown as a list.")
COMMENTED = N_("The comment is asked in a question of its own.")
UNCOMMENTED = N_("The comments beside the options are not asked.")
SHORT = N_("Words are asked in one box, whatever their length.")
TOO_MANY = N_("It has more than 127 options or rows, or fewer than two: it is left out.")
NO_OPTIONS = N_("It has no options to choose from: it is left out.")
SWITCHED = N_("People choose the language of the page on every page: the question is left out.")
UPLOADED = N_("Files of people are not taken: the question is left out.")
COMPUTED = N_("Values computed while people answer are not kept: it is left out.")
TICKED = N_("One box to tick is a question with yes and no.")
POINTS = N_("A choice of points is a list of options here.")
GENDERED = N_("It is a list of two options here, and personal.")


class Maker:
    """Makes questions; what it names is known to the conditions that follow.

    scales: those that grids share, by name.
    """

    def __init__(self, source: Source, wordings: Wordings, ledger: Ledger) -> None:
        self.sid = source.settings.get("sid", "")
        self.wordings = wordings
        self.variables = wordings.variables
        self.ledger = ledger
        self.ids = Ids("q")
        self.scale_ids = Ids("s")
        self.scales: dict[str, Table] = {}

    def made(self, question: Thing, kinds: Mapping[str, Kind]) -> list[Table]:
        """The questions that it becomes; none when it is left out, which is told."""
        kind = question.row.get("type", "").strip()
        if kind not in kinds:
            told = TYPES.get(kind, kind)
            self.drop(question, UNKNOWN_TYPE, type=told)
            return []
        self.ledger.kept(question.place)
        if "type" in question.fields:
            self.ledger.kept(question.fields["type"].place)
        if "other" in question.fields:
            self.ledger.kept(question.fields["other"].place)
        return kinds[kind](self, question)

    def typed(self, question: Thing, why: str) -> None:
        """What its type is here."""
        if "type" in question.fields:
            self.ledger.approximated(question.fields["type"].place, why)

    def drop(self, question: Thing, why: str, **values: str) -> list[Table]:
        for place in all_places(question):
            self.ledger.dropped(place, why, **values)
        return []

    def names(self, question: Thing, em: str = "", sgqa: str = "") -> tuple[str, str]:
        """How expressions name it, by code and by number."""
        row = question.row
        return (
            f"{row.get('title', '')}{em}",
            f"{self.sid}X{row.get('gid', '')}X{row.get('qid', '')}{sgqa}",
        )

    def table(self, question: Thing, kind: str, parts: Sequence[int] = ()) -> Table:
        """A question with its words. parts: numbers of its items when there are several."""
        code = question.row.get("title", "")
        id = self.ids.new(code, parts)
        cells = question.words.get("question", {})
        made = {"id": id, "kind": kind, "text": self.wordings.words(cells, question.name, code)}
        hint = self.wordings.optional(question.words.get("help", {}), f"{question.name} help")
        if hint and hint != made["text"]:
            made["hint"] = hint
        return made | alias_of(code, question_code(id))

    def options(self, question: Thing, answers: Sequence[Thing]) -> Options:
        """The options of answers, or of rows, and their codes; none when they are too many."""
        other = question.row.get("other") == "Y" and question.row.get("type", "") in OPEN
        names = [_code(one) for one in answers]
        found = codes(names)
        if found is None or len(found) + other > 127:
            return [], {}
        field = "answer" if answers and "code" in answers[0].row else "question"
        texts = [
            self.wordings.plain(one.words.get(field, {}), one.name)
            or self.wordings.words({}, one.name, _code(one))
            for one in answers
        ]
        for one in answers:
            self.ledger.kept(one.place)
            if "type" in one.fields:
                self.ledger.kept(one.fields["type"].place)
        made: list[Table] = [
            {"code": code, "text": text} | alias_of(name, str(code))
            for name, code, text in zip(names, found, texts, strict=True)
        ]
        by_name = dict(zip(names, found, strict=True))
        if other:
            made.append(self.other(question, found))
            names.append(OTHER)
            texts.append(made[-1]["text"])
            by_name[OTHER] = made[-1]["code"]
        places = [*(one.name for one in answers), f"{question.name} other"]
        self.wordings.distinct(texts, names, places[: len(names)])
        return made, by_name

    def other(self, question: Thing, taken: Sequence[int]) -> Table:
        code = next(n for n in (max(taken, default=0) + 1, *range(1, 128))
                    if n <= 127 and n not in taken)  # fmt: skip
        cells = question.attributes.get("other_replace_text", {})
        if "" in cells:
            cells = {self.wordings.main: cells[""]}
        text = self.wordings.plain(cells, f"{question.name} other") or self.given(OTHER_WORDS)
        return {"code": code, "text": text, "other": True}

    def given(self, words: Mapping[str, str]) -> dict[str, str]:
        """Words of ours in every language of the form; English stands for those we lack."""
        return {one: words.get(one, words["en"]) for one in self.wordings.languages}

    def fixed(self, pairs: Sequence[tuple[str, Mapping[str, str]]]) -> list[Table]:
        """Options that LimeSurvey's type has of itself."""
        return [
            {"code": code, "text": self.given(words)} | alias_of(name, str(code))
            for code, (name, words) in enumerate(pairs, 1)
        ]


def _code(one: Thing) -> str:
    return one.row.get("code", one.row.get("title", "")).strip()


def points(most: int) -> list[tuple[str, Mapping[str, str]]]:
    return [(str(n), {"vi": str(n), "en": str(n)}) for n in range(1, most + 1)]


def listed(maker: Maker, question: Thing) -> list[Table]:
    """L, ! and O: one of some answers."""
    options, names = maker.options(question, question.answers)
    if len(options) < 2:
        return maker.drop(question, TOO_MANY if question.answers else NO_OPTIONS)
    made = maker.table(question, "single") | {"options": options}
    maker.variables.add(maker.names(question), Named(CODES, made["id"], names))
    maker.variables.add(maker.names(question, "_other", "other"), Named(WORDS, ""))
    if question.row["type"] == "!":
        maker.typed(question, LISTED)
    if question.row["type"] != "O":
        return [made]
    maker.typed(question, COMMENTED)
    maker.variables.add(maker.names(question, "_comment", "comment"), Named(WORDS, ""))
    id = maker.ids.new(f"{made['id']}_comment")
    return [made, {"id": id, "kind": "text", "text": maker.given(COMMENT)}]


def chosen(maker: Maker, question: Thing) -> list[Table]:
    """M and P: several of some rows."""
    options, names = maker.options(question, question.rows)
    if len(options) == 1:
        return _ticked(maker, question, options[0], next(iter(names)))
    if not options:
        return maker.drop(question, TOO_MANY if question.rows else NO_OPTIONS)
    _exclusive(maker, question, options, names)
    made = maker.table(question, "multiple", [one["code"] for one in options])
    made["options"] = options
    maker.variables.add(maker.names(question), Named(SEVERAL, made["id"], names))
    for name, code in names.items():
        own = "other" if name == OTHER else name
        option = Named(OPTION, made["id"], code=code)
        maker.variables.add(maker.names(question, f"_{own}", own), option)
        comment = maker.names(question, f"_{own}comment", f"{own}comment")
        maker.variables.add(comment, Named(WORDS, ""))
    if question.row["type"] == "P":
        maker.typed(question, UNCOMMENTED)
    return [made]


def _exclusive(
    maker: Maker, question: Thing, options: list[Table], names: Mapping[str, int]
) -> None:
    cell = question.attribute("exclude_all_others")
    told = [one.strip() for one in cell.text.split(";")] if cell else []
    alone = {names[one] for one in told if one in names}
    if cell and 0 < len(alone) < len(options):
        for option in options:
            if option["code"] in alone:
                option["exclusive"] = True
        maker.ledger.kept(cell.place)


def _ticked(maker: Maker, question: Thing, option: Table, name: str) -> list[Table]:
    """One box to tick is a question with yes and no."""
    maker.typed(question, TICKED)
    made = maker.table(question, "yesno")
    made["text"] = {one: f"{words} – {option['text'][one]}" for one, words in made["text"].items()}
    own = "other" if name == OTHER else name
    maker.variables.add(
        maker.names(question, f"_{own}", own), Named(CODES, made["id"], {"Y": 1, "N": 2})
    )
    return [made]


def yes_no(maker: Maker, question: Thing) -> list[Table]:
    made = maker.table(question, "yesno")
    maker.variables.add(maker.names(question), Named(CODES, made["id"], {"Y": 1, "N": 2}))
    return [made]


def gender(maker: Maker, question: Thing) -> list[Table]:
    maker.typed(question, GENDERED)
    made = maker.table(question, "single")
    made |= {"data_class": "personal", "options": maker.fixed(GENDER)}
    maker.variables.add(maker.names(question), Named(CODES, made["id"], {"F": 1, "M": 2}))
    return [made]


def five(maker: Maker, question: Thing) -> list[Table]:
    maker.typed(question, POINTS)
    made = maker.table(question, "single") | {"options": maker.fixed(points(5))}
    names = {str(n): n for n in range(1, 6)}
    maker.variables.add(maker.names(question), Named(CODES, made["id"], names))
    return [made]


def number(maker: Maker, question: Thing) -> list[Table]:
    made = maker.table(question, "number")
    maker.variables.add(maker.names(question), Named(NUMBER, made["id"]))
    return [made]


def date(maker: Maker, question: Thing) -> list[Table]:
    made = maker.table(question, "date")
    maker.variables.add(maker.names(question), Named(DATE, made["id"]))
    return [made]


def text(maker: Maker, question: Thing) -> list[Table]:
    made = maker.table(question, "text")
    maker.variables.add(maker.names(question), Named(WORDS, ""))
    if question.row["type"] != "T":
        maker.typed(question, SHORT)
    return [made]


def note(maker: Maker, question: Thing) -> list[Table]:
    return [maker.table(question, "note")]


def language(maker: Maker, question: Thing) -> list[Table]:
    return maker.drop(question, SWITCHED)


def upload(maker: Maker, question: Thing) -> list[Table]:
    return maker.drop(question, UPLOADED)


def equation(maker: Maker, question: Thing) -> list[Table]:
    return maker.drop(question, COMPUTED)


SIMPLE: Mapping[str, Kind] = {
    "L": listed, "!": listed, "O": listed, "M": chosen, "P": chosen, "Y": yes_no, "G": gender,
    "5": five, "N": number, "D": date, "S": text, "T": text, "U": text, "X": note, "I": language,
    "|": upload, "*": equation,
}  # fmt: skip
