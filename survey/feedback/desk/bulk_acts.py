"""What the form of an act on many cases makes of each of them: an act, or why there is none."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.errors import Conflict
from survey.feedback.cases import Act, NotYours
from survey.feedback.desk.bulk import AlreadySo, Chosen, OtherLanguage, TheOneItself, changes
from survey.feedback.desk.bulk_forms import (
    AssignForm,
    BulkForm,
    ClassifyForm,
    GuideForm,
    MergeForm,
    WordsForm,
)
from survey.feedback.letters.filling import Written, left_open, many_filled
from survey.feedback.machine import role_of
from survey.feedback.tables import Case
from survey.staff.guard import may

ForCase = Callable[[Case], Act | Conflict]


def act_for(session: Session, form: BulkForm, chosen: Chosen, by: str, *, now: datetime) -> ForCase:
    """Of a form that was filled in rightly."""
    act = form.act.data or ""
    if isinstance(form, AssignForm):
        unit_id, _sign, staff_id = form.to.data.partition(":")
        return _assigning(by, int(unit_id), int(staff_id) if staff_id else None)
    if isinstance(form, ClassifyForm):
        return _changing(act, by, form.wanted())
    if isinstance(form, MergeForm):
        return _merging(by, form.target())
    assert isinstance(form, WordsForm)
    return _writing(session, form, chosen, by, now=now)


def _assigning(by: str, unit_id: int, officer_id: int | None) -> ForCase:
    """Without the right to assign, one takes cases of the same unit oneself."""
    taken = by == f"staff:{officer_id}"

    def for_case(case: Case) -> Act | Conflict:
        if (case.unit_id, case.officer_id) == (unit_id, officer_id):
            return AlreadySo()
        heads = may("feedback.assign", case.unit_id)
        if not heads and not (taken and case.unit_id == unit_id):
            return NotYours()
        data = {"unit": unit_id, "officer": officer_id}
        return Act("assign", by, "head" if heads else "officer", data)

    return for_case


def _changing(act: str, by: str, wanted: dict[str, Any]) -> ForCase:
    def for_case(case: Case) -> Act | Conflict:
        return Act(act, by, "officer", wanted) if changes(case, wanted) else AlreadySo()

    return for_case


def _merging(by: str, into: int | None) -> ForCase:
    def for_case(case: Case) -> Act | Conflict:
        if case.id == into:
            return TheOneItself()
        return Act("merge", by, "officer", {"into": into})

    return for_case


def _writing(
    session: Session, form: WordsForm, chosen: Chosen, by: str, *, now: datetime
) -> ForCase:
    act, language = form.act.data or "", form.language.data
    words = Written("", act, form.words.data or "", language)
    theirs = [case for case in chosen.cases if case.language == language]
    filled = many_filled(session, words, theirs, now=now)
    data = {"to": form.to.data} if isinstance(form, GuideForm) else {}

    def for_case(case: Case) -> Act | Conflict:
        if case.id not in filled:
            return OtherLanguage()
        blanks = left_open(filled[case.id])
        if blanks:
            return Conflict(_("%(blank)s is not known of it", blank=blanks[0]))
        return Act(act, by, "officer", data, words=filled[case.id], role=role_of(act))

    return for_case
