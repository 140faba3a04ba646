"""The desk's page that publishes a question with its answer, or takes it back."""

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired, Length

from survey.calendar import clock
from survey.database import reading, writing
from survey.feedback.desk.scope import found, of_case
from survey.feedback.public import published
from survey.forms import StaffForm, tidy
from survey.staff.guard import allowed
from survey.text import normal

bp = Blueprint("feedback_publish", __name__, url_prefix="/desk/feedback/<int:case_id>")


class PublishForm(StaffForm):
    changed = TextAreaField(
        _l("What has changed because of it"),
        [Length(max=2000, message=_l("Use at most 2,000 characters."))],
        filters=[tidy],
        description=_l("For everybody to read; may stay empty. Name nobody."),
    )
    checked = BooleanField(
        _l("I have read both texts as they stand above: nothing in them tells who somebody is."),
        [InputRequired(_l("Please read them and tick the box, or have the case masked anew."))],
    )

    def holds(self, shown: str, seen: str) -> bool:
        """Whether it is filled in, and what goes out was seen: as it was typed, or as masked."""
        if not self.validate():
            return False
        if shown not in (self.changed.data or "", seen):
            self.changed.errors = [
                _("Something in this is masked. Read above how it goes out, then publish it.")
            ]
        return not self.errors


@bp.route("/publish", methods=["GET", "POST"])
@allowed("feedback.release", scope=of_case)
def publish(case_id: int) -> ResponseReturnValue:
    """Both texts as everybody would read them, and the box that says they were read."""
    session, now = reading() if request.method == "GET" else writing(), clock()
    case = found(session, case_id, now=now)
    words = published.words_of(session, case)
    form = PublishForm()
    changed = published.as_shown(case, form.changed.data or "")
    if not form.is_submitted() or not form.holds(changed, normal(request.form.get("seen", ""))):
        page = render_template(
            "feedback/publish.html", case=case, words=words, form=form, changed=changed
        )
        return page, 422 if form.errors else 200
    published.publish(session, case, form.changed.data or "", by=g.staff.actor, now=now)
    session.commit()
    flash(_("Question and answer are public now."))
    return redirect(url_for(".publish", case_id=case_id), 303)


@bp.route("/unpublish", methods=["POST"])
@allowed("feedback.release", scope=of_case)
def unpublish(case_id: int) -> ResponseReturnValue:
    session, now = writing(), clock()
    case = found(session, case_id, now=now)
    published.unpublish(session, case, by=g.staff.actor, now=now)
    session.commit()
    flash(_("It is no longer public. Caches may show it for some minutes."))
    return redirect(url_for(".publish", case_id=case_id), 303)


def install(app: Flask) -> None:
    app.register_blueprint(bp)
