"""From items to figures: factors, methods, indicators, and how the wording is vouched for."""

from collections.abc import Iterator

from questionnaires.lint.known import mapped_items, measured, reference_item
from questionnaires.lint.rule import ERROR, WARNING, Fault, Rules
from questionnaires.lint.source import Source
from questionnaires.model import Factor
from questionnaires.problems import Path
from questionnaires.recoding import misfits

DEEPEST = 3

rules = Rules("Factors, methods and indicators")


def factors(source: Source) -> Iterator[tuple[Path, Factor, int]]:
    """Each factor with its path and its depth, 1 for the outermost."""

    def below(
        held: tuple[Factor, ...], path: Path, depth: int
    ) -> Iterator[tuple[Path, Factor, int]]:
        for index, factor in enumerate(held):
            yield (*path, index), factor, depth
            yield from below(factor.children, (*path, index, "children"), depth + 1)

    if source.form:
        yield from below(source.form.factors, ("factors",), 1)


@rules.form(
    "nothing-rated",
    WARNING,
    "The form rates nothing, so that no index can be made of it.",
    "Ask a rating, on a scale with satisfied codes.",
)
def nothing_rated(source: Source) -> Iterator[Fault]:
    if source.form and source.form.items and not source.form.rated:
        yield Fault(("screens",), "", "no item has a scale with satisfied codes")


@rules.form(
    "no-method",
    WARNING,
    "No method is made for the form: its figures have no decision behind them.",
    "Name the form in a file of questionnaires/methods, or use a form that has one.",
)
def no_method(source: Source) -> Iterator[Fault]:
    if source.form and source.form.rated and source.method is None:
        yield Fault(("form",), "", f"no method names “{source.form.form}”")


@rules.form(
    "unmapped-item",
    WARNING,
    "A rated item measures no indicator, unlike others of its form; no trend will show it.",
    "Add it to questionnaires/indicators.toml.",
)
def unmapped_item(source: Source) -> Iterator[Fault]:
    mapped = mapped_items().get(source.form.name) if source.form else None
    for path, item in source.rated if mapped else ():
        if mapped and item.id not in mapped:
            yield Fault(path, item.question_id, f"“{item.id}” measures no indicator")


@rules.form(
    "indicator-without-item",
    ERROR,
    "An indicator is measured by an item that this version of the form does not have.",
    "Keep the item's id, or give the form another version.",
)
def indicator_without_item(source: Source) -> Iterator[Fault]:
    if source.form is None:
        return
    for item, indicator in mapped_items().get(source.form.name, {}).items():
        if item not in source.form.by_id:
            yield Fault(("version",), "", f"{indicator} is measured by “{item}”, which is not here")


@rules.form(
    "indicator-scale",
    ERROR,
    "An item's scale is not that of its indicator's reference, or the recode does not fit it.",
    "Keep the scale, recode it in the file of indicators, or give the form another version.",
)
def indicator_scale(source: Source) -> Iterator[Fault]:
    for path, item in source.rated:
        for measure, indicator in measured().get(source.form.name, ()) if source.form else ():
            reference = reference_item(indicator)
            if measure.item != item.id or measure == indicator.reference or reference is None:
                continue
            for what, _ in misfits(item, reference, measure.grade, measure.recode, False):
                yield Fault(path, item.question_id, f"{indicator.id}: {what.rstrip('.')}")


@rules.form(
    "one-item-factor",
    WARNING,
    "A factor has one item, so that its figure says nothing of its own.",
    "Join it with another factor, or add an item.",
)
def one_item_factor(source: Source) -> Iterator[Fault]:
    for path, factor, _ in factors(source):
        if len(factor.items) == 1:
            yield Fault((*path, "items"), f"factor {factor.id}", "it has one item")


@rules.form(
    "one-child-factor",
    WARNING,
    "A factor holds one factor, and both always show the same figure.",
    "Remove one of the two.",
)
def one_child_factor(source: Source) -> Iterator[Fault]:
    for path, factor, _ in factors(source):
        if len(factor.children) == 1:
            yield Fault((*path, "children"), f"factor {factor.id}", "it holds one factor")


@rules.form(
    "deep-factors",
    WARNING,
    f"Factors hold each other more than {DEEPEST} deep, which no page shows.",
    "Take a level out.",
)
def deep_factors(source: Source) -> Iterator[Fault]:
    for path, factor, depth in factors(source):
        if depth == DEEPEST + 1:
            yield Fault(path, f"factor {factor.id}", f"it stands {depth} deep")


@rules.form(
    "same-factor",
    WARNING,
    "Two factors have the same label.",
    "Give each a label of its own.",
)
def same_factor(source: Source) -> Iterator[Fault]:
    seen: set[str] = set()
    for path, factor, _ in factors(source):
        label = factor.label["vi"].casefold()
        if label in seen:
            yield Fault((*path, "label"), f"factor {factor.id}", "a factor before it has its label")
        seen.add(label)


@rules.form(
    "factor-order",
    WARNING,
    "The items of a factor stand in another order than they are asked in.",
    "Write them in the order of the questions.",
)
def factor_order(source: Source) -> Iterator[Fault]:
    place = {item.id: index for index, (_, item) in enumerate(source.rated)}
    for path, factor, _ in factors(source):
        order = [place[item] for item in factor.items if item in place]
        if order != sorted(order):
            yield Fault((*path, "items"), f"factor {factor.id}", "its items are out of order")


@rules.form(
    "compared-not-copied",
    WARNING,
    "The form says that it was compared with its decision, and a wording is not copied from it.",
    "Mark the item copied, or the form draft.",
)
def compared_not_copied(source: Source) -> Iterator[Fault]:
    if source.form is None or source.form.status != "compared":
        return
    for asked in source.asked:
        marks = {item.mark for item in asked.question.items} - {"copied"}
        if marks:
            yield Fault(asked.path, asked.id, f"its wording is marked {', '.join(sorted(marks))}")


@rules.form(
    "no-remark",
    WARNING,
    "Some wording is from memory or only the idea of its source, and no remark tells staff.",
    "Add remark: what is uncertain, and why.",
)
def no_remark(source: Source) -> Iterator[Fault]:
    if source.form is None or source.form.remark:
        return
    for asked in source.asked:
        marks = {item.mark for item in asked.question.items} & {"idea", "recalled"}
        if marks:
            what = f"its wording is marked {', '.join(sorted(marks))} and there is no remark"
            yield Fault(asked.path, asked.id, what)
            return
