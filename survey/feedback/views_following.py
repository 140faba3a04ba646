"""The citizen's door to follow feedback: the code is typed, and sent again with every act.

It stands in no address, no cookie and no log. Whoever holds it sees the case and may act on it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flask import Blueprint, Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from survey.calendar import clock, local_day
from survey.database import database, reading
from survey.database.engine import end_request
from survey.errors import Conflict, Words
from survey.feedback import codes, contacts, erasing, following, leaving, splitting
from survey.feedback.cases import SENDER, Act, find
from survey.feedback.code import Code, CodeMistyped, read
from survey.feedback.contacts import Consent
from survey.feedback.follow_forms import CodeForm, RateForm, WordsForm
from survey.feedback.handing import TEXT_LIMIT
from survey.feedback.leave_forms import ContactForm
from survey.feedback.privacy import views_mine
from survey.feedback.turnstile import TooBusy
from survey.feedback.words import EVENT_WORDS, SENDER_WORDS
from survey.forms import CitizenForm
from survey.guesses import TooManyGuesses, guesses
from survey.i18n import LANGUAGES, language
from survey.origin import refuse_strangers
from survey.site import site_values

PATH: Final = "/f/status"
DOOR: Final = "feedback"  # of the guesses that are counted
LABELS: Final[Mapping[str, Words]] = {
    "answer": _l("Your answer"),
    "add": _l("What you want to add"),
    "reopen": _l("What is still not right?"),
}

bp = Blueprint("following", __name__)


class CodeNotKnown(CodeMistyped):
    status = 404
    title = _l("This code is not known")
    remedy = _l(
        "Please compare it with your slip, letter by letter. Whoever has lost the code can no "
        "longer follow the feedback: please send it once more."
    )


@dataclass
class Forms:
    """The forms of a case's page; the one that was sent keeps what was typed."""

    words: dict[str, WordsForm] = field(default_factory=dict)
    rate: RateForm = field(default_factory=RateForm)
    contact: ContactForm = field(default_factory=ContactForm)

    @property
    def all(self) -> list[CitizenForm]:
        return [*self.words.values(), self.rate, self.contact]

    def __post_init__(self) -> None:
        for act, label in LABELS.items():
            self.words.setdefault(act, WordsForm(prefix=f"{act}-")).words.label.text = label


@bp.route(PATH, methods=["GET", "POST"])
def status() -> ResponseReturnValue:
    if request.method == "GET":
        return _ask(CodeForm())
    refuse_strangers(request)
    request.max_form_memory_size = request.max_content_length = TEXT_LIMIT
    if request.form.get("lang") in LANGUAGES:
        g.language = request.form["lang"]
    act = request.form.get("act", "show")
    if act == "leave":
        return _gone()
    form = CodeForm(request.form)
    try:
        code = read(form.code.data or "")
        case_id = _chosen(_opened(code))
    except (CodeMistyped, TooManyGuesses, TooBusy) as fault:
        return _ask(form, fault)
    return ACTS.get(act, _show)(case_id, code)


def _opened(code: Code) -> int:
    """The case of the code. Raises CodeNotKnown, TooManyGuesses, TooBusy."""
    case = codes.opened(reading(), code)
    if case is None:
        guesses(DOOR).miss(now=clock())
        raise CodeNotKnown
    return case.id


def _chosen(case_id: int) -> int:
    """The case of the code, or the part of it that the page is about."""
    of = request.form.get("of", "")
    session = reading()
    parts = splitting.parts_of(session, find(session, case_id)) if of else []
    return next((part.id for part in parts if str(part.id) == of), case_id)


def _ask(
    form: CodeForm, fault: CodeMistyped | TooManyGuesses | TooBusy | None = None
) -> ResponseReturnValue:
    """The page that asks for the code, and says what was wrong with the one typed."""
    if fault is None:
        return render_template("feedback/status.html", form=form)
    form.code.errors = [str(fault.detail or fault.title)]
    page = render_template("feedback/status.html", form=form, fault=fault, language_links=[])
    headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after else {}
    return page, fault.status, headers


def _gone() -> ResponseReturnValue:
    """A page that says nothing, and a browser that has forgotten what it kept of the others.

    The cache alone: where people also answer surveys, its storage holds answers not yet sent.
    """
    page = render_template("feedback/gone.html", language_links=[])
    return page, 200, {"Clear-Site-Data": '"cache"'}


def _show(case_id: int, code: Code, **told: Any) -> ResponseReturnValue:
    session = reading()
    status = told.pop("status", 200)
    page = render_template(
        "feedback/case.html",
        code=code.text,
        now=following.standing_of(session, find(session, case_id), now=clock()),
        forms=told.pop("forms", None) or Forms(),
        consent=_consent(),
        state_words=SENDER_WORDS,
        event_words=EVENT_WORDS,
        language_links=[],
        **told,
    )
    return page, status


def _consent() -> Consent:
    site = site_values(reading())
    told = {"organiser": site["organiser"], "contact": site["contact"]}
    return contacts.consent(language(), **told, day=local_day(clock()))


def _write(act: Callable[[Session], object]) -> None:
    """Done by the writer and durable; what is read after it is read anew."""
    database().writer.submit(lambda session: act(session) and None)
    end_request()


def _do(case_id: int, code: Code, act: Act, forms: Forms, done: Words) -> ResponseReturnValue:
    """The act, once however often its button is pressed; the page then says that it is done."""
    now = clock()
    case = find(reading(), case_id)
    if following.said_before(reading(), case, act, since=False):
        return _show(case_id, code, done=done)
    try:
        if act.act not in following.standing_of(reading(), case, now=now).can:
            raise Conflict
        _write(lambda s: splitting.do_for_sender(s, find(s, case_id), act, now=now))
    except Conflict as fault:
        if following.said_before(reading(), case, act, since=True):
            return _show(case_id, code)
        return _show(case_id, code, forms=forms, conflict=fault, status=fault.status)
    return _show(case_id, code, done=done)


def _words(act: str, role: str, done: Words) -> Callable[[int, Code], ResponseReturnValue]:
    """An act that is some words."""

    def view(case_id: int, code: Code) -> ResponseReturnValue:
        form = WordsForm(request.form, prefix=f"{act}-")
        forms = Forms(words={act: form})
        if not form.holds():
            return _show(case_id, code, forms=forms, status=422)
        made = Act(act, SENDER, "sender", words=form.typed, role=role)
        return _do(case_id, code, made, forms, done)

    return view


def _rate(case_id: int, code: Code) -> ResponseReturnValue:
    form = RateForm(request.form)
    forms = Forms(rate=form)
    if not form.holds():
        return _show(case_id, code, forms=forms, status=422)
    data = {"answered": form.answered.data, "satisfied": int(form.satisfied.data)}
    act = Act("rate", SENDER, "sender", data)
    return _do(case_id, code, act, forms, _l("Thank you. What you said is kept."))


def _withdraw(case_id: int, code: Code) -> ResponseReturnValue:
    act = Act("withdraw", SENDER, "sender")
    return _do(case_id, code, act, Forms(), _l("Your feedback is withdrawn."))


def _contact(case_id: int, code: Code) -> ResponseReturnValue:
    form, now = ContactForm(request.form), clock()
    if not form.holds():
        return _show(case_id, code, forms=Forms(contact=form), status=422)
    if "consent" not in following.standing_of(reading(), find(reading(), case_id), now=now).can:
        return _show(case_id, code, conflict=Conflict(), status=409)
    contact, agreed = form.contact, _consent()
    _write(
        lambda session: leaving.agree(
            session, find(session, case_id), contact, agreed, by=SENDER, now=now
        )
    )
    return _show(case_id, code, done=_l("Your contact is kept, as you agreed."))


def _no_contact(case_id: int, code: Code) -> ResponseReturnValue:
    now = clock()
    _write(lambda session: leaving.disagree(session, find(session, case_id), by=SENDER, now=now))
    return _show(case_id, code, done=_l("Your contact is erased."))


def _ask_erase(_case_id: int, code: Code) -> ResponseReturnValue:
    return render_template("feedback/erase.html", code=code.text, language_links=[])


def _erase(case_id: int, code: Code) -> ResponseReturnValue:
    now = clock()
    try:
        _write(lambda session: erasing.erase(session, find(session, case_id), by=SENDER, now=now))
    except Conflict as fault:
        return _show(case_id, code, conflict=fault, status=fault.status)
    whole = find(reading(), case_id)
    if any(one.sealed for one in (whole, *splitting.parts_of(reading(), whole))):
        return _show(
            case_id, code, done=_l("Erased, but for what is kept by the law on denunciations.")
        )
    return _show(case_id, code, done=_l("Everything you had sent is erased."))


ACTS: Final[Mapping[str, Callable[[int, Code], ResponseReturnValue]]] = {
    "show": _show,
    "answer": _words("answer", "answer", _l("Your answer has arrived.")),
    "add": _words("add", "comment", _l("What you wrote was added.")),
    "reopen": _words("reopen", "reason", _l("Your feedback is open again.")),
    "rate": _rate,
    "withdraw": _withdraw,
    "contact": _contact,
    "no-contact": _no_contact,
    "my-data": views_mine.page,
    "my-data-file": views_mine.file,
    "my-request": views_mine.ask,
    "ask-erase": _ask_erase,
    "erase": _erase,
}


def install(app: Flask) -> None:
    app.register_blueprint(bp)
