"""Pages that change rounds: new, edit, copy, open, close."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from questionnaires.methods import method
from survey.calendar import clock, local_day
from survey.database import reading, writing
from survey.errors import Conflict
from survey.fieldwork import catalogue, rounds
from survey.fieldwork.door import bp, covered, of_round
from survey.fieldwork.finding import find
from survey.fieldwork.forms import CopyForm, OpenForm, RoundForm, filled
from survey.fieldwork.places import places_of
from survey.fieldwork.plan import PlanFault
from survey.fieldwork.tables import Round
from survey.i18n import label
from survey.staff.guard import allowed, anywhere, visible_areas

__all__ = ["bp"]


@bp.route("/desk/rounds/new", methods=["GET", "POST"])
@allowed("round.edit", scope=anywhere)
def new() -> ResponseReturnValue:
    """A new draft; its places must lie where one may edit rounds."""
    return _ask(_round_form({"sample": "open", "modes": ["kiosk", "mobile"]}), None)


@bp.route("/desk/rounds/<code>/edit", methods=["GET", "POST"])
@allowed("round.edit", scope=of_round)
def edit(code: str) -> ResponseReturnValue:
    """Change a draft."""
    round_ = rounds.find_round(reading(), code)
    rounds.refuse_unless_draft(round_)
    return _ask(_round_form(filled(rounds.plan_of(reading(), round_))), round_)


def _round_form(values: dict[str, Any]) -> RoundForm:
    """The form with its choices: what questionnaires, methods and notices there are."""
    form = RoundForm(data=values)
    titles = catalogue.form_titles(reading())
    form.questionnaire.choices = [_choice(name, label(words)) for name, words in titles.items()]
    form.method.choices = [
        _choice(name, label(method(name).title)) for name in catalogue.method_ids()
    ]
    own = SelectChoice("", _("The one that the questionnaire names"))
    form.notice.choices = [own, *(SelectChoice(name) for name in catalogue.notice_versions())]
    return form


def _choice(name: str, words: str) -> SelectChoice:
    return SelectChoice(name, f"{words} ({name})" if words else name)


def _ask(form: RoundForm, draft: Round | None) -> ResponseReturnValue:
    """The page of the form; what was ticked in the search joins the places at every press."""
    searched = False
    if form.is_submitted():
        form.add_found()
        if request.form.get("act") == "find":
            searched = True
            found = find(reading(), form.find.data or "", local_day(clock()))
            form.found.choices = [SelectChoice(str(ref), f"{name} – {ref}") for ref, name in found]
        elif form.validate() and (made := _keep(form, draft)):
            flash(_("The round is kept as a draft."))
            return redirect(url_for("fieldwork.show", code=made.code), 303)
    page = render_template("fieldwork/edit.html", form=form, draft=draft, searched=searched)
    return page, 422 if form.errors else 200


def _keep(form: RoundForm, draft: Round | None) -> Round | None:
    """The round as committed, or None with the faults told at their fields."""
    session, act = writing(), {"by": g.staff.actor, "now": clock()}
    try:
        if draft is None:
            made = rounds.create_round(session, form.plan(), **act)
        else:
            made = rounds.edit_round(session, draft.code, form.plan(), **act)
    except PlanFault as fault:
        session.rollback()
        form.tell(fault.fields)
        return None
    if not covered(session, places_of(session, made.code)):
        session.rollback()
        form.tell({"places": [_("You may set up rounds only inside the areas of your role.")]})
        return None
    session.commit()
    return made


@bp.route("/desk/rounds/<code>/copy", methods=["GET", "POST"])
@allowed("round.edit", scope=of_round)
def copy(code: str) -> ResponseReturnValue:
    """The same round in another period, as a draft."""
    form = CopyForm()
    other: list[str] = []
    if form.validate_on_submit():
        session = writing()
        try:
            made = rounds.copy_round(
                session,
                code,
                form.code.data,
                opens=form.opens.data,
                closes=form.closes.data,
                by=g.staff.actor,
                now=clock(),
            )
        except PlanFault as fault:
            session.rollback()
            other = form.tell(fault.fields)
        else:
            session.commit()
            flash(_("The round was copied; the copy is a draft."))
            return redirect(url_for("fieldwork.show", code=made.code), 303)
    round_ = rounds.find_round(reading(), code)
    page = render_template("fieldwork/copy.html", form=form, round=round_, faults=other)
    return page, 422 if form.errors or other else 200


@bp.route("/desk/rounds/<code>/open", methods=["GET", "POST"])
@allowed("round.edit", scope=of_round)
def open_(code: str) -> ResponseReturnValue:
    """Ask once more, then open the round; wording not compared needs an administrator."""
    form = OpenForm()
    administrator = visible_areas(reading(), g.staff, "site.edit") is None
    reasons: list[str] = []
    if form.validate_on_submit():
        session = writing()
        confirmed = administrator and form.confirm.data
        try:
            rounds.open_(session, code, by=g.staff.actor, now=clock(), confirmed=confirmed)
        except Conflict as error:
            session.rollback()
            reasons = [str(error)]
        except catalogue.FormFaulty as error:
            session.rollback()
            reasons = error.faults
        else:
            session.commit()
            flash(_("The round is open from its first day. Its posters can be printed."))
            return redirect(url_for("fieldwork.show", code=code), 303)
    round_ = rounds.find_round(reading(), code)
    page = render_template(
        "fieldwork/open.html",
        form=form,
        round=round_,
        unchecked=rounds.needs_confirmation(reading(), round_),
        administrator=administrator,
        reasons=reasons,
    )
    return page, 409 if reasons else 200


@bp.route("/desk/rounds/<code>/close", methods=["GET", "POST"])
@allowed("round.edit", scope=of_round)
def close(code: str) -> ResponseReturnValue:
    """Ask once more, then close the round."""
    if request.method == "POST":
        rounds.close(writing(), code, by=g.staff.actor, now=clock())
        writing().commit()
        flash(_("The round is closed. What still waits will be released."))
        return redirect(url_for("fieldwork.show", code=code), 303)
    return render_template("fieldwork/close.html", round=rounds.find_round(reading(), code))
