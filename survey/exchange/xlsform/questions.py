"""One row of a survey as one question of a form."""

import re
from collections.abc import Callable
from typing import Any

from questionnaires.model import DATA_CLASSES, MARKS
from survey.exchange.fidelity import N_, Ledger
from survey.exchange.incoming import Ids, plain
from survey.exchange.xlsform.columns import NO_ALIAS, OWN
from survey.exchange.xlsform.demands import Demands
from survey.exchange.xlsform.known import Asked
from survey.exchange.xlsform.languages import Wording
from survey.exchange.xlsform.rows import Line
from survey.exchange.xlsform.selects import NO_CHOICES, Chosen, Selects
from survey.exchange.xlsform.spoken import Speech
from survey.exchange.xlsform.types import Type, type_of

Table = dict[str, Any]
YES, NO = ("yes", "true", "true()", "1"), ("no", "false", "false()", "0")
SOMETIMES = N_("Whether it must be answered cannot hang on other answers; it may be left empty.")
NEVER_NEEDED = N_("Words, notes and personal questions may always be left empty.")
LOOKS = N_("How a question looks is decided by the page.")
SETS = N_("Answers are not filled in before people give them.")
NO_FILE = N_("Its name cannot be that of a picture or a sound here: %(name)s.")
ONE_PICTURE = N_("A question has one picture, in every language the same.")
BY_THE_PAGE = N_("The page says in its own words that an answer is needed.")
FOR_STAFF = N_("Hints for interviewers have no place here.")
PICTURE = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}\.(png|jpg|webp|svg)")
SOUND = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}\.(mp3|ogg|m4a)")
LEFT = {
    "default": SETS, "calculation": SETS, "trigger": SETS, "read_only": SETS,
    "guidance_hint": FOR_STAFF, "required_message": BY_THE_PAGE, "appearance": LOOKS,
    "big-image": LOOKS, "video": N_("Questions have no videos here."),
    "autoplay": LOOKS, "rows": LOOKS,
}  # fmt: skip


class Questions:
    """Makes questions, and remembers what later conditions may speak of."""

    def __init__(self, wording: Wording, selects: Selects, speech: Speech, ledger: Ledger) -> None:
        self.wording = wording
        self.selects = selects
        self.known = selects.known
        self.speech = speech
        self.ledger = ledger
        self.ids = Ids("q")
        self.lines: dict[str, Line] = {}

    def of(self, line: Line, type_text: str, page: Callable[[], int]) -> Table | None:
        """The question of a row; None when it is not asked here, which is then told."""
        type_ = type_of(type_text)
        if not type_.kind:
            self.known.pop(line.get("name"), None)
            line.drop_all(type_.why)
            return None
        line.keep("type")
        if type_.why:
            line.near("type", type_.why)
        chosen = Chosen(self._kind(line, type_))
        if type_.list:
            chosen = self.selects.of(line, type_)
            if not chosen.kind:
                line.drop_all(NO_CHOICES)
                return None
        question = self._table(line, chosen)
        if type_text.strip().lower() == "range":
            _range(line, question)
        self._more(line, question)
        asked = Asked(
            question["id"], chosen.kind, line.get("name"), chosen.names, question["id"], page()
        )
        known = {**self.known, line.get("name"): asked}
        self.speech.learn(question, line.get("name"), chosen.names, {})
        Demands(line, question, asked, known, self.wording).read(chosen.names, self.speech)
        if chosen.kind in ("text", "note"):
            self.known.pop(line.get("name"), None)
        else:
            self.known[line.get("name")] = asked
        return question

    def _kind(self, line: Line, type_: Type) -> str:
        return "place" if type_.kind == "text" and line.get("sipas_kind") == "place" else type_.kind

    def _table(self, line: Line, chosen: Chosen) -> Table:
        name = line.take("name")
        several = chosen.kind == "multiple"
        parts = [option["code"] for option in chosen.options] if several else []
        text = self.wording.of(line, "label", name or "…")
        for code, more in chosen.suffix.items():
            if more.casefold() not in text[code].casefold():
                text[code] = f"{text[code]} — {more}"
        question: Table = {**self.named(line, name, parts), "kind": chosen.kind, "text": text}
        question |= {"required": self.required(line, chosen.kind), **chosen.more}
        if chosen.options:
            question["options"] = chosen.options
        if hint := self.wording.of(line, "hint"):
            question["hint"] = hint
        return question

    def named(self, line: Line, name: str, parts: list[int]) -> Table:
        """The id, and the name as alias where it differs."""
        own = line.get("sipas_id")
        id = self.ids.own(own, parts) if own else self.ids.new(name, parts)
        self.lines[id] = line
        return {"id": id, **alias_of(line, name, id)}

    def required(self, line: Line, kind: str) -> bool:
        said = line.get("required").strip().lower()
        if not said:
            return False
        if said not in (*YES, *NO):
            line.drop("required", SOMETIMES)
            return False
        if said in YES and (kind in ("text", "note", "place") or self._personal(line)):
            line.drop("required", NEVER_NEEDED)
            return False
        line.keep("required")
        return said in YES

    def _personal(self, line: Line) -> bool:
        return line.get("sipas_data_class") in DATA_CLASSES[1:]

    def _more(self, line: Line, question: Table) -> None:
        """Pictures, sounds, and the columns that only we read."""
        self._picture(line, question)
        self._audio(line, question)
        question |= self.sources(line)
        if question["kind"] == "place":
            question.setdefault("data_class", "personal")
            if question["data_class"] == "none":
                question["data_class"] = "personal"
        if question["kind"] == "number" and (unit := self._own_words(line, "sipas_unit_")):
            question["unit"] = unit
        for key, why in LEFT.items():
            line.drop(key, why)

    def sources(self, line: Line) -> Table:
        """Data class, mark and the like, from our own columns."""
        found: Table = {}
        for key, among in (("data_class", DATA_CLASSES), ("mark", MARKS)):
            if line.get(f"sipas_{key}") in among:
                found[key] = line.get(f"sipas_{key}")
        for key in ("source", "legal_basis"):
            if text := plain(line.get(f"sipas_{key}")):
                found[key] = text
        months = line.get("sipas_retention_months")
        if months.isdigit() and 1 <= int(months[:4]) <= 127:
            found["retention_months"] = int(months)
        line.keep(*(k for k in line.cells if k.startswith(OWN) and k != "sipas_constraint"))
        return found

    def _own_words(self, line: Line, start: str) -> dict[str, str]:
        codes = self.wording.languages.codes
        texts = {code: plain(line.get(f"{start}{code}")) for code in codes}
        texts = {code: text for code, text in texts.items() if text}
        return self.wording.every(texts, line.place) if texts else {}

    def _picture(self, line: Line, question: Table) -> None:
        cells = list(line.cells.get("image", {}).values())
        if not cells:
            return
        name = cells[0].text.lower()
        if not PICTURE.fullmatch(name):
            line.drop("image", NO_FILE, name=cells[0].text[:60])
            return
        line.keep("image")
        if len({cell.text for cell in cells}) > 1 or name != cells[0].text:
            line.near("image", ONE_PICTURE)
        question["picture"] = name
        said = self._own_words(line, "sipas_picture_alt_")
        question["picture_alt"] = said or dict(question["text"])

    def _audio(self, line: Line, question: Table) -> None:
        if "audio" not in line.cells:
            return
        given = self.wording.languages.of(line, "audio")
        files = {code: file.lower() for code, file in given.items()}
        for file in files.values():
            if not SOUND.fullmatch(file):
                line.drop("audio", NO_FILE, name=file[:60])
                return
        question["audio"] = self.wording.every(files, line.place)


def alias_of(line: Line, name: str, id: str) -> Table:
    """The name in other tools, where it is not the id; our own column may say another."""
    alias = plain(line.get("sipas_alias") or (name if name != id else ""))
    return {} if alias in ("", NO_ALIAS) else {"alias": alias}


def _range(line: Line, question: Table) -> None:
    """The limits of a `range`, from its parameters."""
    found = dict(re.findall(r"(start|end|step)\s*=\s*(-?\d+)(?![\d.])", line.get("parameters")))
    least, most = int(found.get("start", 0)), int(found.get("end", 10))
    if 0 <= least < most <= 2**31 - 1:
        question["min"], question["max"] = least, most
        line.near("parameters", N_("It is a number within these limits, in steps of one."))
