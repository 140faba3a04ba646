"""How answers become an index: a decision's method as data, and the analysis plan it gives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from questionnaires.loader import FOLDER, read, tables
from questionnaires.model import Factor, Questionnaire, Words
from questionnaires.problems import Faults, Lines, Problem, QuestionnaireError
from questionnaires.shapes import Key, ShapeCheck, Shapes

SCORINGS = ("share", "mean")
FORMULAS = ("pooled-items", "mean-of-factors")
INTERVALS = ("wald", "logit", "xlogit", "wilson", "beta", "kg", "likelihood", "asin", "pooled")
FEWEST_POOLED = 8  # items whose design effects are pooled; of fewer they say too little
KNOWLEDGE = ("found", "derived", "recalled", "unknown")
MARKED = (
    "decree",
    "validity",
    "asked",
    "scoring",
    "index",
    "missing",
    "weights",
    "interval",
    "limits",
)
_FORMULA_WORDS: Mapping[tuple[str, str], Words] = {
    ("share", "pooled-items"): {
        "vi": "Số câu trả lời hài lòng trên tổng số câu trả lời của mọi tiêu chí.",
        "en": "Satisfied answers over all answers given, all items together.",
    },
    ("share", "mean-of-factors"): {
        "vi": "Trung bình cộng tỷ lệ hài lòng của các yếu tố.",
        "en": "The plain mean of the factors' shares of satisfied answers.",
    },
    ("mean", "pooled-items"): {
        "vi": "Điểm trung bình của mọi câu trả lời, chia cho điểm cao nhất.",
        "en": "The mean score of all answers given, over the highest score.",
    },
    ("mean", "mean-of-factors"): {
        "vi": "Trung bình cộng điểm trung bình của các yếu tố, chia cho điểm cao nhất.",
        "en": "The plain mean of the factors' mean scores, over the highest score.",
    },
}

SHAPES: Shapes = {
    "method": {
        "id": Key("name", required=True),
        "title": Key("words", required=True),
        "decree": Key("words", required=True),
        "valid_from": Key("date", required=True),
        "valid_to": Key("date"),
        "forms": Key("texts", required=True),
        "asked": Key("words", required=True),
        "scoring": Key("text", required=True, among=SCORINGS),
        "index": Key("text", required=True, among=FORMULAS),
        "missing": Key("text", required=True, among=("per-item",)),
        "weights": Key("text", required=True, among=("none",)),
        "interval": Key("text", required=True, among=INTERVALS),
        "group_interval": Key("text", required=True, among=INTERVALS),
        "level": Key("fraction", required=True),
        "public_limit": Key("int", required=True),
        "inside_limit": Key("int", required=True),
        "known": Key("bool", required=True),
        "note": Key("words", required=True),
        "sources": Key("texts", required=True),
        "marks": Key("table", required=True, of="marks"),
    },
    "marks": {name: Key("text", required=True, among=KNOWLEDGE) for name in MARKED},
}


@dataclass(frozen=True)
class Method:
    """A decision's way from answers to an index.

    forms: names of the forms it is made for, without their versions.
    scoring: `share` of satisfied answers, or `mean` score over the highest score; both 0 to 1.
    index: `pooled-items`, satisfied answers over answers given, all items together; or
        `mean-of-factors`, the plain mean of each innermost factor's pooled share.
    missing: `per-item`, an unanswered item leaves only its own figures.
    weights: `none`, as the official figures are made.
    interval: the platform's default for the share of an item; no decision seen speaks of
        intervals. `pooled` suits the few clusters of a province; see `intervals`.
    group_interval: the same for factors and the index. A pooled design effect is never taken
        below 1, which is too wide where many items of one person are averaged.
    level: of both.
    public_limit, inside_limit: fewest answers behind a figure shown in public, and to a unit.
    known: whether the formula was read in the decision; when it was not, `note` stands beside
        the figure.
    marks: how each value is known, from `found` to `unknown`.
    """

    id: str
    title: Words = field(hash=False)
    decree: Words = field(hash=False)
    valid_from: date
    valid_to: date | None
    forms: tuple[str, ...]
    asked: Words = field(hash=False)
    scoring: str
    index: str
    missing: str
    weights: str
    interval: str
    group_interval: str
    level: float
    public_limit: int
    inside_limit: int
    known: bool
    note: Words = field(hash=False)
    sources: tuple[str, ...]
    marks: Mapping[str, str] = field(hash=False)

    @property
    def formula(self) -> Words:
        """How the index is made, in a sentence to stand beside the figure."""
        return _FORMULA_WORDS[self.scoring, self.index]

    def covers(self, day: date) -> bool:
        """Whether it was in force on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def methods() -> dict[str, Path]:
    """The methods that come with the platform: id to file. Reads none."""
    return {path.stem: path for path in sorted((FOLDER / "methods").glob("*.toml"))}


def method(id_or_path: str | Path) -> Method:
    """The method of a shipped id, or of a file.

    Raises QuestionnaireError when there is none, or with every problem found in it.
    """
    path = methods().get(str(id_or_path)) or Path(id_or_path)
    text = read(path, methods())
    table = tables(text, str(id_or_path))
    faults = Faults(str(id_or_path), Lines(text))
    ShapeCheck(SHAPES, ("vi", "en"), faults).table("method", table)
    faults.stop()
    values = {**table, "valid_to": table.get("valid_to")}
    for name in ("forms", "sources"):
        values[name] = tuple(table[name])
    if values["valid_to"] is not None and values["valid_to"] < values["valid_from"]:
        faults.add(("valid_to",), "", "it ends before it begins.", "Correct one of the two days.")
        faults.stop()
    return Method(**values)


def method_of(form: str, day: date) -> Method | None:
    """The shipped method made for a form (its name without version) on a day; None if none is."""
    found = (method(name) for name in methods())
    return next((one for one in found if form in one.forms and one.covers(day)), None)


def intervals(form: Questionnaire, method: Method) -> tuple[str, str]:
    """The intervals of shares of items, and of factors and the index, of a form by a method.

    They are the method's, but `kg` for all where it pools and the form rates fewer than
    FEWEST_POOLED items.
    """
    if method.interval == "pooled" and len(form.rated) < FEWEST_POOLED:
        return "kg", "kg"
    return method.interval, method.group_interval


def plan(form: Questionnaire, method: Method, by: tuple[str, ...] = ()) -> dict[str, Any]:
    """An analysis plan for a form by a method, as data: three blocks and no design.

    Block 0 estimates each rated item, block 1 each factor (innermost ones and those that hold
    them), block 2 the index, whose result row is `of = "index"`. With scoring `share` items and
    factors are shares; with `mean` they are means on the scale's points, and the index is the
    mean over the highest point. `by` names the columns of domains, for all three.
    Raises QuestionnaireError when the form rates nothing.
    """
    if not form.rated:
        what = "the form has no rated item, so there is nothing to make an index of."
        remedy = "Give the scale of its ratings satisfied codes."
        raise QuestionnaireError([Problem(form.name, None, "", what, remedy)])
    scale = form.rated[0].scale
    missing = {"missing": [0, *scale.missing]}
    satisfied = {"satisfied": list(scale.satisfied)}
    domains = {"by": list(by)} if by else {}
    figures: dict[str, Any] = {"kind": "mean", **missing, "level": method.level, **domains}
    items: dict[str, Any] = {"of": [item.id for item in form.rated]}
    every = [inner for factor in form.factors for inner in factor.walk()]
    factors: dict[str, Any] = {"groups": _groups(every)}
    index: dict[str, Any] = {"kind": "index", "of": ["index"], "formula": method.index}
    index |= {"scoring": method.scoring, "groups": _groups(form.leaves)}
    index |= {**satisfied, **missing, "top": scale.top, "level": method.level, **domains}
    if method.scoring == "share":
        figures |= {"kind": "share", **satisfied}
        items["ci"], group = intervals(form, method)
        factors["ci"] = index["ci"] = group
    return {"estimate": [{**figures, **items}, {**figures, **factors}, index]}


def _groups(factors: Iterable[Factor]) -> list[dict[str, Any]]:
    return [{"name": factor.id, "of": list(factor.all_items)} for factor in factors]
