"""The desk's pages about what is kept for review: by reason, one, and what can be done."""

import json
from typing import Any

from flask import Blueprint, Flask, Response, current_app, flash, g, redirect, request, url_for
from flask import render_template as render
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from survey.calendar import clock
from survey.database import reading, writing
from survey.fieldwork.devices.tables import Device
from survey.respond.intake import receipt_key
from survey.respond.review import store
from survey.respond.review.compared import compared, readable
from survey.respond.review.forms import STATE_KINDS, STATE_NAMES, ReviewFilter, SetAsideForm
from survey.respond.review.store import Wanted
from survey.respond.review.words import meaning
from survey.respond.sealed import opened
from survey.respond.tables import KeptForReview
from survey.staff import audit
from survey.staff.desk import add_nav
from survey.staff.guard import allowed, anywhere, may, visible_areas
from survey.staff.names import actor_names

bp = Blueprint("review", __name__, url_prefix="/desk/review")
PAGE = 25
GROUPS = 60
EXPORTED = 10_000


def of_kept(session: Session, args: dict[str, Any]) -> int | None:
    """Scope of a page about one: the area of its counter. Raises NotFound."""
    return store.area_of(session, store.find(session, args["key"]))


def _wanted(session: Session, permission: str) -> Wanted:
    """What the address asks for, within what one may see."""
    form = ReviewFilter(request.args)
    state = form.state.data if form.validate() else store.WAITING
    areas = visible_areas(session, g.staff, permission)
    return Wanted(areas, state, request.values.get("reason", "")[:200])


@bp.route("", endpoint="list")
@allowed("review.see", scope=anywhere)
def list_() -> ResponseReturnValue:
    """The reasons with how many there are of each; of one reason, the answers themselves."""
    session = reading()
    wanted = _wanted(session, "review.see")
    total = store.count(session, wanted)
    pages = max(1, -(-total // PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    shown = store.rows(session, wanted, limit=PAGE, offset=(page - 1) * PAGE)
    return render(
        "review/list.html",
        form=ReviewFilter(data={"state": wanted.state}),
        wanted=wanted,
        groups=store.groups(session, wanted)[:GROUPS],
        rows=shown if wanted.reason else [],
        total=total,
        page=page,
        pages=pages,
        devices=_devices(session, shown),
        aside=SetAsideForm(formdata=None, reason=wanted.reason),
        meaning=meaning,
        state_names=STATE_NAMES,
        state_kinds=STATE_KINDS,
    )


def _devices(session: Session, rows: Any) -> dict[str, str]:
    """Names of the devices that sent them."""
    found = {row.device for row in rows if row.device is not None}
    known = {id: session.get(Device, id) for id in found}
    return {id: device.name for id, device in known.items() if device is not None}


@bp.route("/<key>")
@allowed("review.see", scope=of_kept)
def show(key: str) -> ResponseReturnValue:
    return _page(key, SetAsideForm(formdata=None))


def _page(key: str, form: SetAsideForm, status: int = 200) -> ResponseReturnValue:
    session = reading()
    row = store.find(session, key)
    stored, others = store.beside(session, row)
    page = render(
        "review/show.html",
        row=row,
        body=readable(session, row),
        stored=stored,
        compared=compared(session, row, stored, others),
        devices=_devices(session, [row]),
        people=actor_names(session),
        form=form,
        editable=may("review.edit", store.area_of(session, row)),
        state=row.decision or store.WAITING,
        meaning=meaning,
        state_names=STATE_NAMES,
        state_kinds=STATE_KINDS,
    )
    return page, status


@bp.route("/<key>/take", methods=["POST"])
@allowed("review.edit", scope=of_kept)
def take(key: str) -> ResponseReturnValue:
    """Store it as it came, if it holds now."""
    refused = _take([store.find(writing(), key)])
    flash(_("Still not: %(reason)s", reason=refused[0]) if refused else _("The answer is taken."))
    return redirect(url_for(".show", key=key), 303)


def _take(rows: list[KeptForReview]) -> list[str]:
    """The reasons of those that cannot be taken; commits what can."""
    session, now = writing(), clock()
    receipts = receipt_key(current_app.extensions["sipas.settings"])
    items = opened(session, [row.body.encode() for row in rows])
    told = [
        store.take(session, row, item, by=g.staff.actor, now=now, key=receipts)
        for row, item in zip(rows, items, strict=True)
    ]
    done = [row for row, reason in zip(rows, told, strict=True) if not reason]
    store.note(session, "review.take", done, "", by=g.staff.actor, now=now)
    session.commit()
    return [reason for reason in told if reason]


@bp.route("/<key>/set-aside", methods=["POST"])
@allowed("review.edit", scope=of_kept)
def set_aside(key: str) -> ResponseReturnValue:
    form = SetAsideForm()
    if not form.validate():
        return _page(key, form, 422)
    _set_aside([store.find(writing(), key)], form.because.data or "")
    return redirect(url_for(".show", key=key), 303)


def _set_aside(rows: list[KeptForReview], because: str) -> None:
    session, now = writing(), clock()
    done = [row for row in rows if store.set_aside(row, because, by=g.staff.actor, now=now)]
    store.note(session, "review.set-aside", done, because, by=g.staff.actor, now=now)
    session.commit()
    flash(ngettext("%(num)d answer is set aside.", "%(num)d answers are set aside.", len(done)))


@bp.route("/all", methods=["POST"])
@allowed("review.edit", scope=anywhere)
def all_() -> ResponseReturnValue:
    """The same for all that wait for one reason, as many at once as hold nobody up."""
    session = writing()
    wanted = Wanted(
        visible_areas(session, g.staff, "review.edit"), reason=request.form.get("reason", "")[:200]
    )
    here = redirect(url_for(".list", reason=wanted.reason), 303)
    rows = list(store.rows(session, wanted, limit=store.AT_ONCE)) if wanted.reason else []
    if request.form.get("act") == "take":
        refused = _take(rows) if rows else []
        flash(
            _(
                "Taken: %(taken)d; still not: %(refused)d.",
                taken=len(rows) - len(refused),
                refused=len(refused),
            )
        )
        return here
    form = SetAsideForm()
    if not form.validate():
        flash(_("Please write why they are set aside."))
        return here
    _set_aside(rows, form.because.data or "")
    return here


@bp.route("/export", methods=["POST"])
@allowed("review.edit", scope=anywhere)
def export() -> ResponseReturnValue:
    """What one sees, as lines of JSON."""
    session = writing()
    wanted = _wanted(session, "review.edit")
    rows = store.rows(session, wanted, limit=EXPORTED)
    lines = [json.dumps(store.exported(row), ensure_ascii=False) for row in rows]
    thing, detail = f"kept:{len(lines)}", f"{wanted.state} {wanted.reason}"
    now, actor = clock(), g.staff.actor
    audit.record(session, actor=actor, act="review.export", object=thing, now=now, detail=detail)
    session.commit()
    answer = Response("\n".join([*lines, ""]), mimetype="application/x-ndjson")
    answer.headers["Content-Disposition"] = 'attachment; filename="sipas-review.jsonl"'
    return answer


def install(app: Flask) -> None:
    """What is kept for review, at the desk."""
    app.register_blueprint(bp)
    add_nav(
        app,
        _l("Review"),
        "review.list",
        "review.see",
        group="survey",
        order=27,
        about=_l("Answers that could not be taken as they came: look at them and decide."),
    )
