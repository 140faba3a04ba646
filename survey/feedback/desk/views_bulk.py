"""Acts on many cases: chosen in a list, looked at before they are done, undone for some minutes."""

from collections import Counter
from datetime import datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from survey.calendar import clock, local_day
from survey.crypto import SealError, sign, unsign
from survey.database import reading, writing
from survey.feedback.access import reach, within_reach
from survey.feedback.cases import Act
from survey.feedback.desk import bp, bulk
from survey.feedback.desk.bulk_acts import ForCase, act_for
from survey.feedback.desk.bulk_forms import (
    FORMS,
    AssignForm,
    BulkForm,
    ClassifyForm,
    MergeForm,
    WordsForm,
    offer_classes,
    offer_templates,
)
from survey.feedback.desk.offered import desks, offered
from survey.feedback.desk.views_inbox import below
from survey.feedback.desk.wanted import narrowing, of_view, wanted
from survey.feedback.letters import store as letters
from survey.feedback.machine import APART
from survey.feedback.rules import RULES, NothingToUndo
from survey.feedback.tables import Case
from survey.feedback.words import ACT_WORDS
from survey.i18n import language
from survey.staff.guard import allowed, anywhere, may
from survey.staff.keys import key

PURPOSE = "feedback-bulk"
SHOWN = 3  # cases whose words are shown before they are sent
LISTED = 20  # cases of a merge that the others may go into


@bp.route("/bulk", methods=["GET", "POST"])
@allowed("feedback.work", scope=anywhere)
def bulk_() -> ResponseReturnValue:
    """From the list: the details of an act; `go=look` fills in a template, `go=do` does it.

    The address carries the view and the filters, for "all that fit" and for the way back. Opened
    without a form, as by a change of language, it leads back to the list.
    """
    if request.method == "GET":
        return _inbox()
    go = request.form.get("go", "")
    session, now = writing() if go == "do" else reading(), clock()
    kind = FORMS.get(request.form.get("act", ""))
    if kind is None:
        return _back(_("Choose what is to be done."))
    chosen = _chosen(session, now=now)
    if not chosen.cases:
        return _back(_("Choose at least one case."))
    form = _form(session, kind, chosen, go)
    valid = go in ("look", "do") and form.validate() and _can_be_merged(session, form, now=now)
    maker = act_for(session, form, chosen, g.staff.actor, now=now) if valid else _any_of(form)
    planned = bulk.plan(session, chosen, maker, now=now)
    if go == "do" and valid:
        return _do(session, form, planned, now=now)
    page = render_template(
        "feedback/desk/bulk.html",
        act_words=ACT_WORDS,
        args=wanted(request.args).args(),
        chosen=chosen,
        form=form,
        most=bulk.MOST,
        planned=planned,
        samples=planned.ready[:SHOWN] if valid and isinstance(form, WordsForm) else [],
    )
    return page, 422 if form.errors else 200


def _any_of(form: BulkForm) -> ForCase:
    """The act before its details are known: enough to tell which cases it is possible on."""
    act = form.act.data or ""

    def for_case(case: Case) -> Act:
        heads = act == "assign" and may("feedback.assign", case.unit_id)
        return Act(act, g.staff.actor, "head" if heads else "officer")

    return for_case


def _do(
    session: Session, form: BulkForm, planned: bulk.Plan, *, now: datetime
) -> ResponseReturnValue:
    """The result, with a way back for some minutes."""
    done = bulk.carry_out(session, planned, now=now)
    session.commit()
    told = {"events": {str(id): seq for id, seq in done.items()}}
    return render_template(
        "feedback/desk/done.html",
        act=form.act.data,
        act_words=ACT_WORDS,
        args=wanted(request.args).args(),
        done=sign(key(session, PURPOSE), told) if done else "",
        minutes=RULES["undo"]["minutes"],
        planned=planned,
        undone=False,
    )


@bp.route("/bulk/undo", methods=["GET", "POST"])
@allowed("feedback.work", scope=anywhere)
def bulk_undo() -> ResponseReturnValue:
    """Take back what one did to many cases; what others worked on since stays."""
    if request.method == "GET":
        return _inbox()
    session, now = writing(), clock()
    longest = 60 * RULES["undo"]["minutes"]
    try:
        told: Any = unsign(key(session, PURPOSE), request.form.get("done", ""), max_age=longest)
    except SealError as error:
        raise NothingToUndo from error
    events = {int(id): seq for id, seq in told["events"].items()}
    planned = bulk.undo(session, events, g.staff.actor, now=now)
    session.commit()
    return render_template(
        "feedback/desk/done.html",
        args=wanted(request.args).args(),
        done="",
        planned=planned,
        undone=True,
    )


def _back(words: str) -> ResponseReturnValue:
    flash(words)
    return _inbox()


def _inbox() -> ResponseReturnValue:
    return redirect(url_for(".inbox", **wanted(request.args).args()), 303)


def _chosen(session: Session, *, now: datetime) -> bulk.Chosen:
    within = reach(session, g.staff)
    if request.form.get("which") == "all":
        asked = wanted(request.args)
        view = of_view(asked.view, g.staff, within, now=now)
        return bulk.matching(session, [view, *narrowing(asked, below(asked)), ~Case.sealed])
    text = request.form.get("cases") or " ".join(request.form.getlist("case"))
    return bulk.picked(session, text, within_reach(within, now=now))


def _form(session: Session, kind: type[BulkForm], chosen: bulk.Chosen, go: str) -> BulkForm:
    """The form of the act with what may be chosen in it; without `go` it comes from the list."""
    form = kind() if go else kind(formdata=None, data={"act": request.form["act"]})
    form.cases.data = chosen.text
    within, today = reach(session, g.staff), local_day(clock())
    if isinstance(form, AssignForm):
        taker = None if may("feedback.assign") else g.staff.id
        form.to.choices = {
            unit: [SelectChoice(*one) for one in named]
            for unit, named in desks(session, within, day=today, taker=taker).items()
        }
    elif isinstance(form, ClassifyForm):
        offer_classes(form, offered(session, within, day=today, language=language()).fields)
    elif isinstance(form, MergeForm):
        targets = [case for case in chosen.cases if case.state not in APART]
        form.into.choices = [SelectChoice(str(case.id), case.number) for case in targets[:LISTED]]
    elif isinstance(form, WordsForm):
        _offer_words(session, form, chosen, go)
    return form


def _offer_words(session: Session, form: WordsForm, chosen: bulk.Chosen, go: str) -> None:
    """Templates in the language of most senders; the chosen one fills in the words."""
    if not go:
        form.language.data = Counter(case.language for case in chosen.cases).most_common(1)[0][0]
    theirs = [case for case in chosen.cases if case.language == form.language.data]
    choices = letters.offered(session, theirs[0], form.act.data or "") if theirs else []
    offer_templates(form, choices)
    if go == "fill":
        bodies = {choice.key: choice.written.body for choice in choices}
        form.words.data = bodies.get(form.template.data, form.words.data)


def _can_be_merged(session: Session, form: BulkForm, *, now: datetime) -> bool:
    """Whether the case that others are to be merged into is there and goes on."""
    if not isinstance(form, MergeForm):
        return True
    target = form.target()
    seen = within_reach(reach(session, g.staff), now=now)
    found = bulk.picked(session, f"{target}:1", seen).cases if target else []
    if not found:
        form.into.errors = [_("Choose a case that you may see.")]
    elif found[0].state in APART:
        form.into.errors = [_("That case is done apart itself: nothing can be merged into it.")]
    return not form.errors
