"""The sender's page "my data": everything that is kept, to read and as a file, at once."""

import json
from datetime import datetime
from typing import Any, Final

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from survey.calendar import clock
from survey.database import database, reading
from survey.database.engine import end_request
from survey.feedback import contacts
from survey.feedback.cases import SENDER, find
from survey.feedback.code import Code
from survey.feedback.leave_forms import too_long, written
from survey.feedback.privacy import mine, requests, words
from survey.feedback.privacy.tables import PrivacyRequest
from survey.feedback.tables import Case
from survey.forms import CitizenForm
from survey.guesses import TooManyGuesses, guesses
from survey.text import normal
from survey.units.areas import province_of

DOOR: Final = "feedback-contact"  # of the guesses that are counted


class ProofForm(CitizenForm):
    """Who has the slip need not be who left the contact."""

    proof = StringField(
        _l("To see your contact unmasked, type the telephone number or e-mail address you left"),
        render_kw={"autocomplete": "off", "maxlength": "200"},
    )


class AskForm(CitizenForm):
    """What cannot be had at once, and is looked into by a person."""

    kind = RadioField(_l("What would you like?"), validate_choice=False)
    words = TextAreaField(_l("Please say it in your words"), render_kw={"rows": 4})

    def holds(self) -> bool:
        self.validate()
        if self.kind.data not in [choice.value for choice in self.kind.choices]:
            self.kind.errors = [_("Please choose one.")]
        self.words.data = written(self.words.data)
        if not self.words.data:
            self.words.errors = [_("Please write a few words.")]
        elif fault := too_long(self.words.data):
            self.words.errors = [fault]
        return not self.errors


def _ask_form(case: Case, typed: MultiDict[str, str] | None) -> AskForm:
    form = AskForm(typed)
    offered = ["correct", "see", *(["erase"] if case.sealed else [])]
    form.kind.choices = [SelectChoice(kind, words.ASK_NAMES[kind]) for kind in offered]
    return form


def page(case_id: int, code: Code) -> ResponseReturnValue:
    case, form = find(reading(), case_id), ProofForm(request.form)
    kept, status = _kept(case, form)
    return _shown(case, code, kept, status, form=form, ask=_ask_form(case, None))


def _shown(
    case: Case, code: Code, kept: dict[str, Any], status: int = 200, **more: Any
) -> ResponseReturnValue:
    session = reading()
    asked = requests.of_case(session, case.id)
    page = render_template(
        "feedback/mine.html",
        code=code.text,
        case=case,
        kept=kept,
        asked=[(one, _told(session, one)) for one in asked],
        words=words,
        language_links=[],
        **more,
    )
    return page, status


def _told(session: Session, asked: PrivacyRequest) -> list[tuple[datetime, str]]:
    """What the sender was told of a request that came by the code; of others it was told apart."""
    if asked.channel != "code":
        return []
    acts = ((act, requests.words_of(session, act)) for act in requests.acts_of(session, asked))
    return [(act.at, told) for act, told in acts if told]


def ask(case_id: int, code: Code) -> ResponseReturnValue:
    """A request that a person looks into, once however often the button is pressed."""
    case, now = find(reading(), case_id), clock()
    form = _ask_form(case, request.form)
    kept = mine.kept_of(reading(), case, whole=False)
    if not form.holds():
        return _shown(case, code, kept, 422, form=ProofForm(), ask=form)
    kind, told = form.kind.data, form.words.data or ""
    database().writer.submit(lambda session: _receive(session, case_id, kind, told, now))
    end_request()
    case = find(reading(), case_id)
    done = _l("Your request is here. You are told more on this page.")
    return _shown(case, code, kept, form=ProofForm(), ask=_ask_form(case, None), done=done)


def _receive(session: Session, case_id: int, kind: str, told: str, now: datetime) -> None:
    for known in requests.of_case(session, case_id):
        same = requests.told_of(session, known).get("words") == normal(told)
        if known.kind == kind and known.ended_at is None and same:
            return
    case = find(session, case_id)
    above = province_of(session, case.area_id)
    area_id = above.id if above is not None else case.area_id
    asked = requests.Asked(kind, "code", "code", area_id, words=told)
    made = requests.receive(session, asked, by=SENDER, now=now)
    requests.link(session, made, case, by=SENDER, now=now)


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
