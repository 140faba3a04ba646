"""What the page of a case has ready for who writes: kept words, templates, who else is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from survey.calendar import ZONE
from survey.feedback import presence, unsent
from survey.feedback.desk.case_forms import ActForm, LetterForm, WordedForm
from survey.feedback.letters import store
from survey.feedback.letters.filling import filled
from survey.feedback.tables import Case
from survey.forms import CitizenForm


class TemplateForm(CitizenForm):
    """Which template goes into the words of an act."""

    template = SelectField(_l("Template"))

    def __init__(self, act: str, choices: Sequence[store.Choice]) -> None:
        super().__init__(prefix=f"{act}-")
        empty = SelectChoice("", _("Choose a template"))
        self.template.choices = [empty, *(SelectChoice(c.key, c.written.title) for c in choices)]


@dataclass(frozen=True)
class Ready:
    """kept: words by act that stand in its form; gone: of acts that are possible no more."""

    kept: Mapping[str, unsent.Typed]
    gone: Sequence[unsent.Typed]
    templates: Mapping[str, TemplateForm]
    open: frozenset[str]  # acts whose forms are shown at once
    here: Sequence[str]  # sentences about colleagues
    every: int = presence.EVERY


def ready(
    session: Session,
    case: Case,
    forms: Mapping[str, ActForm],
    sent: Mapping[str, ActForm],
    *,
    now: datetime,
) -> Ready:
    """Puts what is kept into the forms; one that was sent holds what was sent with it."""
    worded = {a: f for a, f in forms.items() if isinstance(f, WordedForm) and a not in sent}
    typed = unsent.kept(session, case.id, g.staff.id)
    kept = {act: one for act, one in typed.items() if act in worded}
    for act, one in kept.items():
        worded[act].words.data = one.words
    asked = request.args.get("act", "")
    key = request.args.get("template", "")
    if key and asked in worded:
        _append(worded[asked], template_words(session, case, asked, key, now=now))
    return Ready(
        kept=kept,
        gone=[one for act, one in typed.items() if act not in forms and act not in sent],
        templates=_templates(session, case, forms),
        open=frozenset({*kept, asked}),
        here=here(session, case, now=now),
    )


def _append(form: WordedForm, words: str) -> None:
    """After what is there, and once however often the page is opened."""
    before = form.typed
    if words not in before:
        form.words.data = f"{before}\n\n{words}" if before else words


def _templates(
    session: Session, case: Case, forms: Mapping[str, ActForm]
) -> dict[str, TemplateForm]:
    acts = [act for act, form in forms.items() if isinstance(form, LetterForm)]
    offered = store.offered_with(session, case, acts) if acts else {}
    return {act: TemplateForm(act, choices) for act, choices in offered.items() if choices}


def template_words(session: Session, case: Case, act: str, key: str, *, now: datetime) -> str:
    """The template filled in for the case. Raises NotFound for one that is not offered."""
    return filled(session, store.chosen(session, case, act, key), case, now=now)


def here(session: Session, case: Case, *, now: datetime) -> list[str]:
    """Who else has the case open, a sentence each."""
    return [_told(one) for one in presence.others(session, case.id, g.staff.id, now=now)]


def _told(one: presence.Colleague) -> str:
    told: dict[str, Any] = {"name": one.name, "time": time_of(one.since)}
    if one.writing:
        words = _("%(name)s is writing on this case, and has had it open since %(time)s.", **told)
    else:
        words = _("%(name)s has had this case open since %(time)s.", **told)
    return str(words)


def time_of(moment: datetime) -> str:
    """The time of day in Vietnam."""
    return f"{moment.astimezone(ZONE):%H:%M}"
