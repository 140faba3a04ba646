"""Two versions of a form side by side: what changed, and whether figures can still be compared.

Every item that both have gets the grade of an indicator: `same`, `reworded` (compare with care) or
`different` (the series breaks). Factors and the index break with their items.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from questionnaires import changes, facts
from questionnaires.changes import Change, Pair
from questionnaires.facts import BREAKS, CARE, DIFFERENT, GRADES, HARMLESS, REWORDED, SAME
from questionnaires.model import Factor, Questionnaire


@dataclass(frozen=True)
class Verdict:
    """How far a figure of the later form can be compared with one of the earlier form.

    before, after: ids of the item or the factor; empty where one form has none.
    grade: `same`, `reworded` or `different`; empty for what only the later form has: it begins.
    """

    before: str
    after: str
    grade: str


@dataclass(frozen=True)
class Comparison:
    """What changed between two forms, and what it does to their figures.

    index: the grade of the index of both.
    """

    before: str
    after: str
    changes: tuple[Change, ...]
    items: tuple[Verdict, ...]
    factors: tuple[Verdict, ...]
    index: str

    @property
    def grade(self) -> str:
        """The worst grade of any figure."""
        return worst([self.index, *(one.grade for one in (*self.items, *self.factors))])

    @property
    def breaks(self) -> bool:
        """Whether the series of any figure breaks."""
        return self.grade == DIFFERENT


def compare(
    before: Questionnaire, after: Questionnaire, matched: Iterable[Pair] = ()
) -> Comparison:
    """What changed from one form to the other.

    matched: items that measure the same under other ids; all others are paired by their id.
    """
    pairs = _pairs(before, after, tuple(matched))
    found = [*changes.of_form(before, after), *changes.of_items(before, after, pairs)]
    found += [*changes.come_and_gone(before, after, pairs), *changes.of_questions(before, after)]
    found += changes.order(before, after, pairs)
    items = _verdicts(before, after, pairs, found)
    factors, labels = _factors(before, after, items)
    return Comparison(
        before.name, after.name, (*found, *labels), items, factors, _index(before, after, items)
    )


def worst(grades: Iterable[str]) -> str:
    """The grade that allows least; `same` of none."""
    return max((grade for grade in grades if grade), key=GRADES.index, default=SAME)


def _pairs(
    before: Questionnaire, after: Questionnaire, matched: tuple[Pair, ...]
) -> dict[str, Pair]:
    """By id in the later form. What is matched to another item is not paired by its id, nor is what
    another form rates, once anything is matched: its numbers mean nothing there."""
    known = [p for p in matched if p.before in before.by_id and p.after in after.by_id]
    found = {pair.after: pair for pair in known}
    taken = {pair.before for pair in known}
    another = bool(known) and before.form != after.form
    for name, item in after.by_id.items():
        old = before.by_id.get(name)
        if name in found or old is None or name in taken:
            continue
        if not (another and (item.rated or old.rated)):
            found[name] = Pair(name, name)
    return found


def _verdicts(
    before: Questionnaire,
    after: Questionnaire,
    pairs: Mapping[str, Pair],
    changes: Iterable[Change],
) -> tuple[Verdict, ...]:
    heaviest: dict[str, str] = {}
    for change in changes:
        if change.what not in ("item_removed", "item_added"):
            for name in change.items:
                heaviest[name] = max(
                    heaviest.get(name, HARMLESS), change.effect, key=facts.EFFECTS.index
                )
    grade = {BREAKS: DIFFERENT, REWORDED: REWORDED, CARE: REWORDED}
    found = [
        Verdict(pairs[item.id].before, item.id, grade.get(heaviest.get(item.id, ""), SAME))
        if item.id in pairs
        else Verdict("", item.id, "")
        for item in after.items
    ]
    kept = {pair.before for pair in pairs.values()}
    gone = [Verdict(item.id, "", DIFFERENT) for item in before.items if item.id not in kept]
    return (*found, *gone)


def _factors(
    before: Questionnaire, after: Questionnaire, items: Sequence[Verdict]
) -> tuple[tuple[Verdict, ...], list[Change]]:
    """The verdict on each factor by its id, and what became of their labels."""
    old, new = _every(before), _every(after)
    first = after.languages[0]
    found: list[Verdict] = []
    told: list[Change] = []
    for name in [*new, *(name for name in old if name not in new)]:
        if name not in old:
            found.append(Verdict("", name, ""))
            told.append(Change("factor_added", HARMLESS, "", new[name].label[first], (), name))
        elif name not in new:
            found.append(Verdict(name, "", DIFFERENT))
            label = old[name].label.get(first, name)
            told.append(Change("factor_removed", BREAKS, label, "", (), name))
        else:
            grade = _pooled(old[name].all_items, new[name].all_items, items)
            found.append(Verdict(name, name, grade))
            told += [*_composition(old[name], new[name], items), *_labels(old[name], new[name])]
    return tuple(found), told


def _composition(old: Factor, new: Factor, items: Sequence[Verdict]) -> list[Change]:
    """Whether a factor is made of other items, or of the same in another order or nesting."""
    was, now = ", ".join(old.all_items), ", ".join(new.all_items)
    earlier = {one.after: one.before for one in items if one.before and one.after}
    same = {earlier.get(name) for name in new.all_items} == set(old.all_items)
    if not same:
        return [Change("factor_items", BREAKS, was, now, (), new.id)]
    inner = [tuple(one.id for one in factor.children) for factor in (old, new)]
    ordered = [earlier[name] for name in new.all_items] == list(old.all_items)
    if not ordered or inner[0] != inner[1]:
        return [Change("factor_order", HARMLESS, was, now, (), new.id)]
    return []


def _labels(old: Factor, new: Factor) -> list[Change]:
    return [
        Change("factor_label", HARMLESS, text, new.label[language], (), new.id, language)
        for language, text in old.label.items()
        if new.label.get(language, text) != text
    ]


def _every(form: Questionnaire) -> dict[str, Factor]:
    return {factor.id: factor for top in form.factors for factor in top.walk()}


def _pooled(old: Sequence[str], new: Sequence[str], items: Sequence[Verdict]) -> str:
    """The grade of what is made of several items: it breaks when it is made of others."""
    graded = {(one.before, one.after): one.grade for one in items}
    of = {after: before for before, after in graded if before and after}
    if {of.get(name) for name in new} != set(old):
        return DIFFERENT
    return worst(graded[of[name], name] for name in new)


def _index(before: Questionnaire, after: Questionnaire, items: Sequence[Verdict]) -> str:
    """The grade of the index: of all rated items, and of how they stand in factors."""
    graded = {one.after: one.before for one in items if one.before}
    was = {frozenset(leaf.items) for leaf in before.leaves}
    now = {frozenset(graded.get(name, "") for name in leaf.items) for leaf in after.leaves}
    old, new = (tuple(item.id for item in form.rated) for form in (before, after))
    return _pooled(old, new, items) if was == now else DIFFERENT
