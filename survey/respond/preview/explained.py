"""What will become of the answers to a form, as rows of tables in the language of the page."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from questionnaires import Indicator
from questionnaires.model import DATA_CLASSES, Factor, Item, Question, Questionnaire
from survey.fieldwork.editor.words import DATA_CLASS_NAMES, KIND_NAMES
from survey.i18n import label, number, percent
from survey.respond.columns import FIXED, Layout
from survey.respond.preview.words import COLUMN_NAMES, GRADE_NAMES, TYPE_NAMES

NOTHING = "–"
Rows = list[list[str]]


def scales(form: Questionnaire) -> Rows:
    """Each scale that rates: its answers by code, those that count as satisfied, and as none."""
    used = dict.fromkeys(item.scale for item in form.rated)
    return [
        [
            scale.id,
            "; ".join(f"{o.code} {label(o.text)}" for o in scale.options),
            _codes(scale.satisfied),
            _codes((0, *scale.missing)),
        ]
        for scale in used
    ]


def rated(form: Questionnaire, weights: Mapping[str, float]) -> Rows:
    """Each rated item: its scale, the codes that are satisfied or no answer, its weight."""
    return [
        [
            item.id,
            label(item.label),
            item.scale.id,
            _codes(item.scale.satisfied),
            _codes((0, *item.scale.missing)),
            percent(weights[item.id]) if item.id in weights else NOTHING,
        ]
        for item in form.rated
    ]


def measuring(form: Questionnaire, found: Sequence[Indicator]) -> Rows:
    """Each rated item: the factor it belongs to, the indicator it measures, how it compares."""
    names = {factor.id: label(factor.label) for top in form.factors for factor in top.walk()}
    measures = _measures(form, found)
    return [
        [item.id, names.get(item.factor, NOTHING), *measures.get(item.id, (NOTHING, NOTHING))]
        for item in form.rated
    ]


def _measures(form: Questionnaire, found: Iterable[Indicator]) -> dict[str, tuple[str, str]]:
    """Item to the indicator that it measures and how its wording compares."""
    measures = {}
    for indicator in found:
        measure = indicator.in_form(form.name)
        if measure is not None:
            grade = str(GRADE_NAMES[measure.grade])
            if measure.recode:
                grade = _("%(grade)s; its codes are recoded", grade=grade)
            measures[measure.item] = (f"{label(indicator.label)} ({indicator.id})", grade)
    return measures


def unrated(form: Questionnaire) -> Rows:
    """Each question that no share or index is made of, and what becomes of its answers."""
    asked = (q for q in form.questions if q.items and not any(item.rated for item in q.items))
    return [
        [question.id, label(question.text), str(KIND_NAMES[question.kind]), _figure(question)]
        for question in asked
    ]


def _figure(question: Question) -> str:
    if any(item.wide for item in question.items):
        return str(_("Kept as it is, for an analysis of one's own"))
    if question.kind == "multiple":
        return str(_("Distribution: of each option, how many chose it"))
    if question.kind == "grid":
        return str(_("Distribution: of each line, how many gave each answer"))
    return str(_("Distribution: how many gave each answer"))


def weights(form: Questionnaire, formula: str) -> dict[str, float]:
    """How much of the index each item is, where everything is answered; together 1.

    formula: `pooled-items` or `mean-of-factors`.
    """
    leaves = form.leaves
    every = sum(len(leaf.items) for leaf in leaves)
    return {
        item: 1 / every if formula == "pooled-items" else 1 / len(leaves) / len(leaf.items)
        for leaf in leaves
        for item in leaf.items
    }


def factors(form: Questionnaire, weights: Mapping[str, float]) -> Rows:
    """The factor tree, outer before inner, with the items and the weight of each."""
    return [
        [
            " › ".join(label(one.label) for one in path),
            number(len(path[-1].all_items)),
            percent(sum(weights.get(item, 0) for item in path[-1].all_items)),
        ]
        for top in form.factors
        for path in _paths(top, ())
    ]


def _paths(factor: Factor, above: tuple[Factor, ...]) -> Iterator[tuple[Factor, ...]]:
    path = (*above, factor)
    yield path
    for child in factor.children:
        yield from _paths(child, path)


@dataclass(frozen=True)
class Tally:
    """What one person's answers to some items come to. points: the sum of their codes."""

    answered: int
    satisfied: int
    points: int


def tally(items: Iterable[str], form: Questionnaire, answers: Mapping[str, int]) -> Tally:
    """Counted item by item, without those that were not answered or have no opinion."""
    known = [form.by_id[item] for item in items]
    codes = [(item.scale, answers.get(item.id, 0)) for item in known]
    given = [(scale, code) for scale, code in codes if code not in (0, *scale.missing)]
    satisfied = sum(code in scale.satisfied for scale, code in given)
    return Tally(len(given), satisfied, sum(code for _scale, code in given))


def columns(form: Questionnaire) -> Rows:
    """The columns of a snapshot: name, type, what it holds."""
    made = Layout("", (form,), form.items, ())
    types = {field.name: str(TYPE_NAMES[str(field.type)]) for field in made.schema}
    rows = [[name, types[name], str(COLUMN_NAMES[name])] for name in FIXED.names]
    rows.append(["w_…", str(TYPE_NAMES["int64"]), _("Weights of a set, in millionths")])
    return rows + [[item.id, types[item.id], _holds(form, item)] for item in form.items]


def _holds(form: Questionnaire, item: Item) -> str:
    question = form.by_question[item.question_id]
    own = label(item.label)
    asked = label(question.text)
    return own if own == asked or question.kind == "grid" else f"{asked} – {own}"


def kept_apart(form: Questionnaire) -> Rows:
    """What is written in words: it goes the way of a comment and never into a response."""
    return [
        [question.id, label(question.text), _("Words in answer to it")]
        if question.kind == "text"
        else [question.id, label(question.text), _said_with(question)]
        for question in form.questions
        if question.kind == "text" or question.other
    ]


def _said_with(question: Question) -> str:
    option = label(question.other.text) if question.other else ""
    return str(_("What is written beside “%(option)s”", option=option))


def private(form: Questionnaire) -> Rows:
    """Each question about the person: its class, why it may be asked, how long it is kept."""
    return [
        [
            question.id,
            label(question.text),
            str(DATA_CLASS_NAMES[_class_of(question)]),
            question.legal_basis or _("not said"),
            _months(question.retention_months),
        ]
        for question in form.questions
        if _class_of(question) != "none"
    ]


def _class_of(question: Question) -> str:
    """The strictest class of a question and its lines."""
    classes = [question.data_class, *(row.data_class for row in question.rows)]
    return max(classes, key=DATA_CLASSES.index)


def _months(months: int | None) -> str:
    return str(_("not said") if months is None else _("%(n)d months", n=months))


def _codes(codes: Iterable[int]) -> str:
    return ", ".join(map(str, codes)) or NOTHING
