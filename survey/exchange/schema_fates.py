"""What of a form its JSON Schema keeps."""

from collections.abc import Callable

from questionnaires import Questionnaire
from questionnaires.expressions import parse
from questionnaires.model import TODAY
from survey.exchange.fidelity import APPROXIMATED, AS_IS, DROPPED, N_, Fate, Fates, Used
from survey.exchange.schema_conditions import sayable
from survey.exchange.schema_rules import whens

SHOWN = Fate(DROPPED, N_("The schema says what may be answered, not how it is shown."))
COUNTED = Fate(DROPPED, N_("The schema says what may be answered, not what the answers count for."))
ORIGIN = Fate(DROPPED, N_("The schema does not say where a form and its words come from."))
NAMES = Fate(DROPPED, N_("The schema uses the names of this platform alone."))
WORDS = Fate(DROPPED, N_("No answer to it enters a response."))
TYPED = Fate(DROPPED, N_("Words that are typed never enter a response."))
DAYS = Fate(APPROXIMATED, N_("The schema knows the limits and not the calendar: 20260231 passes."))
PLACES = Fate(APPROXIMATED, N_("The schema does not list which communes there are."))
MOVING = Fate(
    APPROXIMATED, N_("The schema has no calendar: the day of answering is no limit in it.")
)
CONDITION = Fate(
    APPROXIMATED, N_("JSON Schema cannot compare these answers: the condition is a comment in it.")
)
SOMETIMES = Fate(
    APPROXIMATED,
    N_("JSON Schema cannot say when it is asked, so it is not compulsory in the schema."),
)
FORM: Fates = {
    "form.form": AS_IS,
    "form.version": AS_IS,
    "form.title": AS_IS,
    "form.introduction": SHOWN,
    "form.languages": AS_IS,
    "form.paging": SHOWN,
    "form.status": ORIGIN,
    "form.source": ORIGIN,
    "form.mark": ORIGIN,
    "form.notice": SHOWN,
    "form.remark": ORIGIN,
    "form.scales": AS_IS,
    "form.screens": AS_IS,
    "form.factors": COUNTED,
    "screen.id": SHOWN,
    "screen.title": SHOWN,
    "screen.introduction": SHOWN,
    "screen.alias": NAMES,
    "screen.questions": AS_IS,
    "factor.id": COUNTED,
    "factor.label": COUNTED,
    "factor.items": COUNTED,
    "factor.children": COUNTED,
}
SCALE: Fates = {
    "scale.options": AS_IS,
    "scale.satisfied": COUNTED,
    "scale.missing": COUNTED,
    "scale.alias": NAMES,
    "option.code": AS_IS,
    "option.text": AS_IS,
    "option.exclusive": AS_IS,
    "option.other": TYPED,
    "option.not_applicable": COUNTED,
    "option.dont_know": COUNTED,
    "option.alias": NAMES,
    "row.number": AS_IS,
    "row.text": AS_IS,
    "row.data_class": AS_IS,
    "row.mark": ORIGIN,
    "row.source": ORIGIN,
    "row.alias": NAMES,
    "check.message": SHOWN,
}
QUESTION: Fates = {
    "question.id": AS_IS,
    "question.text": AS_IS,
    "question.data_class": AS_IS,
    "question.mark": ORIGIN,
    "question.source": ORIGIN,
    "question.hint": AS_IS,
    "question.scale": AS_IS,
    "question.options": AS_IS,
    "question.rows": AS_IS,
    "question.unit": AS_IS,
    "question.check": AS_IS,
    "question.legal_basis": ORIGIN,
    "question.retention_months": ORIGIN,
    "question.audio": SHOWN,
    "question.picture": SHOWN,
    "question.picture_alt": SHOWN,
    "question.alias": NAMES,
}


def fates(form: Questionnaire) -> Fates:
    """What becomes of each key of the format in the schema of this form."""
    return {
        **FORM,
        **SCALE,
        **{key: _asked(form, fate) for key, fate in QUESTION.items()},
        "question.kind": _asked(form, _kind),
        "question.min": _limit,
        "question.max": _limit,
        "question.required": _asked(form, lambda used: _required(form, used)),
        **{
            key: _asked(form, lambda used: _condition(form, used))
            for key in ("screen.show_when", "question.show_when", "option.show_when")
        },
        "check.holds": _asked(form, lambda used: _condition(form, used)),
    }


def _asked(form: Questionnaire, fate: Fate | Callable[[Used], Fate]) -> Callable[[Used], Fate]:
    """The fate, but of what has no answer in a response nothing is kept."""

    def look(used: Used) -> Fate:
        question = form.by_question.get(used.place.split(",")[0])
        if question is not None and not question.items:
            return WORDS
        return fate if isinstance(fate, Fate) else fate(used)

    return look


def _kind(used: Used) -> Fate:
    return {"date": DAYS, "place": PLACES}.get(used.value, AS_IS)


def _limit(used: Used) -> Fate:
    return MOVING if used.value == TODAY else AS_IS


def _condition(form: Questionnaire, used: Used) -> Fate:
    return AS_IS if sayable(form, parse(used.value)) else CONDITION


def _required(form: Questionnaire, used: Used) -> Fate:
    question = form.by_question[used.place]
    screen = next(screen for screen in form.screens if question in screen.questions)
    return AS_IS if all(sayable(form, one) for one in whens(screen, question)) else SOMETIMES
