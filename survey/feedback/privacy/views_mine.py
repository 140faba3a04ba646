"""The sender's page "my data": everything that is kept, to read and as a file, at once."""

import json
from typing import Any, Final

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from survey.calendar import clock
from survey.database import reading
from survey.feedback import contacts
from survey.feedback.cases import find
from survey.feedback.code import Code
from survey.feedback.privacy import mine, words
from survey.feedback.tables import Case
from survey.forms import CitizenForm
from survey.guesses import TooManyGuesses, guesses

DOOR: Final = "feedback-contact"  # of the guesses that are counted


class ProofForm(CitizenForm):
    """Who has the slip need not be who left the contact."""

    proof = StringField(
        _l("To see your contact unmasked, type the telephone number or e-mail address you left"),
        render_kw={"autocomplete": "off", "maxlength": "200"},
    )


def page(case_id: int, code: Code) -> ResponseReturnValue:
    case, form = find(reading(), case_id), ProofForm(request.form)
    kept, status = _kept(case, form)
    shown = render_template(
        "feedback/mine.html",
        code=code.text,
        case=case,
        kept=kept,
        form=form,
        words=words,
        language_links=[],
    )
    return shown, status


def file(case_id: int, code: Code) -> ResponseReturnValue:
    case, form = find(reading(), case_id), ProofForm(request.form)
    kept, status = _kept(case, form)
    if status != 200:
        return page(case_id, code)
    body = json.dumps(kept, ensure_ascii=False, indent=1).encode()
    answer = Response(body, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{case.number}.json"'
    return answer


def _kept(case: Case, form: ProofForm) -> tuple[dict[str, Any], int]:
    """What is kept, the contact unmasked for who has typed it; a status of 200 when all is well."""
    session, typed, status = reading(), form.proof.data or "", 200
    whole = bool(typed) and mine.proves(contacts.contact_of(session, case.id), typed)
    if typed and not whole:
        form.proof.errors = [_("This is not the number or the address that was left.")]
        status = 422
        try:
            guesses(DOOR).miss(now=clock())
        except TooManyGuesses as fault:
            status = fault.status
    return mine.kept_of(session, case, whole=whole), status
