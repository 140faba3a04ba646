"""What the parts of a method, a snapshot and a reading are called on the page of the analysis."""

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from questionnaires.methods import FORMULAS, KNOWLEDGE, MARKED, SCORINGS, Method, intervals
from questionnaires.model import Questionnaire
from survey.errors import Words
from survey.fieldwork.words import INTERVAL_NAMES
from survey.i18n import day, label, number, percent

GRADE_NAMES: Final[Mapping[str, Words]] = {
    "same": _l("the reference wording, or the same"),
    "reworded": _l("reworded: compare with care"),
    "different": _l("another question: do not compare"),
}
KNOWLEDGE_NAMES: Final[Mapping[str, Words]] = {
    "found": _l("read in a source"),
    "derived": _l("worked out from published figures"),
    "recalled": _l("from memory, not seen"),
    "unknown": _l("not known: chosen by the platform"),
}
PART_NAMES: Final[Mapping[str, Words]] = {
    "decree": _l("Decision"),
    "validity": _l("In force"),
    "asked": _l("Who is asked"),
    "scoring": _l("How an answer counts"),
    "index": _l("How the index is made"),
    "missing": _l("Unanswered"),
    "weights": _l("Weights"),
    "interval": _l("Interval"),
    "limits": _l("Fewest answers"),
}
SCORING_NAMES: Final[Mapping[str, Words]] = {
    "share": _l("Satisfied or not: figures are shares of satisfied answers"),
    "mean": _l("By its points on the scale: figures are mean scores"),
}
WORKED: Final[Mapping[tuple[str, str], Words]] = {
    ("share", "pooled-items"): _l(
        "%(satisfied)s of %(answered)s answers are satisfied: %(satisfied)s ÷ %(answered)s = "
        "%(value)s."
    ),
    ("share", "mean-of-factors"): _l("The mean of the factors' shares above is %(value)s."),
    ("mean", "pooled-items"): _l(
        "%(answered)s answers have %(points)s points: %(points)s ÷ %(answered)s, divided by the "
        "highest score %(top)s, is %(value)s."
    ),
    ("mean", "mean-of-factors"): _l(
        "The mean of the factors' scores above, divided by the highest score %(top)s, is %(value)s."
    ),
}
COLUMN_NAMES: Final[Mapping[str, Words]] = {
    "round": _l("Code of the round"),
    "version": _l("Form and version"),
    "day": _l("Day of the answer, without the hour"),
    "area": _l("Code of the commune"),
    "counter": _l("Code of the counter"),
    "agency": _l("Code of the agency"),
    "field": _l("Field of the business"),
    "mode": _l("How it was answered"),
    "assisted": _l("Whether somebody helped"),
    "flagged": _l("Whether flags leave it out of the second figure"),
    "stratum": _l("Stratum of the sample"),
    "cluster1": _l("First cluster of the sample"),
    "cluster2": _l("Second cluster of the sample"),
}
TYPE_NAMES: Final[Mapping[str, Words]] = {
    "string": _l("text"),
    "date32[day]": _l("day"),
    "bool": _l("yes or no"),
    "int8": _l("whole number of 8 bits (int8), 0 where nothing was answered"),
    "int32": _l("whole number of 32 bits (int32), empty where nothing was answered"),
    "int64": _l("whole number of 64 bits (int64)"),
}
assert set(KNOWLEDGE_NAMES) == set(KNOWLEDGE) and set(PART_NAMES) == set(MARKED)
assert set(SCORING_NAMES) == set(SCORINGS)
assert set(WORKED) == {(scoring, formula) for scoring in SCORINGS for formula in FORMULAS}


def parts(form: Questionnaire, method: Method) -> list[list[str]]:
    """Each part of a method, what it is for that form, and how that is known."""
    return [
        [str(PART_NAMES[part]), _part(form, method, part), str(KNOWLEDGE_NAMES[method.marks[part]])]
        for part in MARKED
    ]


def _part(form: Questionnaire, method: Method, part: str) -> str:
    match part:
        case "decree":
            return label(method.decree)
        case "validity":
            return _validity(method)
        case "asked":
            return label(method.asked)
        case "scoring":
            return str(SCORING_NAMES[method.scoring])
        case "index":
            return label(method.formula)
        case "missing":
            return str(_("An item without an answer is left out of its own figures only."))
        case "weights":
            return str(_("None: every answer counts alike."))
        case "interval":
            return _interval(form, method)
    return _limits(method)


def _limits(method: Method) -> str:
    return str(
        _(
            "In public %(public)s, to the unit itself %(inside)s. A figure of fewer answers is "
            "not shown.",
            public=number(method.public_limit),
            inside=number(method.inside_limit),
        )
    )


def _validity(method: Method) -> str:
    if method.valid_to is None:
        return str(_("From %(day)s", day=day(method.valid_from)))
    first, last = day(method.valid_from), day(method.valid_to)
    return str(_("%(first)s to %(last)s", first=first, last=last))


def _interval(form: Questionnaire, method: Method) -> str:
    level = percent(method.level, 0)
    one, other = (INTERVAL_NAMES[ci] for ci in intervals(form, method))
    if one == other:
        return str(_("%(how)s, level %(level)s", how=one, level=level))
    said = _("Items: %(items)s. Factors and index: %(groups)s.", items=one, groups=other)
    return str(_("%(how)s Level %(level)s", how=said, level=level))
