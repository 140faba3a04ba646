"""The choices of an XLSForm, list by list, as the options of questions and the scales of grids."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from questionnaires.shapes import IDENTIFIER
from survey.exchange.fidelity import N_
from survey.exchange.incoming import MOST_CODES, Ids, codes, plain
from survey.exchange.xlsform.columns import OWN
from survey.exchange.xlsform.languages import Wording
from survey.exchange.xlsform.rows import Line

UNUSED = N_("No question uses this list.")
LIST_NAME = N_("Lists have no names here: the choices stand at their question.")
NO_PICTURES = N_("Choices have no pictures or sounds here.")
FILTERED = N_("The column is there for choice filters, which became conditions.")
OTHER = {"vi": "Khác", "en": "Other"}
MEDIA = ("image", "big-image", "audio", "video")


@dataclass
class Choice:
    """name: as in the file. table: the option, without code. columns: all others as text."""

    name: str
    line: Line | None
    table: dict[str, Any]
    code: str = ""
    columns: dict[str, str] = field(default_factory=dict)


class Lists:
    """The lists of a file. `wording` has no answers to repeat in choices."""

    def __init__(self, lines: list[Line], wording: Wording) -> None:
        self.wording = wording
        self.ids = Ids("scale")
        self._lines: dict[str, list[Line]] = {}
        self._made: dict[str, list[Choice]] = {}
        self.scales: dict[str, dict[str, Any]] = {}
        self._scale_ids: dict[str, str] = {}
        for line in lines:
            if name := line.get("list_name"):
                self._lines.setdefault(name, []).append(line)

    def __contains__(self, name: str) -> bool:
        return name in self._lines

    def choices(self, name: str) -> list[Choice]:
        """The choices of a list; its cells are accounted for at the first time."""
        if name not in self._made:
            lines = self._lines.get(name, [])
            self._made[name] = [self._choice(line) for line in lines if line.get("name")]
        return self._made[name]

    def _choice(self, line: Line) -> Choice:
        name = line.take("name")
        line.near("list_name", LIST_NAME)
        table: dict[str, Any] = {"text": self.wording.of(line, "label", name, pipes=False)}
        for key in MEDIA:
            line.drop(key, NO_PICTURES)
        line.keep(*(key for key in line.cells if key.startswith(OWN)))
        for key in ("exclusive", "other"):
            if line.get(f"sipas_{key}") == "yes":
                table[key] = True
        if (flag := line.get("sipas_no_opinion")) in ("not_applicable", "dont_know"):
            table[flag] = True
        code = line.get("sipas_code") or name
        alias = plain(line.get("sipas_alias") or (name if name != code else ""))
        if alias and (alias != code or line.get("sipas_alias")):
            table["alias"] = alias
        return Choice(name, line, table, code, {k: line.get(k) for k in line.cells})

    def options(self, found: list[Choice]) -> list[dict[str, Any]]:
        """The choices as options with codes. There are at most as many as there are codes."""
        given = codes([choice.code for choice in found]) or []
        options = []
        for code, choice in zip(given, found, strict=True):
            option = {"code": code, **choice.table}
            if str(code) != choice.name and "alias" not in option:
                option["alias"] = plain(choice.name) or str(code)
            options.append(option)
        return options

    def with_other(self, found: list[Choice]) -> list[Choice]:
        """The choices and one more, which asks for words, as `or_other` adds it."""
        text = self.wording.every(
            {c: OTHER.get(c, OTHER["en"]) for c in self.wording.languages.codes}, "or_other"
        )
        free = next((c for c in ("other", "other_") if c not in {f.name for f in found}), "other__")
        return [*found, Choice(free, None, {"text": text, "other": True}, free)]

    def scale(self, name: str) -> str:
        """The id of the scale that a list becomes, which is there from now on."""
        if name not in self._scale_ids:
            found = self.choices(name)
            line = found[0].line if found else None
            own = line.get("sipas_scale") if line else ""
            id = self.ids.own(own) if own else self.ids.new(name)
            self._scale_ids[name] = id
            options = self.options(found)
            for option in options:
                option.pop("other", None)
            self.scales[id] = {"options": options, **self._marks(found, options)}
            alias = plain((line.get("sipas_scale_alias") if line else "") or name)
            if alias not in ("", id):
                self.scales[id]["alias"] = alias
            for choice in found:
                if choice.line:
                    choice.line.keep("list_name")
        return self._scale_ids[name]

    def _marks(self, found: list[Choice], options: list[dict[str, Any]]) -> dict[str, Any]:
        """Which codes are satisfied, which are missing, in the order that our columns give."""
        marks: dict[str, Any] = {}
        for key in ("satisfied", "missing"):
            placed = [
                (int(choice.columns[f"sipas_{key}"]), option["code"])
                for choice, option in zip(found, options, strict=True)
                if choice.columns.get(f"sipas_{key}", "").isdigit()
            ]
            if placed:
                marks[key] = [code for _, code in sorted(placed)]
        return marks

    def own_scales(self) -> None:
        """Scales of ours are kept also where no question uses them."""
        for name, lines in self._lines.items():
            own = IDENTIFIER.fullmatch(lines[0].get("sipas_scale"))
            if own and 2 <= len(self.choices(name)) <= MOST_CODES:
                self.scale(name)

    def finish(self, filtered: Mapping[str, set[str]]) -> None:
        """Account for lists that nothing used, and columns that filters read."""
        for name, lines in self._lines.items():
            for line in lines:
                if name not in self._made:
                    line.drop_all(UNUSED)
                for key in filtered.get(name, ()):
                    line.near(key, FILTERED)
