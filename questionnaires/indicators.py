"""What stays when a form is reworded: stable indicators, and the items that measure them."""

from dataclasses import dataclass, field

from questionnaires.loader import FOLDER, read, tables
from questionnaires.model import Words
from questionnaires.problems import Faults, Lines
from questionnaires.shapes import Key, ShapeCheck, Shapes, Table

GRADES = ("same", "reworded", "different")
FILE = "indicators.toml"

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
    },
}


@dataclass(frozen=True)
class Measure:
    """An item of a form version (`sipas-2022@1`) that measures an indicator.

    grade: its wording against the indicator's reference item, which is the one graded `same`.
        `reworded` may be compared with a remark; `different` may not stand on one trend line.
        Who is asked is another matter, and the method's.
    """

    form: str
    item: str
    grade: str


@dataclass(frozen=True)
class Indicator:
    """A thing measured across forms, such as `SIPAS.service.procedure.fee`; a short label."""

    id: str
    label: Words = field(hash=False)
    items: tuple[Measure, ...]

    def in_form(self, name: str) -> Measure | None:
        """What measures it in a form version; None when nothing does."""
        return next((measure for measure in self.items if measure.form == name), None)


def indicators() -> tuple[Indicator, ...]:
    """Every indicator, in file order.

    Raises QuestionnaireError when an id or an item stands twice, or a reference is missing.
    """
    text = read(FOLDER / FILE, ())
    table = tables(text, FILE)
    faults = Faults(FILE, Lines(text))
    ShapeCheck(SHAPES, ("vi", "en"), faults).table("indicators", table)
    faults.stop()
    _check(table, faults)
    faults.stop()
    return tuple(
        Indicator(one["id"], one["label"], tuple(Measure(**item) for item in one["items"]))
        for one in table["indicators"]
    )


def _check(table: Table, faults: Faults) -> None:
    seen: set[object] = set()
    for index, one in enumerate(table["indicators"]):
        path = ("indicators", index)
        keys = [(item["form"], item["item"]) for item in one["items"]]
        for key in (one["id"], *keys):
            if key in seen:
                named = key if isinstance(key, str) else " ".join(key)
                what = f"“{named}” stands twice."
                faults.add((*path, "id"), one["id"], what, "Keep it in one indicator.")
            seen.add(key)
        if [item["grade"] for item in one["items"]].count("same") != 1:
            what = "there is not exactly one item graded “same”."
            remedy = "Grade the reference item “same”, and the others against it."
            faults.add((*path, "items"), one["id"], what, remedy)
