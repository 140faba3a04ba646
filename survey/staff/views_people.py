"""Accounts, for administrators of the whole installation: list, add, close, links, roles."""

from datetime import datetime, timedelta

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.calendar import clock, local_day
from survey.database import reading, writing
from survey.errors import Conflict, InputFault
from survey.i18n import day
from survey.staff import accounts, passwords, sessions
from survey.staff.blueprint import bp
from survey.staff.forms import AccountForm, ExpiryForm, GrantForm
from survey.staff.guard import allowed, installation
from survey.staff.names import area_from, grant_rows
from survey.staff.roles import ROLE_NAMES
from survey.staff.tables import Staff


@bp.route("/staff")
@allowed("staff.edit", scope=installation)
def people() -> ResponseReturnValue:
    text, role = request.args.get("text", ""), request.args.get("role", "")
    store, now = reading(), clock()
    grants = accounts.grants_of(store)
    rows = [
        {
            "staff": staff,
            "grants": grant_rows(store, grants.get(staff.id, [])),
            "state": state(staff, now),
        }
        for staff in accounts.accounts(store, text=text, role=role)
    ]
    return render_template(
        "staff/people.html", rows=rows, text=text, role=role, roles=ROLE_NAMES.items()
    )


def state(staff: Staff, now: datetime) -> tuple[str, str]:
    """What an account is now, in words, and the kind of its tag."""
    if staff.disabled_at is not None:
        return _("closed"), "quiet"
    if not sessions.usable(staff, now):
        return _("past its last day"), "warn"
    if staff.must_change:
        return _("first password not changed yet"), "info"
    return _("in use"), "good"


@bp.route("/staff/new", methods=["GET", "POST"])
@allowed("staff.edit", scope=installation)
def add() -> ResponseReturnValue:
    form = AccountForm()
    if request.method == "GET":
        return render_template("staff/add.html", form=form)
    if form.validate():
        now, store, word = clock(), writing(), passwords.first_password()
        try:
            area = area_from(store, form.area.data or "", local_day(now))
            staff = accounts.add(
                store,
                login=form.login.data,
                name=form.name.data,
                password=word,
                by=g.staff.actor,
                now=now,
                expires_at=accounts.end_of(form.last_day.data),
            )
            accounts.grant(store, staff, form.role.data, area, by=g.staff.actor, now=now)
        except InputFault as fault:
            form.area.errors = fault.faults
        except accounts.LoginTaken as fault:
            form.login.errors = [str(fault.title)]
        else:
            store.commit()
            return render_template("staff/added.html", staff=staff, password=word)
    return render_template("staff/add.html", form=form), 422


@bp.route("/staff/<int(max=2147483647):staff_id>")
@allowed("staff.edit", scope=installation)
def person(staff_id: int) -> ResponseReturnValue:
    return _person(accounts.account(reading(), staff_id))


def _person(
    staff: Staff, grant: GrantForm | None = None, expiry: ExpiryForm | None = None
) -> ResponseReturnValue:
    grants = accounts.grants_of(reading(), staff.id).get(staff.id, [])
    last = None
    if staff.expires_at is not None:
        last = local_day(staff.expires_at - timedelta(seconds=1))
    page = render_template(
        "staff/person.html",
        staff=staff,
        grants=grant_rows(reading(), grants),
        state=state(staff, clock()),
        last_day=day(last) if last else "",
        grant_form=grant or GrantForm(formdata=None),
        expiry_form=expiry or ExpiryForm(formdata=None, last_day=last),
    )
    return page, 422 if grant or expiry else 200


@bp.route("/staff/<int(max=2147483647):staff_id>/grants", methods=["POST"])
@allowed("staff.edit", scope=installation)
def add_grant(staff_id: int) -> ResponseReturnValue:
    form = GrantForm()
    store, now = writing(), clock()
    staff = accounts.account(store, staff_id)
    if not form.validate():
        return _person(staff, grant=form)
    try:
        area = area_from(store, form.area.data or "", local_day(now))
    except InputFault as fault:
        form.area.errors = fault.faults
        return _person(staff, grant=form)
    accounts.grant(store, staff, form.role.data, area, by=g.staff.actor, now=now)
    return _done(staff_id, _("The role is given. The person signs in anew."))


@bp.route(
    "/staff/<int(max=2147483647):staff_id>/grants/<int(max=2147483647):grant_id>/remove",
    methods=["POST"],
)
@allowed("staff.edit", scope=installation)
def remove_grant(staff_id: int, grant_id: int) -> ResponseReturnValue:
    store = writing()
    staff = accounts.account(store, staff_id)
    accounts.revoke(store, staff, grant_id, by=g.staff.actor, now=clock())
    return _done(staff_id, _("The role is taken back. The person signs in anew."))


@bp.route("/staff/<int(max=2147483647):staff_id>/disable", methods=["POST"])
@allowed("staff.edit", scope=installation)
def disable(staff_id: int) -> ResponseReturnValue:
    store = writing()
    staff = accounts.account(store, staff_id)
    if staff.id == g.staff.id:
        raise Conflict(_("Nobody closes their own account; ask another administrator."))
    accounts.disable(store, staff, by=g.staff.actor, now=clock())
    return _done(staff_id, _("The account is closed."))


@bp.route("/staff/<int(max=2147483647):staff_id>/enable", methods=["POST"])
@allowed("staff.edit", scope=installation)
def enable(staff_id: int) -> ResponseReturnValue:
    store = writing()
    accounts.enable(store, accounts.account(store, staff_id), by=g.staff.actor, now=clock())
    return _done(staff_id, _("The account is open again."))


@bp.route("/staff/<int(max=2147483647):staff_id>/expiry", methods=["POST"])
@allowed("staff.edit", scope=installation)
def expiry(staff_id: int) -> ResponseReturnValue:
    form = ExpiryForm()
    store = writing()
    staff = accounts.account(store, staff_id)
    if not form.validate():
        return _person(staff, expiry=form)
    until = accounts.end_of(form.last_day.data)
    accounts.set_expiry(store, staff, until, by=g.staff.actor, now=clock())
    return _done(staff_id, _("The last day is set."))


@bp.route("/staff/<int(max=2147483647):staff_id>/totp/remove", methods=["POST"])
@allowed("staff.edit", scope=installation)
def remove_totp(staff_id: int) -> ResponseReturnValue:
    store = writing()
    staff = accounts.account(store, staff_id)
    accounts.remove_totp(store, staff, by=g.staff.actor, now=clock())
    return _done(staff_id, _("The app is no longer bound to this account."))


@bp.route("/staff/<int(max=2147483647):staff_id>/reset", methods=["POST"])
@allowed("staff.edit", scope=installation)
def reset_link(staff_id: int) -> ResponseReturnValue:
    """The link is shown once, to be handed over; it is not stored and not sent."""
    store = writing()
    staff = accounts.account(store, staff_id)
    token = accounts.make_reset(store, staff, by=g.staff.actor, now=clock())
    store.commit()
    link = url_for(".reset", token=token, _external=True)
    return render_template("staff/reset_link.html", staff=staff, link=link)


def _done(staff_id: int, sentence: str) -> ResponseReturnValue:
    writing().commit()
    flash(sentence)
    return redirect(url_for(".person", staff_id=staff_id))
