"""What becomes of each feature of a form in an XLSForm."""

from questionnaires.shapes import Table
from survey.exchange.fidelity import APPROXIMATED, AS_IS, N_, Fate, Fates, Used
from survey.exchange.xlsform.survey import Survey

OURS = Fate(APPROXIMATED, N_("Only this platform reads it, in a column or a sheet of its own."))
NOTE = Fate(APPROXIMATED, N_("It is a note of its own, at the start."))
TITLE = Fate(APPROXIMATED, N_("XLSForm has a title in one language; others stand in our sheet."))
PLACE = Fate(APPROXIMATED, N_("A commune is asked in words; only this platform offers the list."))
RATING = Fate(APPROXIMATED, N_("It is a choice of one; that it is rated only this platform reads."))
OTHER = Fate(APPROXIMATED, N_("A question of its own asks for the words."))
ALONE = Fate(APPROXIMATED, N_("A constraint sees to it when the answer is given."))
SHARED = Fate(APPROXIMATED, N_("A question has one constraint and message; several are joined."))
RENAMED = Fate(APPROXIMATED, N_("Its name there is another one; the id is in a column of ours."))
PAGING = Fate(APPROXIMATED, N_("All on one page is how the program that asks it is set up."))
WHOLE = ("question.min", "question.max", "question.text", "question.hint", "question.scale",
         "question.required", "question.show_when", "question.audio", "question.picture",
         "screen.title", "screen.show_when", "option.text", "option.show_when", "row.text",
         "form.form", "form.version", "form.languages")  # fmt: skip
OWN = ("form.status", "form.source", "form.notice", "form.remark", "form.mark", "scale.satisfied",
       "scale.missing", "option.not_applicable", "option.dont_know", "question.data_class",
       "question.mark", "question.source", "question.unit", "question.legal_basis",
       "question.retention_months", "question.picture_alt", "row.number", "row.data_class",
       "row.mark", "row.source", "factor.id", "factor.label", "factor.items")  # fmt: skip


def fates(survey: Survey) -> Fates:
    """The fates of the form that `survey` has written."""
    naming = survey.naming
    names = {
        *naming.questions.values(), *naming.screens.values(),
        *(name for rows in naming.rows.values() for name in rows.values()),
    }  # fmt: skip
    choices = {row["name"] for row in survey.choices.rows()}
    questions, screens = naming.questions, naming.screens

    def kept_as(found: bool, otherwise: Fate) -> Fate:
        return AS_IS if found else otherwise

    def checked(one: Used) -> Fate:
        question = _question(survey, one.place)
        alone = not {"min", "max"} & set(question) and len(question["check"]) == 1
        alone = alone and not any(option.get("exclusive") for option in question.get("options", []))
        return AS_IS if alone else SHARED

    return {
        **dict.fromkeys(WHOLE, AS_IS),
        **dict.fromkeys(OWN, OURS),
        "form.title": TITLE,
        "form.introduction": NOTE,
        "screen.introduction": NOTE,
        "form.paging": lambda one: kept_as(one.value == "screens", PAGING),
        "question.kind": lambda one: _kind(one),
        "question.id": lambda one: kept_as(questions[one.value] == one.value, RENAMED),
        "screen.id": lambda one: kept_as(screens[one.value] == one.value, RENAMED),
        "option.code": lambda one: kept_as(
            not one.holder.get("alias") or one.holder["alias"] == str(one.value), OURS
        ),
        "option.alias": lambda one: kept_as(one.value in choices, OURS),
        "question.alias": lambda one: kept_as(one.value in names, OURS),
        "screen.alias": lambda one: kept_as(one.value in names, OURS),
        "row.alias": lambda one: kept_as(one.value in names, OURS),
        "scale.alias": lambda one: kept_as(one.value in survey.choices.lists, OURS),
        "option.exclusive": ALONE,
        "option.other": OTHER,
        "check.holds": checked,
        "check.message": checked,
    }


def _kind(one: Used) -> Fate:
    return {"rating": RATING, "place": PLACE}.get(one.value, AS_IS)


def _question(survey: Survey, place: str) -> Table:
    id = place.split(",")[0]
    return next(
        q for screen in survey.form["screens"] for q in screen["questions"] if q["id"] == id
    )
