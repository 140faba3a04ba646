"""What a questionnaire must be, beside having the right keys: ids, codes, scales, factors."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from questionnaires.features import FeatureCheck
from questionnaires.model import DATA_CLASSES, KINDS, MARKS, PAGINGS, STATUSES
from questionnaires.problems import Faults, Path
from questionnaires.shapes import Key, ShapeCheck, Shapes, Table
from questionnaires.walk import factors, item_ids, numbered, questions

LANGUAGES = ("vi", "en")
RESERVED = ("index",)

_ASKED = {
    "text": Key("words", required=True),
    "data_class": Key("text", among=DATA_CLASSES),
    "mark": Key("text", among=MARKS),
    "source": Key("text"),
}
SHAPES: Shapes = {
    "form": {
        "form": Key("name", required=True),
        "version": Key("int", required=True),
        "title": Key("words", required=True),
        "introduction": Key("words"),
        "languages": Key("texts", required=True),
        "paging": Key("text", required=True, among=PAGINGS),
        "status": Key("text", required=True, among=STATUSES),
        "source": Key("text", required=True),
        "mark": Key("text", among=MARKS),
        "notice": Key("text", required=True),
        "remark": Key("words"),
        "scales": Key("map", of="scale"),
        "screens": Key("tables", required=True, of="screen"),
        "factors": Key("tables", of="factor"),
    },
    "scale": {
        "options": Key("tables", required=True, of="option"),
        "satisfied": Key("codes"),
        "missing": Key("codes"),
        "alias": Key("text"),
    },
    "option": {
        "code": Key("int", required=True),
        "text": Key("words", required=True),
        "exclusive": Key("bool"),
        "other": Key("bool"),
        "not_applicable": Key("bool"),
        "dont_know": Key("bool"),
        "show_when": Key("condition"),
        "alias": Key("text"),
    },
    "screen": {
        "id": Key("id", required=True),
        "title": Key("words", required=True),
        "introduction": Key("words"),
        "show_when": Key("condition"),
        "alias": Key("text"),
        "questions": Key("tables", required=True, of="question"),
    },
    "question": {
        "id": Key("id", required=True),
        "kind": Key("text", required=True, among=KINDS),
        **_ASKED,
        "hint": Key("words"),
        "scale": Key("text"),
        "options": Key("tables", of="option"),
        "rows": Key("tables", of="row"),
        "required": Key("bool"),
        "min": Key("bound"),
        "max": Key("bound"),
        "unit": Key("words"),
        "show_when": Key("condition"),
        "check": Key("tables", of="check"),
        "legal_basis": Key("text"),
        "retention_months": Key("int"),
        "audio": Key("files"),
        "picture": Key("file"),
        "picture_alt": Key("words"),
        "alias": Key("text"),
    },
    "check": {
        "holds": Key("condition", required=True),
        "message": Key("words", required=True),
    },
    "row": {"number": Key("int"), **_ASKED, "alias": Key("text")},
    "factor": {
        "id": Key("id", required=True),
        "label": Key("words", required=True),
        "items": Key("texts"),
        "children": Key("tables", of="factor"),
    },
}
NEEDS = {
    "rating": ("scale",),
    "single": ("options",),
    "multiple": ("options",),
    "yesno": (),
    "grid": ("scale", "rows"),
    "number": (),
    "date": (),
    "place": (),
    "text": (),
    "note": (),
}


def check(document: Table, faults: Faults) -> None:
    """Reports every problem of a form; what depends on a broken shape is not looked at."""
    given = document.get("languages", list(LANGUAGES))
    languages = [one for one in given if isinstance(one, str)] if isinstance(given, list) else []
    if not set(LANGUAGES) <= set(languages):
        faults.add(("languages",), "", "vi and en are not both there.", 'Add "vi" and "en".')
        languages = list(LANGUAGES)
    ShapeCheck(SHAPES, tuple(languages), faults).table("form", document)
    if faults.problems:
        return
    FormCheck(document, faults).run()


class FormCheck:
    """The checks that read more than one key. Its document has passed the shapes."""

    def __init__(self, document: Table, faults: Faults) -> None:
        self.document = document
        self.faults = faults
        self.scales: dict[str, Table] = document.get("scales", {})

    def run(self) -> None:
        self._ids("screen", ((("screens", s), t) for s, t in enumerate(self.document["screens"])))
        self._ids("question", questions(self.document))
        self._ids("factor", factors(self.document))
        for name, scale in self.scales.items():
            self._scale(("scales", name), scale)
        sound = True
        for path, question in questions(self.document):
            sound &= self._question(path, question)
        if sound:
            self._items()
            FeatureCheck(self.document, self.faults).run()

    def _ids(self, what: str, tables: Iterable[tuple[Path, Table]]) -> None:
        seen: set[str] = set()
        for path, table in tables:
            if table["id"] in seen:
                message = f"the {what} id “{table['id']}” is used twice."
                self.faults.add((*path, "id"), "", message, "Give this one another id.")
            seen.add(table["id"])

    def _scale(self, path: Path, scale: Table) -> None:
        codes = self._options((*path, "options"), scale["options"], "")
        for key in ("satisfied", "missing"):
            for code in scale.get(key, []):
                if code not in codes:
                    what = f"code {code} in “{key}” is not on the scale “{path[-1]}”."
                    remedy = f"Use codes of its options: {', '.join(map(str, codes))}."
                    self.faults.add((*path, key), "", what, remedy)
        if set(scale.get("satisfied", [])) & set(scale.get("missing", [])):
            what = "a code is both satisfied and missing."
            self.faults.add((*path, "missing"), "", what, "Keep it in one of the two lists.")

    def _options(self, path: Path, options: list[Any], question: str) -> list[int]:
        codes = [option["code"] for option in options]
        if len(codes) < 2:
            what = "there is nothing to choose between: fewer than two options."
            self.faults.add(path, question, what, "Add the other options.")
        for index, code in enumerate(codes):
            if code in codes[:index]:
                what = f"the code {code} is used twice."
                remedy = "Give each option a code of its own."
                self.faults.add((*path, index, "code"), question, what, remedy)
        return codes

    def _question(self, path: Path, question: Table) -> bool:
        """Reports what is wrong inside one question; whether its items can be named."""
        kind, about = question["kind"], f"question {question['id']}"
        sound = True
        for key in ("scale", "options", "rows"):
            if key in NEEDS[kind] and key not in question:
                sound = False
                what = f"a {kind} question without “{key}”."
                self.faults.add((*path, "kind"), about, what, f"Add {key}, or use another kind.")
            elif key in question and key not in NEEDS[kind]:
                what = f"a {kind} question takes no “{key}”."
                remedy = f"Remove {key}, or use another kind."
                self.faults.add((*path, key), about, what, remedy)
        if not sound:
            return False
        if "options" in question:
            self._options((*path, "options"), question["options"], about)
            self._exclusive(path, question, about)
        if "rows" in question:
            self._rows((*path, "rows"), question["rows"], about)
        if "scale" in NEEDS[kind]:
            self._scale_of(path, question, about)
        self._required(path, question, about)
        return True

    def _exclusive(self, path: Path, question: Table, about: str) -> None:
        for index, option in enumerate(question["options"]):
            if option.get("exclusive") and question["kind"] != "multiple":
                what = "“exclusive” has a meaning only where several options can be chosen."
                where = (*path, "options", index, "exclusive")
                self.faults.add(where, about, what, "Remove it, or use the kind multiple.")

    def _rows(self, path: Path, rows: list[Any], about: str) -> None:
        for number, times in Counter(numbered(rows)).items():
            if times > 1:
                what = f"the row number {number} is used twice."
                self.faults.add(path, about, what, "Give each row a number of its own.")

    def _scale_of(self, path: Path, question: Table, about: str) -> None:
        scale = self.scales.get(question["scale"])
        if scale is None:
            what = f"unknown scale “{question['scale']}”."
            known = ", ".join(self.scales) or "none yet"
            remedy = f"Use a scale of this file ({known}), or add it under [scales]."
            self.faults.add((*path, "scale"), about, what, remedy)
        elif question["kind"] == "rating" and not scale.get("satisfied"):
            what = f"the scale “{question['scale']}” does not say which codes are satisfied."
            remedy = "Add satisfied to the scale, or use the kind grid or single."
            self.faults.add((*path, "scale"), about, what, remedy)

    def _required(self, path: Path, question: Table, about: str) -> None:
        """A personal or sensitive question may always be left empty."""
        classes = {question.get("data_class", "none")}
        classes |= {row.get("data_class", "none") for row in question.get("rows", [])}
        rates = bool(self.scales.get(question.get("scale", ""), {}).get("satisfied"))
        compulsory = question.get("required", rates)
        if compulsory and classes != {"none"}:
            what = "a personal or sensitive question is compulsory."
            self.faults.add((*path, "required"), about, what, "Write required = false.")

    def _items(self) -> None:
        paths: dict[str, Path] = {}
        rated: dict[str, str] = {}
        for path, question in questions(self.document):
            for item in item_ids(question):
                if item in paths:
                    what = f"two questions make the same item “{item}”."
                    about = f"question {question['id']}"
                    self.faults.add((*path, "id"), about, what, "Give one of them another id.")
                paths[item] = path
                if self.scales.get(question.get("scale", ""), {}).get("satisfied"):
                    rated[item] = question["scale"]
        if len(set(rated.values())) > 1:
            names = ", ".join(sorted(set(rated.values())))
            what = f"the rated items use more than one scale: {names}."
            self.faults.add(("scales",), "", what, "An index needs one scale for all of them.")
        self._factors(paths, rated)

    def _factors(self, paths: dict[str, Path], rated: dict[str, str]) -> None:
        used: dict[str, str] = {}
        for path, factor in factors(self.document):
            name = factor["id"]
            if name in paths or name in RESERVED:
                what = f"the factor id “{name}” is also an item's, or is kept for the index."
                self.faults.add((*path, "id"), "", what, "Give the factor another id.")
            if bool(factor.get("items")) == bool(factor.get("children")):
                what = f"the factor “{name}” needs either items or children."
                self.faults.add(path, "", what, "Give it one of the two.")
            for item in factor.get("items", []):
                self._factor_item((*path, "items"), name, item, paths, rated, used)
        for item in rated:
            if item not in used:
                what = f"the rated item “{item}” is in no factor."
                self.faults.add(paths[item], f"question {item}", what, "Add it to a factor.")

    def _factor_item(
        self,
        path: Path,
        factor: str,
        item: str,
        paths: dict[str, Path],
        rated: dict[str, str],
        used: dict[str, str],
    ) -> None:
        about = f"factor {factor}"
        if item not in paths:
            what = f"unknown item “{item}”."
            self.faults.add(path, about, what, "Use the id of an item of this form.")
        elif item not in rated:
            what = f"the item “{item}” is not rated: its scale has no satisfied codes."
            self.faults.add(path, about, what, "Leave it out, or give its scale satisfied codes.")
        elif item in used:
            what = f"the item “{item}” is already in the factor “{used[item]}”."
            self.faults.add(path, about, what, "Keep it in one factor.")
        used.setdefault(item, factor)
