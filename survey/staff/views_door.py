"""The door of the desk: sign in, second step, sign out, and a new password by a one-time link.

These pages are open to everybody, so they answer alike whoever asks. Nothing is written by a GET.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.calendar import ZONE, clock
from survey.crypto import keyed_hash
from survey.database import database, reading, writing
from survey.staff import accounts, audit, browser, passwords, sessions
from survey.staff.blueprint import bp
from survey.staff.forms import CodeForm, NewPasswordForm, SignInForm
from survey.staff.guard import FormExpired, allowed, check_token, current_staff
from survey.staff.keys import key
from survey.staff.roles import OWN
from survey.staff.tables import Staff
from survey.staff.tries import Tried, forgive, try_code, try_password

OPEN: Final = frozenset({"staff.sign_in", "staff.code", "staff.reset"})  # pages without a rule
HALF: Final = "half"  # in the cookie: the password was right, the code is awaited
HALF_LIFE: Final = timedelta(minutes=5)


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    if request.method == "GET" and current_staff() is not None:
        return redirect(_next())
    form = SignInForm()
    if request.method == "GET":
        return render_template("staff/sign_in.html", form=form)
    if (fault := _token_fault()) is not None:
        form.form_errors = [fault]
        return render_template("staff/sign_in.html", form=form), 400
    if not form.validate():
        return render_template("staff/sign_in.html", form=form), 422
    now = clock()
    tried = try_password(database(), form.login.data, form.password.data, now=now)
    if tried.staff is None:
        form.form_errors = [reason(tried, _("The login or the password is not right."))]
        return render_template("staff/sign_in.html", form=form), 429 if tried.wait_until else 422
    if tried.staff.totp_sealed is None:
        _let_in(tried.staff, form.password.data, second_factor=False, now=now)
        return redirect(_next())
    session.clear()
    session[HALF] = [tried.staff.id, int(now.timestamp()), _mark(tried.staff)]
    return redirect(url_for(".code", next=request.args.get("next")))


@bp.route("/sign-in/code", methods=["GET", "POST"])
def code() -> ResponseReturnValue:
    now = clock()
    staff = _half_way(now)
    if staff is None:
        return redirect(url_for(".sign_in", next=request.args.get("next")))
    form = CodeForm()
    if request.method == "GET":
        return render_template("staff/code.html", form=form)
    if (fault := _token_fault()) is not None:
        form.form_errors = [fault]
        return render_template("staff/code.html", form=form), 400
    if not form.validate():
        return render_template("staff/code.html", form=form), 422
    tried = try_code(database(), staff, form.code.data, now=now)
    if tried.staff is None:
        form.form_errors = [
            reason(tried, _("This code is not right, or it was used. Please wait for the next."))
        ]
        return render_template("staff/code.html", form=form), 429 if tried.wait_until else 422
    _let_in(staff, None, second_factor=True, now=now)
    return redirect(_next())


@bp.route("/sign-out", methods=["POST"])
@allowed(OWN, unready=True)
def sign_out() -> ResponseReturnValue:
    staff = current_staff()
    if staff is not None:
        store, now = writing(), clock()
        sessions.end(store, staff.id, staff.token_hash, now=now)
        audit.record(store, actor=staff.actor, act="sign-out", object=staff.actor, now=now)
        store.commit()
    browser.leave()
    flash(_("You are signed out."))
    return redirect(url_for(".sign_in"))


@bp.route("/reset/<token>", methods=["GET", "POST"])
def reset(token: str) -> ResponseReturnValue:
    now = clock()
    staff = accounts.reset_owner(reading(), token, now=now)
    form = NewPasswordForm()
    status = 200
    if request.method == "POST":
        check_token()
        words = accounts.context_words(reading(), login=staff.login, name=staff.name)
        status = 422
        if form.validate():
            form.new.errors = passwords.faults(form.new.data, words)
            if not form.new.errors:
                store = writing()
                accounts.use_reset(store, token, form.new.data, now=now)
                store.commit()
                browser.leave()
                flash(_("Your new password is set. Please sign in with it."))
                return redirect(url_for(".sign_in"))
    page = render_template("staff/reset.html", form=form, staff=staff)
    return page, status, {"Referrer-Policy": "no-referrer"}


def _let_in(staff: Staff, password: str | None, *, second_factor: bool, now: datetime) -> None:
    """Open a session for this browser; a hash made with old parameters is made anew."""
    forgive(database(), staff, now=now)
    anew = None
    if password is not None and passwords.outdated(staff.password_hash):
        anew = passwords.hashed(password)
    with database().write() as store:
        if anew is not None:
            accounts.account(store, staff.id).password_hash = anew
        token = browser.enter(store, staff.id, second_factor=second_factor, now=now)
        actor = f"staff:{staff.id}"
        audit.record(store, actor=actor, act="sign-in", object=actor, now=now)
    browser.keep(token, now=now)


def _half_way(now: datetime) -> Staff | None:
    """Whose password was right in this browser a moment ago, unless it was changed since."""
    half = session.get(HALF)
    if half is None or now - datetime.fromtimestamp(half[1], UTC) > HALF_LIFE:
        return None
    staff = reading().get(Staff, half[0])
    if staff is None or half[2] != _mark(staff) or not sessions.usable(staff, now):
        return None
    return staff


def _mark(staff: Staff) -> str:
    return keyed_hash(key(reading(), "half"), staff.password_hash.encode())[:16]


def _token_fault() -> str | None:
    """What to tell when the form was open too long; what was typed is shown again."""
    try:
        check_token()
    except FormExpired:
        return str(_("This page was open too long. Please send it once more."))
    return None


def reason(tried: Tried, otherwise: str) -> str:
    """The sentence for a try that was not right; `otherwise` where the try itself was wrong."""
    if tried.wait_until is not None:
        time = f"{tried.wait_until.astimezone(ZONE) + timedelta(minutes=1):%H:%M}"
        return str(
            _(
                "Too many tries. Please try again after %(time)s, or ask your administrator.",
                time=time,
            )
        )
    if tried.closed:
        return str(_("This account is closed. Please ask your administrator."))
    return otherwise


def _next() -> str:
    """Where to go after signing in: an address of the desk, nothing else."""
    wanted = request.args.get("next", "")
    inside = wanted.startswith("/desk") and wanted.isprintable()
    if inside and "\\" not in wanted and "//" not in wanted:
        return wanted
    return url_for(".start")
