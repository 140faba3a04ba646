"""What someone asks for when setting up a round, and everything that may be wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.errors import InputFault
from survey.fieldwork import catalogue
from survey.fieldwork.places import PlaceRef, find_place
from survey.fieldwork.tables import MODES, SAMPLES, Round, RoundPlace
from survey.text import normal

CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
TAKEN_WORDS = ("new",)  # a page of its own under /desk/rounds/
TITLE_LENGTH = 200
MOST_OPEN = 10_000


@dataclass(frozen=True)
class RoundPlan:
    """A round as wished for. Raises nothing: `check` tells what is wrong with it.

    title: language to text; Vietnamese is needed.
    notice: version of the privacy notice; "" takes the questionnaire's own.
    year: the year the figures belong to; None takes that of the first day.
    open_budget: answers without a ticket that a counter may have on one day; those beyond are
        flagged. None: any number.
    simulated: None takes what the installation says of its data.
    """

    code: str
    title: Mapping[str, str]
    questionnaire: str
    method: str
    sample: str
    modes: tuple[str, ...]
    opens: date
    closes: date
    places: tuple[PlaceRef, ...] = ()
    notice: str = ""
    year: int | None = None
    open_budget: int | None = None
    simulated: bool | None = None


class PlanFault(InputFault):
    """What is wrong with a plan: `fields` has the sentences by the field they belong to."""

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        super().__init__([fault for faults in fields.values() for fault in faults])
        self.fields = dict(fields)


@dataclass
class _Check:
    session: Session
    plan: RoundPlan
    faults: dict[str, list[str]]

    def fault(self, field: str, sentence: str) -> None:
        self.faults.setdefault(field, []).append(sentence)

    def words(self) -> None:
        plan = self.plan
        if not CODE.fullmatch(plan.code) or plan.code in TAKEN_WORDS:
            self.fault(
                "code",
                _("Write a code of 2 to 40 small letters, digits and hyphens, such as qt-2026."),
            )
        if not plan.title.get("vi"):
            self.fault("title", _("Write the title in Vietnamese."))
        if any(len(text) > TITLE_LENGTH for text in plan.title.values()):
            self.fault("title", _("Write a title of at most %(n)d letters.", n=TITLE_LENGTH))

    def design(self) -> None:
        plan = self.plan
        if plan.sample not in SAMPLES:
            self.fault("sample", _one_of(_("“%(word)s” is not a kind of sample.",
                                           word=plan.sample), SAMPLES))  # fmt: skip
        if not plan.modes:
            self.fault("modes", _("Choose at least one mode."))
        for mode in plan.modes:
            if mode not in MODES:
                self.fault("modes", _one_of(_("“%(word)s” is not a mode.", word=mode), MODES))
        if plan.closes < plan.opens:
            self.fault("closes", _("The last day is before the first day."))
        if plan.year is not None and not 2000 <= plan.year <= 2100:
            self.fault("year", _("Write a year between 2000 and 2100."))
        if plan.open_budget is not None and not 1 <= plan.open_budget <= MOST_OPEN:
            self.fault("open_budget", _("Write a number from 1 to %(most)d.", most=MOST_OPEN))
        if plan.sample == "open" and not plan.places:
            self.fault("places", _("An open round needs at least one place: its counters show it."))

    def documents(self) -> None:
        plan = self.plan
        methods, notices = catalogue.method_ids(), catalogue.notice_versions()
        if plan.method not in methods:
            unknown = _("There is no method “%(name)s”.", name=plan.method)
            self.fault("method", _one_of(unknown, methods))
        if plan.notice and plan.notice not in notices:
            unknown = _("There is no privacy notice “%(name)s”.", name=plan.notice)
            self.fault("notice", _one_of(unknown, notices))
        names = catalogue.form_names(self.session)
        if plan.questionnaire not in names:
            unknown = _("There is no questionnaire “%(name)s”.", name=plan.questionnaire)
            self.fault("questionnaire", _one_of(unknown, names))
            return
        try:
            questionnaire = catalogue.usable(self.session, plan.questionnaire)
        except catalogue.FormFaulty as error:
            for problem in error.faults:
                self.fault(
                    "questionnaire",
                    _("This questionnaire cannot be used: %(problem)s", problem=problem),
                )
            return
        self.plan = replace(plan, notice=plan.notice or questionnaire.notice)
        reason = catalogue.misfit(questionnaire, plan.method) if plan.method in methods else ""
        if reason:
            self.fault(
                "method",
                _("This method does not fit the questionnaire: %(problem)s", problem=reason),
            )

    def places(self) -> list[RoundPlace]:
        found = []
        for ref in dict.fromkeys(self.plan.places):
            try:
                found.append(find_place(self.session, ref, self.plan.opens))
            except ValueError as error:
                self.fault("places", str(error))
        return found


def _one_of(sentence: str, choices: tuple[str, ...] | list[str]) -> str:
    return " ".join([sentence, _("Use one of: %(choices)s.", choices=", ".join(choices))])


def tidy(plan: RoundPlan) -> RoundPlan:
    """The plan in NFC, without empty titles, modes in their usual order."""
    title = {lang: normal(text) for lang, text in plan.title.items() if normal(text)}
    modes = sorted(set(plan.modes), key=lambda mode: (mode not in MODES, mode))
    ordered = tuple(mode for mode in MODES if mode in modes)
    unknown = tuple(mode for mode in modes if mode not in MODES)
    return replace(plan, code=normal(plan.code), title=title, modes=ordered + unknown)


def check(
    session: Session, plan: RoundPlan, *, code_taken: bool
) -> tuple[RoundPlan, list[RoundPlace]]:
    """The tidy plan with nothing left implied, and its places as rows of no round yet.

    Raises PlanFault with every fault found.
    """
    checking = _Check(session, tidy(plan), {})
    checking.words()
    if code_taken:
        taken = _("There is already a round “%(code)s”. Choose another code.", code=plan.code)
        checking.fault("code", taken)
    checking.design()
    checking.documents()
    rows = checking.places()
    if checking.faults:
        raise PlanFault(checking.faults)
    whole = replace(checking.plan, year=checking.plan.year or plan.opens.year)
    return whole, rows


def write(round_: Round, plan: RoundPlan) -> None:
    """Copy a checked plan onto a round. Its code, state and marks stay as they are."""
    round_.title = dict(plan.title)
    round_.questionnaire = plan.questionnaire
    round_.method = plan.method
    round_.notice = plan.notice
    round_.sample = plan.sample
    round_.modes = list(plan.modes)
    round_.opens = plan.opens
    round_.closes = plan.closes
    round_.year = plan.year or plan.opens.year
    round_.open_budget = plan.open_budget
