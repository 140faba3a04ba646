"""One's own account: name and roles, password, signed-in browsers, second factor."""

from datetime import datetime

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.calendar import clock
from survey.crypto import SealError
from survey.database import database, reading, writing
from survey.errors import NotFound
from survey.staff import accounts, audit, browser, passwords, sessions, totp
from survey.staff.blueprint import bp
from survey.staff.forms import ChangePasswordForm, CodeForm, TotpOffForm
from survey.staff.guard import allowed, simulated
from survey.staff.names import grant_rows
from survey.staff.roles import OWN
from survey.staff.sessions import SignedIn
from survey.staff.tries import forgive, try_code, try_password
from survey.staff.views_door import reason

OFFER = "totp_offer"  # in the cookie, sealed: the secret that is being set up


@bp.route("/account")
@allowed(OWN, unready=True)
def account() -> ResponseReturnValue:
    return render_template(
        "staff/account.html", staff=g.staff, grants=grant_rows(reading(), g.staff.grants)
    )


@bp.route("/account/password", methods=["GET", "POST"])
@allowed(OWN, unready=True)
def password() -> ResponseReturnValue:
    staff: SignedIn = g.staff
    form = ChangePasswordForm()
    if request.method == "GET":
        return render_template("staff/password.html", form=form, forced=staff.must_change)
    if form.validate() and _new_password_is_good(form, staff):
        now = clock()
        tried = try_password(database(), staff.login, form.current.data, now=now)
        if tried.staff is not None:
            _change_password(staff, form.new.data, now)
            flash(_("Your password is changed. Other browsers were signed out."))
            return redirect(url_for(".start"))
        form.current.errors = [reason(tried, _("This is not your present password."))]
    return render_template("staff/password.html", form=form, forced=staff.must_change), 422


def _new_password_is_good(form: ChangePasswordForm, staff: SignedIn) -> bool:
    words = accounts.context_words(reading(), login=staff.login, name=staff.name)
    faults = passwords.faults(form.new.data, words)
    if form.new.data == form.current.data:
        faults = [_("The new password must be another one.")]
    form.new.errors = faults
    return not faults


def _change_password(staff: SignedIn, new: str, now: datetime) -> None:
    with database().write() as store:
        kept = accounts.account(store, staff.id)
        accounts.set_password(store, kept, new, by=staff.actor, now=now)
        token = _continue(store, staff, staff.second_factor, now)
    browser.keep(token, now=now)


def _continue(store: Session, staff: SignedIn, second_factor: bool, now: datetime) -> str:
    """A new token for this browser; its twelve hours go on from the first sign-in."""
    return browser.enter(
        store, staff.id, second_factor=second_factor, now=now, since=staff.started_at
    )


@bp.route("/account/sessions", methods=["GET", "POST"])
@allowed(OWN, unready=True)
def own_sessions() -> ResponseReturnValue:
    staff: SignedIn = g.staff
    now = clock()
    if request.method == "GET":
        found = sessions.live_sessions(reading(), staff.id, now=now)
        return render_template("staff/sessions.html", sessions=found, own=staff.token_hash)
    chosen = request.form.get("session", "")
    store = writing()
    if chosen == "others":
        sessions.end_all(store, staff.id, now=now, but=staff.token_hash)
    elif not chosen.isalnum() or not sessions.end(store, staff.id, chosen, now=now):
        raise NotFound
    audit.record(store, actor=staff.actor, act="session.end", object=staff.actor, now=now)
    store.commit()
    flash(_("Signed out there."))
    return redirect(url_for(".own_sessions"))


@bp.route("/account/totp", methods=["GET", "POST"], endpoint="totp")
@allowed(OWN, unready=True)
def second_factor() -> ResponseReturnValue:
    staff: SignedIn = g.staff
    if staff.must_change:
        return redirect(url_for(".password"))
    if staff.has_totp:
        return render_template("staff/totp_on.html", form=TotpOffForm())
    form = CodeForm()
    secret = _offered()
    if request.method == "POST" and form.validate():
        now = clock()
        step = totp.step_of(secret, form.code.data, now=now)
        if step is not None:
            with database().write() as store:
                kept = accounts.account(store, staff.id)
                accounts.set_totp(store, kept, secret, step, now=now)
                token = _continue(store, staff, True, now)
            browser.keep(token, now=now)
            flash(_("From now on you sign in with your password and a code."))
            return redirect(url_for(".account"))
        form.code.errors = [
            _("This is not the code that the app should show. Is the time of the phone right?")
        ]
    page = render_template(
        "staff/totp.html",
        form=form,
        picture=totp.picture(secret, staff.login),
        secret=totp.in_fours(secret),
        compulsory=staff.needs_second_factor,
        simulated=simulated(),
    )
    return page, 422 if form.errors else 200


def _offered() -> str:
    """The secret being set up in this browser, made at the first look at the page."""
    try:
        return totp.opened(reading(), session.get(OFFER, ""))
    except SealError:
        secret = totp.new_secret()
        session[OFFER] = totp.sealed(reading(), secret)
        return secret


@bp.route("/account/totp/off", methods=["POST"])
@allowed(OWN, unready=True)
def totp_off() -> ResponseReturnValue:
    staff: SignedIn = g.staff
    form = TotpOffForm()
    if form.validate():
        now = clock()
        tried = try_password(database(), staff.login, form.current.data, now=now)
        if tried.staff is None:
            form.current.errors = [reason(tried, _("This is not your present password."))]
        elif try_code(database(), tried.staff, form.code.data, now=now).staff is None:
            form.code.errors = [
                _("This code is not right, or it was used. Please wait for the next.")
            ]
        else:
            _remove_totp(staff, now)
            forgive(database(), tried.staff, now=now)
            flash(_("The app is no longer needed to sign in."))
            return redirect(url_for(".account"))
    return render_template("staff/totp_on.html", form=form), 422


def _remove_totp(staff: SignedIn, now: datetime) -> None:
    with database().write() as store:
        kept = accounts.account(store, staff.id)
        accounts.remove_totp(store, kept, by=staff.actor, now=now)
        token = _continue(store, staff, False, now)
    browser.keep(token, now=now)
