"""What stays when a form is reworded: stable indicators, and the items that measure them.

An installation adds its own file to the one that comes with the platform: the same format, with
the same checks, and never another word about what the platform's file says already.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from questionnaires.changes import Pair
from questionnaires.facts import DIFFERENT, GRADES, SAME
from questionnaires.loader import FOLDER, load, read, shipped, tables
from questionnaires.model import Item, Questionnaire, Words
from questionnaires.problems import Faults, Lines, QuestionnaireError
from questionnaires.problems import Path as Place
from questionnaires.recoding import misfits
from questionnaires.shapes import Key, ShapeCheck, Shapes, Table

FILE = "indicators.toml"
FormOf = Callable[[str], Questionnaire | None]

SHAPES: Shapes = {
    "indicators": {"indicators": Key("tables", required=True, of="indicator")},
    "indicator": {
        "id": Key("text", required=True),
        "label": Key("words", required=True),
        "items": Key("tables", required=True, of="item"),
    },
    "item": {
        "form": Key("text", required=True),
        "item": Key("id", required=True),
        "grade": Key("text", required=True, among=GRADES),
        "recode": Key("recode"),
    },
}


@dataclass(frozen=True)
class Measure:
    """An item of a form version (`sipas-2022@1`) that measures an indicator.

    grade: its wording against the indicator's reference item. `reworded` may be compared with a
        remark; `different` may not stand on one trend line. Who is asked is the method's matter.
    recode: what its codes become on the reference's scale; empty where the scales are the same.
    """

    form: str
    item: str
    grade: str
    recode: Mapping[int, int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Indicator:
    """A thing measured across forms, such as `SIPAS.service.procedure.fee`; a short label."""

    id: str
    label: Words = field(hash=False)
    items: tuple[Measure, ...]

    @property
    def reference(self) -> Measure:
        """The item that the others are graded against: the first that is graded `same`."""
        return next(measure for measure in self.items if measure.grade == SAME)

    def in_form(self, name: str) -> Measure | None:
        """What measures it in a form version; None when nothing does."""
        return next((measure for measure in self.items if measure.form == name), None)


def between(one: Measure, other: Measure) -> str:
    """How far two items of an indicator can be compared with each other."""
    if (one.form, one.item) == (other.form, other.item):
        return SAME
    return max(one.grade, other.grade, key=GRADES.index)


def matched(found: Iterable[Indicator], before: str, after: str) -> tuple[Pair, ...]:
    """The items of two form versions that measure the same indicators."""
    pairs = []
    for indicator in found:
        one, other = indicator.in_form(before), indicator.in_form(after)
        if one and other:
            recoded = one.recode != other.recode
            pairs.append(Pair(one.item, other.item, indicator.id, between(one, other), recoded))
    return tuple(pairs)


def as_shipped() -> tuple[Indicator, ...]:
    """The indicators of the platform's file, in file order; its forms are not looked at.

    Raises QuestionnaireError when an id or an item stands twice, or a reference is missing.
    """
    table, faults = _read(FOLDER / FILE, FILE)
    _check(table, faults, {})
    faults.stop()
    return _made(table)


@cache
def indicators() -> tuple[Indicator, ...]:
    """The same, checked against the scales of those of the platform's forms that are there.

    Raises QuestionnaireError, also for an item that is not in its form or whose scale is not
    that of the reference and is not recoded.
    """
    table, faults = _read(FOLDER / FILE, FILE)
    _check(table, faults, {})
    faults.stop()
    made = _made(table)
    _check_scales(table, faults, {one.id: one for one in made}, _shipped_form, needed=False)
    faults.stop()
    return made


def with_own(file: Path, form_of: FormOf) -> tuple[Indicator, ...]:
    """The platform's indicators, with those that `file` adds and the items that it adds to them.

    form_of: the form of a name that is not the platform's; None when there is none.
    Raises QuestionnaireError with every problem of `file`, by line.
    """
    base = {one.id: one for one in indicators()}
    table, faults = _read(file, str(file))
    _check(table, faults, base)
    faults.stop()
    merged = dict(base)
    for one in _made(table):
        old = base.get(one.id)
        merged[one.id] = replace(old, items=(*old.items, *one.items)) if old else one
    _check_scales(table, faults, merged, lambda name: _shipped_form(name) or form_of(name))
    faults.stop()
    return tuple(merged.values())


def _shipped_form(name: str) -> Questionnaire | None:
    """The form of the platform's file; None where it is lost or faulty, which is told elsewhere."""
    try:
        return load(name) if name in shipped() else None
    except QuestionnaireError:
        return None


def _read(file: Path, source: str) -> tuple[Table, Faults]:
    """The table of a file with the right keys. Raises QuestionnaireError."""
    text = read(file, ())
    table = tables(text, source)
    faults = Faults(source, Lines(text))
    ShapeCheck(SHAPES, ("vi", "en"), faults).table("indicators", table)
    faults.stop()
    return table, faults


def _made(table: Table) -> tuple[Indicator, ...]:
    return tuple(
        Indicator(one["id"], one["label"], tuple(map(_measure, one["items"])))
        for one in table["indicators"]
    )


def _measure(item: Table) -> Measure:
    recode = {int(code): target for code, target in item.get("recode", {}).items()}
    return Measure(item["form"], item["item"], item["grade"], recode)


def _check(table: Table, faults: Faults, base: Mapping[str, Indicator]) -> None:
    """Ids, items and references; `base` are the platform's indicators, which stand."""
    seen: set[str] = set()
    taken = {(m.form, m.item): one.id for one in base.values() for m in one.items}
    for index, one in enumerate(table["indicators"]):
        path, name = ("indicators", index), one["id"]
        if name in seen:
            remedy = "Keep it in one indicator."
            faults.add((*path, "id"), name, f"“{name}” stands twice.", remedy)
        seen.add(name)
        old = base.get(name)
        if old and dict(old.label) != one["label"]:
            what = f"its label is not the one of the platform, “{old.label['vi']}”."
            faults.add((*path, "label"), name, what, "Copy the label, or use another id.")
        _check_items(path, one, faults, old, taken)
        if not old and SAME not in [item["grade"] for item in one["items"]]:
            what = "no item is graded “same”."
            remedy = "Grade the reference item “same”, and the others against it."
            faults.add((*path, "items"), name, what, remedy)


def _check_items(
    path: Place,
    one: Table,
    faults: Faults,
    old: Indicator | None,
    taken: dict[tuple[str, str], str],
) -> None:
    """Each item measures one indicator, and each form has one item for it."""
    forms = {measure.form for measure in old.items} if old else set()
    for place, item in enumerate(one["items"]):
        key, where = (item["form"], item["item"]), (*path, "items", place)
        if key in taken:
            what = f"“{' '.join(key)}” stands twice: it measures {taken[key]} already."
            faults.add(where, one["id"], what, "Keep it in one indicator.")
        elif item["form"] in forms:
            what = f"another item of {item['form']} measures it already."
            faults.add(where, one["id"], what, "Keep one item of each form.")
        taken.setdefault(key, one["id"])
        forms.add(item["form"])


def _check_scales(
    table: Table,
    faults: Faults,
    merged: Mapping[str, Indicator],
    form_of: FormOf,
    *,
    needed: bool = True,
) -> None:
    """What the forms say of the items of `table`; a form that cannot be had is told if needed."""
    for index, one in enumerate(table["indicators"]):
        indicator = merged[one["id"]]
        reference = _item(indicator.reference, form_of)
        for place, raw in enumerate(one["items"]):
            path = ("indicators", index, "items", place)
            if not needed and form_of(raw["form"]) is None:
                continue
            for what, remedy in _faults_of(_measure(raw), reference, indicator, form_of):
                faults.add(path, f"{one['id']} {raw['form']} {raw['item']}", what, remedy)


def _item(measure: Measure, form_of: FormOf) -> Item | None:
    form = form_of(measure.form)
    return form.by_id.get(measure.item) if form else None


def _faults_of(
    measure: Measure, reference: Item | None, indicator: Indicator, form_of: FormOf
) -> Iterator[tuple[str, str]]:
    form = form_of(measure.form)
    if form is None:
        yield f"there is no form “{measure.form}”.", "Publish it first, or correct the name."
    elif measure.item not in form.by_id:
        known = ", ".join(list(form.by_id)[:8])
        what = f"the form “{measure.form}” has no item “{measure.item}”."
        yield what, f"Use the id of one of its items, such as {known}."
    elif reference is not None:
        is_reference = measure == indicator.reference
        item = form.by_id[measure.item]
        yield from misfits(item, reference, measure.grade, measure.recode, is_reference)


__all__ = ["DIFFERENT", "FILE", "GRADES", "SAME", "Indicator", "Measure", "indicators"]
