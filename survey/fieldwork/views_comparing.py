"""The page that lays two versions of a questionnaire side by side."""

from collections.abc import Iterable
from pathlib import Path

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from questionnaires import Questionnaire, Verdict, shipped
from questionnaires.facts import EFFECTS
from survey.addresses import leaf
from survey.database import reading
from survey.errors import NotFound
from survey.fieldwork import catalogue, comparing, drafts
from survey.fieldwork.editor.words import STATE_NAMES, language_name
from survey.fieldwork.measured import measured
from survey.fieldwork.publishing import published_names
from survey.forms import CitizenForm
from survey.i18n import label
from survey.staff.guard import allowed, anywhere

bp = Blueprint("comparing", __name__, url_prefix="/desk/questionnaires")
PAGE = 50
FEW = 6  # ids named in a cell


class TwoVersions(CitizenForm):
    """Which two: read from the address, so it holds no token and changes nothing."""

    before = SelectField(_l("Earlier version"))
    after = SelectField(_l("Later version"))


def _data() -> Path:
    folder: Path = current_app.extensions["sipas.settings"].data
    return folder


def versions(session: Session, data: Path) -> dict[str, str]:
    """What can be compared: the name as `form_named` takes it, and the name with its state."""
    here, kept = set(drafts.draft_names(data)), set(published_names(session))
    changed = catalogue.changed_files(session)
    found: dict[str, str] = {}
    for name in drafts.every_name(session, data):
        states = [
            state
            for state, there in (
                ("published", name in kept),
                ("shipped", name in shipped() and (name not in kept or name in changed)),
                ("draft", name in here),
            )
            if there
        ]
        for state in states:
            key = f"{state}:{name}" if states[1:] else name
            found[key] = f"{name} – {STATE_NAMES[state]}"
    return found


def _form(known: dict[str, str], before: str, after: str) -> TwoVersions:
    form = TwoVersions(data={"before": before, "after": after})
    for field in (form.before, form.after):
        field.choices = [SelectChoice(key, words) for key, words in known.items()]
    return form


@bp.route("/<name>/changes")
@allowed("questionnaire.see", scope=anywhere)
def choose(name: str) -> ResponseReturnValue:
    """Two versions to lay side by side; without a choice, this one and the one before it."""
    known = versions(reading(), _data())
    own = [key for key in known if plain(key) == name]
    if not own:
        raise NotFound
    before = request.args.get("before") or _earlier(known, name) or own[0]
    after = request.args.get("after") or own[-1]
    if before not in known or after not in known:
        raise NotFound
    if before != after:
        return redirect(url_for(".changes", before=before, after=after), 303)
    form = _form(known, before, after)
    return render_template("questionnaires/changes.html", name=name, form=form, found=None)


def plain(key: str) -> str:
    """The name without the state before it."""
    return key.rpartition(":")[2]


def _earlier(known: Iterable[str], name: str) -> str | None:
    """The version before: of the same form, the greatest number below; None when there is none.

    Of a draft or a changed file under a published name, what was published.
    """
    form, _at, number = name.partition("@")
    if f"published:{name}" in known:
        return f"published:{name}"
    found = [key for key in known if plain(key).startswith(f"{form}@")]
    numbers = {key: int(key.rpartition("@")[2]) for key in found}
    below = [key for key in found if numbers[key] < int(number)]
    return max(below, key=numbers.__getitem__, default=None)


@bp.route("/<before>/changes/<after>")
@allowed("questionnaire.see", scope=anywhere)
def changes(before: str, after: str) -> ResponseReturnValue:
    """What changed from one to the other, and what it does to figures."""
    session, data = reading(), _data()
    old = comparing.form_named(session, data, before)
    new = comparing.form_named(session, data, after)
    found = comparing.comparison(measured(session, data).indicators, old, new)
    ordered = sorted(found.changes, key=lambda one: -EFFECTS.index(one.effect))
    return render_template(
        "questionnaires/changes.html",
        name=new.name,
        form=_form(versions(session, data), before, after),
        found=found,
        sentence=comparing.sentence(found),
        shown=leaf(ordered, PAGE),
        items=[(one, wording(one, old, new)) for one in found.items],
        counts=[(words, counted(found.items, grade)) for grade, words in _grades()],
        factors=[(words, counted(found.factors, grade)) for grade, words in _grades()],
        grade_names=comparing.GRADE_NAMES,
        grade_kinds=comparing.GRADE_KINDS,
        effect_names=comparing.EFFECT_NAMES,
        effect_kinds=comparing.EFFECT_KINDS,
        part=comparing.part,
        said=comparing.said,
        some=some,
        language_name=language_name,
        here=url_for(".changes", before=before, after=after),
    )


def _grades() -> list[tuple[str, str]]:
    return [(grade, str(words)) for grade, words in comparing.GRADE_NAMES.items()]


def counted(verdicts: Iterable[Verdict], grade: str) -> int:
    """How many have a grade."""
    return sum(one.grade == grade for one in verdicts)


def wording(one: Verdict, before: Questionnaire, after: Questionnaire) -> str:
    """The wording of an item in the page's language, the later one where both forms have it."""
    item = after.by_id.get(one.after) or before.by_id[one.before]
    return label(item.label)


def some(names: tuple[str, ...]) -> str:
    """The first few of the ids, and how many more there are."""
    if len(names) <= FEW:
        return ", ".join(names)
    told: str = _("%(names)s and %(n)d more", names=", ".join(names[:FEW]), n=len(names) - FEW)
    return told


def install(app: Flask) -> None:
    app.register_blueprint(bp)
